"""The page of a tunebook, opened, played and changed as its readers do."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page

from abcgen.cli import run
from abcgen.notation import parse_book, parse_tune
from abcgen.notation.transpose import transpose_by
from abcgen.scores import PageEntry, tunebook_page
from abcgen.scores.compare import require_same, timed
from abcgen.scores.midifile import read_midi
from abcgen.scores.performance import performed

#: The screen of a phone.
PHONE = {"width": 360, "height": 740}
HOSTILE = "</script><script>window.pwned=1</script><img src=x onerror=window.pwned=1>"
BOOK = f"""X:1
T:The Lark's Reel
R:reel
M:4/4
L:1/8
Q:1/4=400
K:D
|:FA|"D"d2fd "A"cdec|1 d2A2 F2:|2 d2A2 d4|]

X:2
T:An Ceol Bán 小曲 Lied für {HOSTILE}
M:6/8
L:1/8
K:G
"<b onclick=alert(1)>"GAB c2d|e3 d3|(3efg a g3|G6|]
w: Lo-rem <script>window.pwned=1</script> ip

X:3
T:A Waltz
R:waltz
M:3/4
L:1/4
K:Am
EAB|c2-c|c{{d}}BA|[cA]3|]

X:4
T:Two Voices
M:4/4
L:1/4
V:2
V:1 name="First"
K:C
V:2
C,D,E,F,|G,4|
V:1
cdef|[gec]4 & e4|
"""


@pytest.fixture
def opened(page: Page, tmp_path: Path) -> Page:
    """The page of the book, from a file, with all its scores there."""
    file = tmp_path / "book.html"
    file.write_text(tunebook_page([PageEntry(tune) for tune in parse_book(BOOK).tunes], "A book"), "utf-8")
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(file.as_uri())
    for number in range(4):
        page.wait_for_selector(f'article[data-tune="{number}"][data-engraved]')
    assert [url for url in requests if not url.startswith(("blob:", "data:"))] == [file.as_uri()]
    return page


def article(page: Page, number: int) -> Locator:
    return page.locator(f"#tune-{number}")


def part(page: Page, number: int, name: str) -> Locator:
    return article(page, number).locator(f'[data-part="{name}"]')


def sounding(page: Page, number: int) -> int | None:
    """The number of the note that is shown as sounding."""
    found = part(page, number, "score").evaluate(
        "score => score.shadowRoot.querySelector('.mark.sounding')?.getAttribute('class') ?? ''"
    )
    return int(found.split()[1][1:]) if found else None


def wait_for_sound(page: Page, number: int, other_than: int | None = None) -> int:
    for _ in range(200):
        now = sounding(page, number)
        if now is not None and now != other_than:
            return now
        page.wait_for_timeout(20)
    raise AssertionError("the cursor does not move")


def test_scores_of_all_tunes_are_there(opened: Page) -> None:
    for number, notes in ((1, 15), (2, 13), (3, 9), (4, 5)):
        score = part(opened, number, "score")
        assert score.locator(".mark").count() == notes
        assert score.locator("svg").count() >= 1
        assert score.bounding_box()["height"] > 60  # type: ignore[index]
    assert "Bán 小曲" in article(opened, 2).inner_text()


def test_text_of_tunes_stays_text(opened: Page) -> None:
    assert opened.evaluate("window.pwned") is None
    assert HOSTILE in article(opened, 2).inner_text()
    assert opened.locator("img").count() == 0
    assert opened.locator("script:not([type])").count() == 1


def test_cursor_moves_and_stops(opened: Page) -> None:
    part(opened, 1, "play").click()
    first = wait_for_sound(opened, 1)
    wait_for_sound(opened, 1, other_than=first)
    assert part(opened, 1, "play").inner_text() == "Stop"
    part(opened, 1, "play").click()
    assert sounding(opened, 1) is None
    assert part(opened, 1, "play").inner_text() == "Play"


def test_whole_tune_is_played_with_its_repeat(opened: Page) -> None:
    part(opened, 1, "score").evaluate(
        """score => {
            window.shown = [];
            const look = (changes) => {
                for (const { target: { classList } } of changes)
                    if (classList.contains("sounding")) window.shown.push(Number(classList[1].slice(1)));
            };
            const told = { subtree: true, attributeFilter: ["class"] };
            new MutationObserver(look).observe(score.shadowRoot, told);
        }"""
    )
    part(opened, 1, "play").click()
    part(opened, 1, "play").filter(has_text="Play").wait_for()
    shown = opened.evaluate("window.shown")
    assert shown == [*range(12), *range(9), 12, 13, 14]


def test_chosen_bar_goes_round(opened: Page) -> None:
    part(opened, 1, "from").fill("1")
    part(opened, 1, "to").fill("1")
    part(opened, 1, "loop").check()
    part(opened, 1, "play").click()
    shown = set()
    back = 0
    last = -1
    for _ in range(600):
        now = sounding(opened, 1)
        if now is not None:
            shown.add(now)
            back += now < last
            last = now
        if back == 2:
            break
        opened.wait_for_timeout(10)
    assert back == 2
    assert shown <= set(range(2, 9))
    part(opened, 1, "play").click()


def test_bars_are_chosen_by_drawing_over_them(opened: Page) -> None:
    marks = part(opened, 1, "score").locator(".mark")
    begin, end = marks.nth(9).bounding_box(), marks.nth(11).bounding_box()
    assert begin is not None
    assert end is not None
    opened.mouse.move(begin["x"] + 3, begin["y"] + begin["height"] / 2)
    opened.mouse.down()
    opened.mouse.move(end["x"] + 3, end["y"] + end["height"] / 2)
    opened.mouse.up()
    assert (part(opened, 1, "from").input_value(), part(opened, 1, "to").input_value()) == ("2", "2")
    assert part(opened, 1, "score").locator(".mark.chosen").count() == 3


def test_bars_are_chosen_by_a_finger(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(tunebook_page([PageEntry(tune) for tune in parse_book(BOOK).tunes], "Book"), "utf-8")
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(path.as_uri())
    part(page, 3, "score").locator(".mark").first.wait_for(state="attached")
    part(page, 3, "score").scroll_into_view_if_needed()
    boxes = [part(page, 3, "score").locator(f".mark.m{at}").first.bounding_box() for at in (3, 5)]
    session = context.new_cdp_session(page)
    (x, y), (other_x, other_y) = (
        (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) for box in boxes if box
    )
    session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in range(1, 11):
        at = {"x": x + (other_x - x) * step / 10, "y": y + (other_y - y) * step / 10}
        session.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [at]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_timeout(200)
    chosen = [part(page, 3, name).input_value() for name in ("from", "to")]
    context.close()
    assert chosen == ["2", "3"]


def test_long_notes_octave_clefs_and_sums_are_shown(page: Page, tmp_path: Path) -> None:
    music = "X:1\nT:Odd\nM:(3+2)/8\nL:1/8\nK:G clef=treble-8\nA5|z5|[Ac]4-[Ac]|:GAB cd:|\n"
    path = tmp_path / "page.html"
    path.write_text(tunebook_page([PageEntry(parse_tune(music))], "Book"), "utf-8")
    page.goto(path.as_uri())
    part(page, 1, "score").locator(".mark").first.wait_for(state="attached")
    assert part(page, 1, "said").inner_text() == ""
    assert part(page, 1, "score").locator(".mark").count() == 9  # the first note is two, tied
    part(page, 1, "play").click()
    part(page, 1, "score").locator(".mark.sounding.m0").wait_for(state="attached")
    part(page, 1, "play").click()


def test_sound_that_does_not_come_is_told(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(tunebook_page([PageEntry(tune) for tune in parse_book(BOOK).tunes], "Book"), "utf-8")
    page.add_init_script("window.AudioContext = class { constructor() { throw new Error('no device'); } };")
    page.goto(path.as_uri())
    part(page, 1, "score").locator(".mark").first.wait_for()
    part(page, 1, "play").click()
    part(page, 1, "said").filter(has_text="cannot be played here: no device").wait_for()
    assert part(page, 1, "play").inner_text() == "Play"


def test_another_key_is_shown_copied_and_downloaded(opened: Page, tmp_path: Path) -> None:
    tune = parse_book(BOOK).tunes[0]
    up = transpose_by(tune, 2)
    part(opened, 1, "transpose").select_option(label="E (+2)")
    opened.wait_for_selector('#tune-1[data-engraved="7"]')
    assert parse_tune(part(opened, 1, "abc").text_content() or "") == up
    with opened.expect_download() as waiting:
        part(opened, 1, "midi").click()
    assert waiting.value.suggested_filename == "The-Larks-Reel.mid"
    file = tmp_path / "got.mid"
    waiting.value.save_as(file)
    heard = [note for voice in performed(up).voices for note in timed(voice)]
    require_same(heard, read_midi(file.read_bytes()), "the page's MIDI file")


def test_signs_stand_under_the_notes(opened: Page) -> None:
    part(opened, 1, "signs").select_option("tin-whistle-d")
    score = part(opened, 1, "score")
    score.locator("text", has_text="●").first.wait_for()
    assert score.locator("text").filter(has_text="○").count() > 3
    part(opened, 3, "signs").select_option("names")
    part(opened, 3, "score").locator("text", has_text="C/A").wait_for()


def test_copy_says_what_it_did(opened: Page) -> None:
    opened.context.grant_permissions(["clipboard-read", "clipboard-write"])
    part(opened, 3, "copy").click()
    part(opened, 3, "said").filter(has_text="copied").wait_for()
    assert parse_tune(opened.evaluate("navigator.clipboard.readText()")).title == "A Waltz"


def test_keyboard_alone_plays(opened: Page) -> None:
    part(opened, 1, "play").focus()
    opened.keyboard.press("Enter")
    wait_for_sound(opened, 1)
    opened.keyboard.press("Space")
    assert sounding(opened, 1) is None


def test_readable_on_a_phone(opened: Page) -> None:
    opened.set_viewport_size(PHONE)  # type: ignore[arg-type]
    opened.wait_for_timeout(800)
    assert opened.evaluate("document.scrollingElement.scrollWidth") <= PHONE["width"]
    mark = part(opened, 1, "score").locator(".mark").first.bounding_box()
    assert mark is not None
    assert mark["height"] > 20  # notes are as large as on a desk
    lines = part(opened, 1, "score").locator("svg").count()
    opened.set_viewport_size({"width": 1100, "height": 800})
    opened.wait_for_timeout(800)
    assert lines > part(opened, 1, "score").locator("svg").count()


def test_nothing_keeps_anybody_out(browser: Browser, axe: str, tmp_path: Path) -> None:
    file = tmp_path / "book.html"
    file.write_text(tunebook_page([PageEntry(tune) for tune in parse_book(BOOK).tunes], "A book"), "utf-8")
    for scheme in ("light", "dark"):
        context = browser.new_context(bypass_csp=True, color_scheme=scheme)  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(file.as_uri())
        page.wait_for_selector("article[data-engraved]")
        page.evaluate(axe)
        found = page.evaluate("axe.run()")
        assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found["violations"]] == []
        context.close()


def test_long_words_stay_on_a_phone(page: Page, tmp_path: Path) -> None:
    word = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverordnungsgesetz"
    entries = [PageEntry(parse_tune(f"X:1\nT:{word}\nT:Auch {word}\nM:4/4\nL:1/4\nK:D\nDEFG|\n"))] * 3
    path = tmp_path / "page.html"
    path.write_text(tunebook_page(entries, word), "utf-8")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto(path.as_uri())
    part(page, 1, "score").locator(".mark").first.wait_for()
    assert page.locator("article .also").count() == 3
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_prints_its_scores_alone(opened: Page) -> None:
    opened.emulate_media(media="print")
    assert not part(opened, 1, "play").is_visible()
    assert part(opened, 1, "score").is_visible()


def test_page_of_new_tunes_shows_their_scores(page: Page, tmp_path: Path) -> None:
    assert (
        run(["generate", "-n", "3", "--seed", "11", "--to", "abc,midi", "--out", str(tmp_path / "new")]) == 0
    )
    page.goto((tmp_path / "new" / "index.html").as_uri())
    for number in range(3):
        page.wait_for_selector(f'article[data-tune="{number}"][data-engraved]')
        assert part(page, number + 1, "score").locator(".mark").count() > 20
        links = article(page, number + 1).locator(".files a").evaluate_all("links => links.map(a => a.href)")
        assert [Path(link).suffix for link in links] == [".abc", ".mid"]
