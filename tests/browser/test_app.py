"""The app from end to end: a server in a process of its own, a browser, and a user who comes back."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page

from abcgen.app import Shelf

TITLES = ("Über die Höhen", "An Fhuiseog sa Spéir", "茉莉花")
TUNE = "X:1\nT:{title}\nM:6/8\nL:1/8\nK:D\n|:A|d2d fed|B2B AFA|d2d fed|e3 e2:|\n"


#: Keeps when sounds are to begin, in seconds.
PLAYED = """
window.starts = [];
const start = AudioBufferSourceNode.prototype.start;
AudioBufferSourceNode.prototype.start = function (when, ...rest) {
  window.starts.push(when);
  return start.call(this, when, ...rest);
};
"""


@contextmanager
def running(shelf: Path | None, ended_by: signal.Signals = signal.SIGINT) -> Iterator[str]:
    """The app in a process of its own, without a shelf one for everybody; gives its address."""
    kept = ["--public"] if shelf is None else ["--shelf", str(shelf)]
    command = [sys.executable, "-m", "abcgen", "app", "--port", "0", "--no-browser", *kept]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            address = re.search(r"http://\S+/", server.stdout.readline())
            assert address is not None
            yield address[0]
        finally:
            server.send_signal(ended_by)
            assert server.wait(30) in {0, 130}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running(tmp_path_factory.mktemp("app") / "shelf.sqlite") as address:
        yield address


def opened(page: Page, address: str) -> Page:
    page.set_default_timeout(60_000)  # the model is loaded first
    page.goto(address)
    page.wait_for_selector("body[data-ready]")
    return page


def write(page: Page, **asked: str) -> Locator:
    """Ask for a tune; gives its card when it is there."""
    for name, value in asked.items():
        field = page.locator(f"#order [name={name}]")
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    page.locator("#order [type=submit]").click()
    page.locator("#said").filter(has_text="is written").wait_for()
    return page.locator("#desk article").first


def part(card: Locator, name: str) -> Locator:
    return card.locator(f'[data-part="{name}"]')


def abc_of(card: Locator) -> str:
    return part(card, "text").input_value()


def typed(page: Page, card: Locator, text: str) -> None:
    part(card, "editing").evaluate("details => { details.open = true; }")
    part(card, "text").fill(text)
    page.wait_for_timeout(800)


def test_write_play_change_keep_and_come_back(page: Page, tmp_path: Path) -> None:
    shelf = tmp_path / "shelf.sqlite"
    with running(shelf) as address:
        opened(page, address)
        card = write(page, rhythm="jig", key="D", form="AABB", bars="8", seed="5")
        assert part(card, "score").locator(".mark").count() > 60
        part(card, "play").click()
        part(card, "score").locator(".mark.sounding").wait_for()
        before = part(card, "score").locator(".mark.sounding").get_attribute("class") or ""
        number = int(before.split()[1][1:])
        part(card, "score").locator(f".mark.sounding:not(.m{number})").wait_for()
        part(card, "play").click()
        old = abc_of(card)
        part(card, "from").fill("3")
        part(card, "to").fill("3")
        card.locator('[data-task="infill"]').click()
        part(card, "said").filter(has_text="bars 3 to 3 are new").wait_for()
        new = abc_of(card)
        assert new != old
        part(card, "keep").click()
        part(page.locator("#kept article"), "said").filter(has_text="on the shelf").wait_for()
        assert page.locator("#kept article").count() == 1
    with running(shelf) as address:
        opened(page, address)
        card = page.locator("#kept article").first
        assert abc_of(card) == new
        assert "seed 5" in (part(card, "made").text_content() or "")
        with page.expect_download() as waiting:
            page.locator("#books [data-kind=pdf]").click()
        waiting.value.save_as(tmp_path / "book.pdf")
    assert (tmp_path / "book.pdf").read_bytes().startswith(b"%PDF-")


def test_tune_is_made_again_from_its_settings(page: Page, address: str) -> None:
    opened(page, address)
    card = write(page, rhythm="reel", seed="11", temperature="1")
    first = abc_of(card)
    part(card, "making").evaluate("details => { details.open = true; }")
    part(card, "again").click()
    page.locator("#said").filter(has_text="Writing").wait_for()
    page.locator("#said").filter(has_text="is written").wait_for()
    assert page.locator("#desk article").count() == 2
    assert abc_of(page.locator("#desk article").first) == first


def test_impossible_wish_is_refused_with_the_reason(page: Page, address: str) -> None:
    opened(page, address)
    page.locator("#order [name=rhythm]").select_option("reel")
    page.locator("#order [name=meter]").fill("6/8")
    with page.expect_response("**/api/generate") as waiting:
        page.locator("#order [type=submit]").click()
    page.locator("#said").filter(has_text="6/8").wait_for()
    assert waiting.value.status == 400


@pytest.mark.parametrize("title", TITLES)
def test_titles_of_all_scripts_survive(page: Page, address: str, title: str) -> None:
    opened(page, address)
    card = write(page, seed="2")
    typed(page, card, TUNE.format(title=title))
    part(card, "keep").click()
    part(page.locator("#kept article"), "said").filter(has_text="on the shelf").wait_for()
    page.reload()
    page.wait_for_selector("body[data-ready]")
    kept = page.locator("#kept article").first
    assert part(kept, "title").inner_text() == title
    with page.expect_download() as waiting:
        kept.locator('[data-render="musicxml"]').click()
    assert waiting.value.suggested_filename.endswith(".musicxml")
    page.once("dialog", lambda dialog: dialog.accept())
    part(kept, "discard").click()
    kept.wait_for(state="detached")
    assert page.evaluate("document.activeElement.id") == "shelf-title"


def test_problems_are_underlined_as_one_types(page: Page, address: str) -> None:
    opened(page, address)
    card = write(page, seed="3")
    typed(page, card, TUNE.format(title="T").replace("d2d fed|B2B", "d2d fedd|B2B"))
    assert part(card, "shades").locator("mark.error").count() >= 1
    assert "line 6" in part(card, "problems").inner_text()
    typed(page, card, TUNE.format(title="T"))
    assert part(card, "problems").inner_text() == ""
    part(card, "undo").click()
    part(card, "said").filter(has_text="before").wait_for()
    assert "fedd" in abc_of(card)


def test_tune_travels_in_a_link(page: Page, address: str) -> None:
    opened(page, address)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    card = write(page, seed="4")
    text = abc_of(card)
    part(card, "share").click()
    part(card, "said").filter(has_text="copied").wait_for()
    link = page.evaluate("navigator.clipboard.readText()")
    page.goto("about:blank")
    opened(page, link)
    assert abc_of(page.locator("#desk article").first) == text


def test_tunes_that_are_not_kept_outlive_a_reload(page: Page, address: str) -> None:
    opened(page, address)
    texts = [abc_of(write(page, seed=seed)) for seed in ("4", "5")]
    part(page.locator("#desk article").last, "discard").click()
    page.reload()
    page.wait_for_selector("body[data-ready]")
    card = page.locator("#desk article")
    card.locator("svg").first.wait_for()
    assert [abc_of(card), part(card, "again").get_attribute("hidden")] == [texts[1], None]
    assert opened(page.context.new_page(), address).locator("#desk article").count() == 0


def test_tunes_out_of_sight_and_with_faults_outlive_reloads(page: Page, address: str) -> None:
    opened(page, address)
    write(page, seed="4")
    texts = [f"X:1\nT:Tune {number}\nM:4/4\nL:1/4\nK:C\nCDEF|G4|]\n" for number in range(12)]
    texts[3] = texts[3].replace("G4", "[CE")
    told = [{"abc": text, "title": "", "made": {}} for text in texts]
    put_aside = "sessionStorage.setItem('desk', JSON.stringify(told))"
    page.evaluate(f"told => window.addEventListener('pagehide', () => {put_aside})", told)
    for _ in range(3):
        page.reload()
        page.wait_for_selector("body[data-ready]")
    cards = page.locator("#desk article")
    assert [abc_of(cards.nth(number)) for number in range(cards.count())] == texts


def test_open_to_everybody_it_has_no_shelf(page: Page) -> None:
    with running(None) as address:
        card = write(opened(page, address), seed="4")
        assert not part(card, "keep").is_visible()
        assert not page.locator("#shelf").is_visible()
        with page.expect_download() as download:
            card.locator("[data-render=midi]").click()
        assert download.value.path().read_bytes()[:4] == b"MThd"


@pytest.mark.parametrize("task", ["vary", "answer"])
def test_tasks_change_a_tune(page: Page, address: str, task: str) -> None:
    opened(page, address)
    card = write(page, rhythm="jig", key="G", form="AA", bars="8", seed="6")
    old = abc_of(card)
    card.locator(f'[data-task="{task}"]').click()
    part(card, "said").filter(has_text="new").wait_for()
    assert abc_of(card) != old
    part(card, "undo").click()
    part(card, "said").filter(has_text="before").wait_for()
    assert abc_of(card) == old


def test_changes_are_made_again_too(page: Page, address: str) -> None:
    opened(page, address)
    card = write(page, rhythm="jig", key="G", form="AA", bars="8", seed="6", instrument="tin-whistle-d")
    for task, said in (("vary", "new: bars"), ("continue", "bars are new")):
        card.locator(f'[data-task="{task}"]').click()
        part(card, "said").filter(has_text=said).wait_for()
    part(card, "move").select_option("1")
    part(card, "made").filter(has_text="moved by 1").wait_for(state="attached")
    text = abc_of(card)
    assert "instrument tin-whistle-d" in (part(card, "made").text_content() or "")
    part(card, "making").evaluate("details => { details.open = true; }")
    part(card, "again").click()
    page.locator("#desk article").nth(1).wait_for()
    again = page.locator("#desk article").first
    part(again, "made").filter(has_text="moved by 1").wait_for(state="attached")
    assert abc_of(again) == text


def test_two_windows_do_not_write_over_each_other(page: Page, tmp_path: Path) -> None:
    with running(tmp_path / "shelf.sqlite") as address:
        opened(page, address)
        card = write(page, seed="21")
        part(card, "keep").click()
        part(page.locator("#kept article"), "said").filter(has_text="on the shelf").wait_for()
        first = page.locator("#kept article").first
        other = opened(page.context.new_page(), address)
        second = other.locator("#kept article").first
        part(second, "score").locator(".mark").first.wait_for()
        typed(page, first, TUNE.format(title="Mine"))
        part(first, "said").filter(has_text="as it is now").wait_for()
        part(second, "move").select_option("2")
        part(second, "said").filter(has_text="Another window changed it").wait_for()
        part(second, "keep").click()
        part(second, "said").filter(has_text="on the shelf").wait_for()
        other.on("dialog", lambda dialog: dialog.accept())
        opened(other, address)
        titles = [part(other.locator("#kept article").nth(at), "title").inner_text() for at in (0, 1)]
        assert titles[1] == "Mine"
        part(other.locator("#kept article").nth(1), "discard").click()
        other.locator("#kept article").filter(has_text="Mine").wait_for(state="detached")
        typed(page, first, TUNE.format(title="Mine Again"))
        part(first, "said").filter(has_text="took it off the shelf").wait_for()
        part(first, "keep").click()
        part(first, "said").filter(has_text="It is on the shelf").wait_for()
        other.close()


def test_what_is_too_long_can_be_taken_back(page: Page, address: str) -> None:
    opened(page, address)
    card = write(page, seed="22")
    old = abc_of(card)
    typed(page, card, "A" * 300_000)
    part(card, "said").filter(has_text="at most 65536 characters").wait_for()
    part(card, "undo").click()
    part(card, "said").filter(has_text="before").wait_for()
    assert abc_of(card) == old
    typed(page, card, "A" * 300_000)
    part(card, "discard").click()
    card.wait_for(state="detached")


@pytest.mark.parametrize("held", ["", "GOOD", "q1YqLU", "bomb"])
def test_link_that_holds_no_tune(page: Page, address: str, held: str) -> None:
    opened(page, address)
    if held == "bomb":
        held = page.evaluate(
            """async () => {
                const stream = new Blob(["A".repeat(50_000_000)]).stream()
                const packed = stream.pipeThrough(new CompressionStream("deflate-raw"));
                const bytes = new Uint8Array(await new Response(packed).arrayBuffer());
                return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))
                    .replaceAll("+", "-").replaceAll("/", "_");
            }"""
        )
    page.evaluate("held => { window.location.hash = `#tune=${held}`; }", held)
    page.locator("#said").filter(has_text="holds no tune that can be read").wait_for()
    assert page.locator("#desk article").count() == 0


def test_shelf_with_odd_tunes_opens(page: Page, tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "shelf.sqlite")
    odd: list[dict[str, object]] = [
        {"changes": "x"},
        {"asked": None, "sampling": {"temperature": 1}},
        {"asked": {"instrument": "x"}, "sampling": {}, "seed": 1, "number": 1},
    ]
    for made in odd:
        shelf.keep("Odd", TUNE.format(title="Odd"), made)
    for number in range(60):
        shelf.keep(f"Tune {number}", TUNE.format(title=f"Tune {number}"), {})
    shelf.close()
    with running(tmp_path / "shelf.sqlite") as address:
        opened(page, address)
        assert page.locator("#kept article").count() == 63
        last = page.locator("#kept article").last
        assert part(last, "score").locator(".mark").count() == 0
        last.scroll_into_view_if_needed()
        part(last, "score").locator(".mark").first.wait_for()
        for kind in ("zip", "html"):
            with page.expect_download() as waiting:
                page.locator(f"#books [data-kind={kind}]").click()
            waiting.value.save_as(tmp_path / f"book.{kind}")
    with zipfile.ZipFile(tmp_path / "book.zip") as archive:
        assert len(archive.namelist()) == 63
    assert (tmp_path / "book.html").read_text("utf-8").count("<article") == 63


def test_another_key(page: Page, address: str) -> None:
    opened(page, address)
    card = write(page, key="D", seed="8")
    part(card, "move").select_option("2")
    part(card, "made").filter(has_text="moved by 2").wait_for(state="attached")
    assert "\nK:E\n" in abc_of(card)


def test_hostile_text_stays_text(page: Page, address: str) -> None:
    opened(page, address)
    card = write(page, seed="9")
    bad = "</script><img src=x onerror=window.pwned=1>"
    typed(page, card, TUNE.format(title=bad).replace("|:A|", f'|:"{bad}"A|'))
    part(card, "title").filter(has_text=bad).wait_for()
    part(card, "score").locator(".mark").first.wait_for()
    assert page.evaluate("window.pwned") is None
    assert page.locator("img").count() == 0


def test_a_new_tune_can_be_stopped(page: Page, address: str) -> None:
    opened(page, address)
    page.locator("#order [type=submit]").click()
    page.locator("#stop").click()
    page.locator("#said").filter(has_text="Stopped").wait_for()
    write(page, seed="1")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_keeps_anybody_out(browser: Browser, axe: str, address: str, scheme: str) -> None:
    context = browser.new_context(bypass_csp=True, color_scheme=scheme)  # type: ignore[arg-type]
    page = opened(context.new_page(), address)
    card = write(page, seed="1")
    typed(page, card, TUNE.format(title="Odd") + "x y w(\n")
    page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")
    page.evaluate(axe)
    found = page.evaluate("axe.run()")
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found["violations"]] == []
    context.close()


def test_readable_on_a_phone(browser: Browser, address: str) -> None:
    phone = {"width": 375, "height": 667}
    context = browser.new_context(viewport=phone, has_touch=True)  # type: ignore[arg-type]
    page = opened(context.new_page(), address)
    card = write(page, seed="1")
    typed(page, card, TUNE.format(title="Donaudampfschifffahrtsgesellschaftskapitän" * 3))
    card.locator("h3").filter(has_text="Donau").wait_for()
    page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")
    assert page.evaluate("document.scrollingElement.scrollWidth") <= phone["width"]
    mark = part(card, "score").locator(".mark").first.bounding_box()
    assert mark is not None
    assert mark["height"] > 20  # notes are as large as on a desk
    context.close()


def test_what_stands_around_a_score_is_shown_as_text(page: Page, address: str) -> None:
    opened(page, address)
    card = write(page, seed="1")
    typed(page, card, TUNE.format(title="One").replace("M:6/8", "C:A<b>c\nO:Ennis\nM:6/8") + "W:<i>la la\n")
    part(card, "credits").filter(has_text="A<b>c · Ennis").wait_for()
    assert part(card, "words").locator("p").all_text_contents() == ["<i>la la"]
    typed(page, card, TUNE.format(title="Two"))
    card.locator("h3").filter(has_text="Two").wait_for()
    assert part(card, "credits").is_hidden()
    assert part(card, "words").is_hidden()


def test_tempo_is_heard(page: Page, address: str) -> None:
    page.add_init_script(PLAYED)
    opened(page, address)
    card = write(page, seed="1")
    typed(page, card, "X:1\nT:T\nM:4/4\nL:1/4\nQ:1/4=120\nK:C\nCEGc|cGEC|C4|]\n")
    card.locator("h3").filter(has_text="T").wait_for()
    rates = {}
    for percent in ("100", "50"):
        part(card, "tempo").evaluate(
            "(range, value) => { range.value = value; range.dispatchEvent(new Event('input')); }", percent
        )
        page.evaluate("window.starts = []")
        part(card, "play").click()
        part(card, "score").locator(".mark.sounding.m1").wait_for()
        part(card, "play").click()
        starts = page.evaluate("window.starts")
        rates[percent] = starts[1] - starts[0]
    assert rates["100"] == pytest.approx(0.5, abs=0.01)
    assert rates["50"] == pytest.approx(1.0, abs=0.02)


def test_the_shelf_is_whole_after_the_app_was_ended(browser: Browser, tmp_path: Path) -> None:
    page = browser.new_page()  # its faults are expected: the server goes away
    with running(tmp_path / "shelf.sqlite", signal.SIGTERM) as address:
        opened(page, address)
        card = write(page, seed="1")
        title = card.locator("h3").text_content()
        part(card, "keep").click()
        part(page.locator("#kept article"), "said").filter(has_text="on the shelf").wait_for()
        page.locator("#order [type=submit]").click()  # it ends in the midst of another tune
    with running(tmp_path / "shelf.sqlite") as address:
        opened(page, address)
        assert page.locator("#kept h3").text_content() == title
    page.close()


def test_keys_alone_write_play_and_keep(page: Page, address: str) -> None:
    opened(page, address)

    def to(name: str) -> None:
        for _ in range(80):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.textContent.trim()") == name:
                return
        raise AssertionError(f"{name} is not reached")

    to("Write it")
    page.keyboard.press("Enter")
    page.locator("#said").filter(has_text="is written").wait_for()
    to("Play")
    page.keyboard.press("Space")
    page.locator("#desk .mark.sounding").wait_for()
    page.keyboard.press("Space")
    to("Keep")
    page.keyboard.press("Enter")
    card = page.locator("#kept article")
    part(card, "said").filter(has_text="on the shelf").wait_for()
    assert page.evaluate("document.activeElement.dataset.part") == "title"
    page.once("dialog", lambda dialog: dialog.accept())
    part(card, "discard").click()
    card.wait_for(state="detached")


def test_tune_that_is_being_written_cannot_be_kept_yet(page: Page, address: str) -> None:
    opened(page, address)
    page.evaluate(
        """() => {
            window.seen = [];
            const look = () => {
                const card = document.querySelector("#desk article");
                if (!card) return;
                const hidden = card.querySelector("[data-part=taking]").hidden;
                window.seen.push([card.querySelector("h3").textContent, hidden]);
            };
            const told = { subtree: true, childList: true, attributes: true };
            new MutationObserver(look).observe(document.body, told);
        }"""
    )
    title = part(write(page, seed="12"), "title").inner_text()
    seen = page.evaluate("window.seen")
    assert [hidden for shown, hidden in seen if shown == "…"]
    assert all(hidden for shown, hidden in seen if shown == "…")
    assert seen[-1] == [title, False]


def test_three_quick_presses_keep_one_tune_with_what_was_typed(page: Page, address: str) -> None:
    opened(page, address)
    card = write(page, seed="13")
    part(card, "editing").evaluate("details => { details.open = true; }")
    part(card, "text").fill(TUNE.format(title="Typed"))
    part(card, "keep").evaluate("button => { button.click(); button.click(); button.click(); }")
    kept = page.locator("#kept article")
    part(kept, "said").filter(has_text="on the shelf").wait_for()
    page.wait_for_timeout(1500)
    assert kept.count() == 1
    page.reload()
    page.wait_for_selector("body[data-ready]")
    assert part(kept, "title").all_inner_texts() == ["Typed"]
    # what is no tune any more does not take the place of what was kept
    typed(page, kept, "X:1\nT:Gone\n")
    part(kept, "said").filter(has_text="until it is a tune again").wait_for()
    page.reload()
    page.wait_for_selector("body[data-ready]")
    assert part(kept, "title").all_inner_texts() == ["Typed"]
    page.once("dialog", lambda dialog: dialog.accept())
    part(kept, "discard").click()
    kept.wait_for(state="detached")


def test_music_stops_when_its_tune_goes(page: Page, address: str) -> None:
    opened(page, address)
    card = write(page, seed="14")
    part(card, "loop").check()
    part(card, "play").click()
    part(card, "score").locator(".mark.sounding").wait_for()
    typed(page, card, "nothing")
    part(card, "fault").wait_for()
    assert part(card, "play").text_content() == "Play"
    typed(page, card, TUNE.format(title="Back"))
    part(card, "score").locator(".mark").first.wait_for()


def test_link_on_another_page_leads_here(page: Page, address: str) -> None:
    page.set_content(f'<a href="{address}">the app</a>')
    page.locator("a").click()
    page.wait_for_selector("body[data-ready]")


def test_bars_are_given_one_after_the_other(page: Page, address: str) -> None:
    opened(page, address)
    card = write(page, seed="1", bars="8")
    first, last = part(card, "from"), part(card, "to")
    for given in (("1", "1"), ("3", "4"), ("2", "2")):
        for field, value in zip((first, last), given, strict=True):
            field.fill(value)
            field.blur()
        assert (first.input_value(), last.input_value()) == given
    last.fill("1")
    last.blur()
    assert (first.input_value(), last.input_value()) == ("1", "1")


def test_nobody_writes_into_a_tune_that_is_being_changed(page: Page, address: str) -> None:
    opened(page, address)
    card = write(page, seed="1")
    part(card, "editing").evaluate("details => { details.open = true; }")
    page.route("**/api/change", lambda route: (page.wait_for_timeout(1500), route.continue_()))
    card.locator('[data-task="vary"]').click()
    page.wait_for_timeout(500)
    assert part(card, "text").get_attribute("readonly") is not None
    part(card, "said").filter(has_text="seed").wait_for()
    assert part(card, "text").get_attribute("readonly") is None


def test_a_link_may_hold_a_tune_that_is_to_be_mended(page: Page, address: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    opened(page, address)
    card = write(page, seed="1")
    typed(page, card, TUNE.format(title="Odd").replace("A|d2d", "A|§d2d"))
    part(card, "fault").filter(has_text="There is no score").wait_for()
    part(card, "share").click()
    part(card, "said").filter(has_text="is copied").wait_for()
    link = page.evaluate("navigator.clipboard.readText()")
    page = page.context.new_page()
    opened(page, link)
    page.locator("#desk h3").filter(has_text="Odd").wait_for()
    assert "#" not in page.url
    for place in ("#shelf", "#desk", "#shelf"):
        page.evaluate("place => { window.location.hash = place; }", place)
    page.go_back()
    page.wait_for_timeout(300)
    assert page.locator("#desk article").count() == 1
