"""New music in the text of a file: spelled as the file spells, and every other byte as it was."""

from __future__ import annotations

import re

import pytest

from abcgen.errors import InputError, UsageError
from abcgen.notation import from_dialect, parse_tune
from abcgen.notation.splice import InFile
from abcgen.notation.tune import Event

HEAD = "X:1\nM:4/4\nL:1/8\nK:C\n"
FILE = """% a book
X:1
T:One
M:4/4
L:1/8
K:D
|: "D"A2 {g}(fe d2 A2) | B2A2 F2A2 | % here
w: la la
[L:1/16] .d4 (e4 f4 d4 | a8) d8 :|
W: at the end

X:2
M:3/4
K:C
C6 | D6 | E6 | F6 |]
"""


def events(music: str, key: str = "D", meter: str = "4/4") -> tuple[Event, ...]:
    return parse_tune(f"X:1\nM:{meter}\nL:1/8\nK:{key}\n{music}|]").bars[0].events


def test_a_bar_is_replaced_and_all_else_stays() -> None:
    found = InFile(FILE).with_bars({1: events("cded =c4")})
    assert found.text == FILE.replace("B2A2 F2A2", "cded =c4")
    assert found.tune.valid


@pytest.mark.parametrize(
    ("index", "music", "old", "new"),
    [
        (0, "d8", '"D"A2 {g}(fe d2 A2)', "d8"),
        (2, "d2e2 f2d2", ".d4 (e4 f4 d4", "d4 e4 f4 (d4"),
        (3, "d4 f4", "a8) d8", "d8) f8"),
        (2, "(3ded c4 B2", ".d4 (e4 f4 d4", "(3d2e2d2 c8 (B4"),
    ],
)
def test_music_is_spelled_in_the_unit_length_that_holds_there(
    index: int, music: str, old: str, new: str
) -> None:
    """Slurs from before go on to the first new note, those to what comes after begin at the last."""
    assert InFile(FILE).with_bars({index: events(music)}).text == FILE.replace(old, new)


def test_a_bar_over_two_lines_leaves_its_lines_and_what_is_said_there() -> None:
    found = InFile(f"{HEAD}C8 | GABc % first half\ncBAG\n| F8 |\n% end\n").with_bars({1: events("c8", "C")})
    assert found.text == f"{HEAD}C8 | c8 % first half\n| F8 |\n% end\n"


def test_line_ends_stay() -> None:
    written = FILE.replace("\n", "\r\n")
    found = InFile(written).with_bars({1: events("cded =c4")})
    assert found.text == written.replace("B2A2 F2A2", "cded =c4")
    assert found.with_lines(["X:1"]).text == "% a book\r\nX:1\r\n" + written[written.index("\r\nX:2") :]


def test_other_tunes_of_the_file_stay() -> None:
    found = InFile(FILE, 1).with_bars({1: events("A4 B2", "C", "3/4")})
    assert found.text == FILE.replace("D6 | E6", "A4 B2 | E6")


@pytest.mark.parametrize(
    ("music", "index", "why"),
    [
        ("CDEF [K:G]GABc|CDEFGABc|", 0, "line 5, column 1: the bar has a field within it"),
        ("C4 D4&E8|CDEFGABc|", 0, "a second layer"),
        ("CDEF G2^c2-|c4 c4|", 0, "other notes hang on theirs"),
    ],
)
def test_bars_on_which_other_notes_hang_are_refused(music: str, index: int, why: str) -> None:
    with pytest.raises(UsageError, match=re.escape(why)):
        InFile(f"X:1\nM:4/4\nL:1/8\nK:C\n{music}\n").with_bars({index: events("C8", "C")})


def test_a_tune_that_is_not_there() -> None:
    with pytest.raises(InputError, match="there is no tune here"):
        _ = InFile("just words\n").tune
    with pytest.raises(InputError, match="there are 2 tunes here, so none is number 3"):
        _ = InFile(FILE, 2).tune


@pytest.mark.parametrize(
    ("there", "body", "expected"),
    [
        # within a bar: what is left of it, a new line for what comes then
        ("C2D2 E2", "C2D2E2F2|G8|A8|B8|]", "C2D2 E2 F2 |\nG8 | A8 | B8 |]\n"),
        ("c4^f2", "c4^f2=f2|G8|A8|B8|]", "c4^f2 =f2 |\nG8 | A8 | B8 |]\n"),
        # a bar line becomes another
        ("C8|D8|", "C8|D8||E8|F8|]", "C8|D8||\nE8 | F8 |]\n"),
        ("C8|D8|]", "C8|D8||E8|F8|]", "C8|D8|]\nE8 | F8 |]\n"),
        ("C8|D8:|", "|:C8|D8::E8|F8:|", "C8|D8:|\n|:E8 | F8 :|\n"),
        ("C8|D8|", "C8|D8|:E8|F8:|", "C8|D8|\n|:E8 | F8 :|\n"),
        # only a bar line is missing
        ("C8|D8", "C8|D8|E8|F8|]", "C8|D8 |\nE8 | F8 |]\n"),
        # nothing is there, or a sign
        ("|:", "|:C8|D8|E8|F8:|", "|:\nC8 | D8 | E8 | F8 :|\n"),
        ("", "C8|D8|E8|F8|]", "C8 | D8 | E8 | F8 |]\n"),
    ],
)
def test_music_goes_on(there: str, body: str, expected: str) -> None:
    whole = from_dialect(f"X:1\nM:4/4\nL:1/8\nK:C\n{body}\n")
    found = InFile(HEAD + there).continued(whole)
    assert found.text == HEAD + expected


def test_it_goes_on_before_the_comment_and_after_the_words() -> None:
    whole = from_dialect(f"{HEAD}C2D2E2F2|G8|A8|B8|]\n")
    found = InFile(f"{HEAD}C2D2 E2 % so far\nw: a b c\nW: end\n\nX:2\nK:C\nC\n").continued(whole)
    music = "C2D2 E2 F2 | % so far\nw: a b c\nG8 | A8 | B8 |]\nW: end\n\nX:2\nK:C\nC\n"
    assert found.text == HEAD + music


def test_a_change_of_key_and_unit_holds_for_what_is_added() -> None:
    whole = from_dialect(f"{HEAD}C8|^F4G4|A8|^F8|]\n")
    found = InFile(f"{HEAD}C8|[K:G][L:1/4]F2G2|").continued(whole)
    assert found.text == f"{HEAD}C8|[K:G][L:1/4]F2G2|\nA4 | F4 |]\n"
