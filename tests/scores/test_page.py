"""The page of a tunebook as a file: what is in it, and that all of it stays text."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from html.parser import HTMLParser

import pytest

from abcgen.notation import parse_tune
from abcgen.scores import Look, PageEntry, Playing, tunebook_page
from abcgen.scores.limits import MAX_BARS
from abcgen.scores.page import SCRIPTS, no_signs, texts_of, tune_data, web_asset

REEL = "X:1\nT:A Reel\nR:reel\nM:4/4\nL:1/8\nK:D\n|:FA|d2fd cdec|1 d2A2 F2:|2 d2A2 d4|]\n"


class Reader(HTMLParser):
    """Tags with their attributes, the text of the page, and that of its scripts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.scripts: list[tuple[str, str]] = []
        self._in_script = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._in_script = tag == "script"
        if self._in_script:
            self.scripts.append((dict(attrs).get("type") or "", ""))

    def handle_endtag(self, tag: str) -> None:
        self._in_script = False

    def handle_data(self, data: str) -> None:
        if self._in_script:
            kind, text = self.scripts[-1]
            self.scripts[-1] = kind, text + data
        else:
            self.text += data

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    def book(self) -> dict:  # type: ignore[type-arg]
        (packed,) = (text for kind, text in self.scripts if kind == "application/gzip")
        return json.loads(gzip.decompress(base64.b64decode(packed)))  # type: ignore[no-any-return]


def test_page_shows_titles_files_and_text() -> None:
    entry = PageEntry(parse_tune(REEL), {"svg": "a reel.svg", "midi": "a.mid"})
    page = Reader(tunebook_page([entry], "New tunes"))
    assert [link["href"] for link in page.of("a")] == ["./a%20reel.svg", "./a.mid"]
    for text in ("New tunes", "A Reel", REEL):
        assert text in page.text
    (tune,) = page.book()["tunes"]
    assert [variant["semitones"] for variant in tune["variants"]] == [*range(-5, 7)]
    assert tune["variants"][5]["abc"] == REEL


def test_page_without_tunes_says_so() -> None:
    assert "No tunes." in Reader(tunebook_page([], "Nothing")).text


def test_one_script_runs_and_nothing_is_loaded() -> None:
    page = Reader(tunebook_page([PageEntry(parse_tune(REEL))], "New tunes"))
    (policy,) = [a["content"] for a in page.of("meta") if a.get("http-equiv")]
    (script,) = (text for kind, text in page.scripts if not kind)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert policy is not None
    assert policy.startswith(f"default-src 'none'; script-src 'sha256-{digest}'; worker-src blob:;")
    assert not any("src" in attributes for _, attributes in page.tags)


def test_page_escapes_everything() -> None:
    bad = '"><script>alert(1)</script>'
    text = f'X:1\nT:{bad}\nM:4/4\nL:1/8\nK:D\n"{bad[2:]}"d2fd cdec|\nw: {bad}\n'
    files = {"svg": bad, "midi": "../../etc/passwd", "pdf": "/etc/passwd", bad: "javascript:alert(1)"}
    html = tunebook_page([PageEntry(parse_tune(text), files)], bad)
    page = Reader(html)
    assert len(page.scripts) == 4
    assert html.count("alert(1)</script>") == 0
    assert {tag for tag, _ in page.tags}.isdisjoint({"iframe", "object", "base", "img"})
    assert all(not name.startswith("on") for _, attributes in page.tags for name in attributes)
    links = [link["href"] for link in page.of("a")]
    assert links == ["./%22%3E%3Cscript%3Ealert%281%29%3C/script%3E", "./javascript%3Aalert%281%29"]


def test_tune_without_a_score_is_there_as_text_with_the_reason() -> None:
    long = "X:1\nT:Long\nM:4/4\nL:1/8\nK:C\n" + "CDEFGABc|" * (MAX_BARS + 1) + "\n"
    page = Reader(tunebook_page([PageEntry(parse_tune(long)), PageEntry(parse_tune(REEL))], "Two"))
    assert "There is no score of it: " in page.text
    assert "CDEF" in page.text
    assert [attributes.get("data-tune") for attributes in page.of("article")] == [None, "0"]


def test_music_is_that_of_the_playing() -> None:
    def music(**how: object) -> dict:  # type: ignore[type-arg]
        playing = Playing(**how)  # type: ignore[arg-type]
        book = Reader(tunebook_page([PageEntry(parse_tune(REEL))], "T", playing)).book()
        return book["tunes"][0]["music"]  # type: ignore[no-any-return]

    plain = music()
    assert len(plain["sounds"]) == len(plain["moments"]) == 2 + 7 + 3 + 2 + 7 + 3
    assert plain["sounds"][0] == [0, 66, 5040, 0.71]
    assert [number for _, number in plain["bars"]] == [0, 1, 2, 0, 1, 3]
    assert plain["length"] == 40320 * 17 // 4
    assert len(music(unfold=False)["bars"]) == 4
    assert len(music(chords=True)["sounds"]) > len(plain["sounds"])
    assert music(tempo=99)["quarters"] == 99


@pytest.mark.parametrize(
    ("look", "chosen"), [(Look("mandolin"), "mandolin"), (Look(note_names=True), "names")]
)
def test_look_is_what_is_chosen_at_first(look: Look, chosen: str) -> None:
    page = Reader(tunebook_page([PageEntry(parse_tune(REEL))], "T", look=look))
    selected = [option["value"] for option in page.of("option") if "selected" in option]
    assert selected == ["5", chosen]


def test_scripts_hold_no_end_of_a_script() -> None:
    for name in ("engraver.js", "page.js", *SCRIPTS):
        assert "</" not in web_asset(name)


def test_last_voice_is_played_to_its_end() -> None:
    tune = parse_tune("X:1\nM:4/4\nL:1/4\nK:C\nV:1\nCDEF|\nV:2\nCDEF|GABc|\n")
    (found,) = Reader(tunebook_page([PageEntry(tune)], "T")).book()["tunes"]
    assert found["music"]["length"] == 2 * 40320


def test_chords_are_told_from_low_to_high() -> None:
    tune = parse_tune("X:1\nM:4/4\nL:1/4\nK:C\n[ecG]4|\n")
    book = Reader(tunebook_page([PageEntry(tune)], "T")).book()
    assert book["tunes"][0]["events"] == [[67, 72, 76]]
    assert book["tunes"][0]["variants"][5]["names"] == ["E/C/G"]
    assert "67,72,76" in book["tabs"]["mandolin"]


def test_texts_around_a_score_are_text_of_the_page() -> None:
    tune = parse_tune(
        "X:1\nT:One\nT:Two\nR:jig\nC:A<b>c\nO:Ennis\nM:6/8\nL:1/8\nK:C\nC6|]\nW:<i>la\nW:\nW:li\n"
    )
    assert texts_of(tune) == {
        "subtitles": ["Two"],
        "credits": "jig · A<b>c · Ennis",
        "words": ["<i>la", "", "li"],
    }
    page = tunebook_page([PageEntry(tune)], "Book")
    assert '<p class="also">jig · A&lt;b&gt;c · Ennis</p>' in page
    assert "<p>&lt;i&gt;la</p>" in page
    (variant,) = (each for each in tune_data(tune, Playing(), no_signs(), (0,))["variants"])
    assert "Ennis" not in variant["text"]
    assert "W:" not in variant["text"]
