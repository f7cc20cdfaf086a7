"""Header lines say what is true; gaps are laid out and filled; tunes move to keys that people play."""

from __future__ import annotations

import pytest

from abcgen.errors import UsageError
from abcgen.notation import from_dialect, parse_tune, to_dialect, write_abc
from abcgen.notation.acceptor import accepts
from abcgen.notation.dialect import NotInDialect, losses
from abcgen.notation.infill import FILL, HOLE, bar_spans, filled, with_gap
from abcgen.notation.sounding import sound_ticks
from abcgen.notation.steering import is_form, origin_name, pitch_name
from abcgen.notation.tradition import KEYS, in_another_key
from abcgen.notation.transpose import transpose_by


def lines(body: str, meter: str = "4/4", fields: str = "") -> dict[str, str]:
    """The steering lines of a tune by what stands before their value."""
    spelled = to_dialect(parse_tune(f"X:1\n{fields}M:{meter}\nL:1/8\nK:D\n{body}\n"))
    assert to_dialect(from_dialect(spelled.steered)).steered == spelled.steered
    return dict(line.replace(":", ": ", 1).split(" ", 1) for line in spelled.steering)


A, B = "D8|E8|F8|G8", "A8|B8|c8|d8"


@pytest.mark.parametrize(
    ("body", "form", "section", "length"),
    [
        (f"|:{A}::{B}:|", "AABB", "4", "16"),
        (f"{A}||{B}|]", "AB", "4", "8"),
        (f"{A}||{B}||{A}||{B}|]", "ABAB", "4", "16"),
        (f"|:{A}:|{B}|]", "AAB", "4", "12"),
        (f"|:{A}|1e8:|2f8||{B}|]", "AAB", None, "14"),
        (f"|:{A}|1e8:|2f8|:{B}|c8:|", "AABB", "5", "20"),
        (f"f2|:{A}::{B}:|", "AABB", "4", "16"),
        (f"|:f2|{A[:-1]}6::f2|{B[:-1]}6:|", "AABB", "4", "16"),
        (f"{A}|{B}|]", "A", "8", "8"),
    ],
)
def test_form_and_lengths_are_those_played(body: str, form: str, section: str | None, length: str) -> None:
    found = lines(body)
    assert found["%%form"] == form
    assert found.get("%%section") == section
    assert found["%%length"] == length


def test_the_other_lines() -> None:
    found = lines("f2|^D,8|A,8|d'8|[Fa]6|]", fields="O:Irish, Co. Clare\n")
    assert found["%%pickup"] == "1/4"
    assert found["%%endings"] == "no"
    assert (found["%%lowest"], found["%%highest"]) == ("Eb3", "D6")
    assert found["O:"] == "Ireland"
    assert lines("D8|E8|F8|G8|]")["%%pickup"] == "0"
    assert lines("|:D8|E8|F8|1G8:|2A8|]")["%%endings"] == "yes"


def test_names() -> None:
    assert [pitch_name(midi) for midi in (60, 61, 70, 59)] == ["C4", "C#4", "Bb4", "B3"]
    assert origin_name("SCOTCH.") == "Scotland"
    assert origin_name("Nowhere; Atlantis") == ""
    assert is_form("AABBCA")
    assert not is_form("BA")
    assert not is_form("AC")
    assert not is_form("")


def test_the_origin_of_a_collection_counts_where_o_says_nothing() -> None:
    tune = parse_tune(f"X:1\nM:4/4\nL:1/8\nK:D\n{A}|]\n")
    assert to_dialect(tune, origin="Ireland").steering[0] == "O:Ireland"
    assert "O:" not in " ".join(to_dialect(tune).steering)


def test_a_gap_is_laid_out_and_filled() -> None:
    body = "|:G3A3|B6|1c6:|2d6|]\n"
    assert [body[a:b] for a, b in bar_spans(body)] == ["G3A3", "B6", "c6", "d6"]
    given, missing = with_gap(body, 1, 2)
    assert given == f"|:G3A3|{HOLE}:|2d6|]\n{FILL}"
    assert missing == "B6|1c6"
    for first in range(4):
        for last in range(first, 4):
            assert filled("".join(with_gap(body, first, last))) == body
    with pytest.raises(UsageError, match="the tune has 4"):
        with_gap(body, 3, 4)
    with pytest.raises(UsageError, match="no text"):
        filled(body)


@pytest.mark.parametrize("mode", list(KEYS))
def test_a_moved_tune_is_the_same_an_interval_on(mode: str) -> None:
    first, *others = KEYS[mode]
    tune = parse_tune(f"X:1\nM:4/4\nL:1/8\nK:{first}\n|:D2^EF GABc|d8|e8|f8:|\n")
    assert tune.key.mode == mode
    before = sound_ticks(tune.bars)
    moved = 0
    for key in others:
        found = in_another_key(tune, key)
        if found is None:
            continue
        moved += 1
        after = sound_ticks(from_dialect(found.text).bars)
        [interval] = {b[1] - a[1] for a, b in zip(before, after, strict=True)}
        assert interval
        assert [(a[0], a[2]) for a in before] == [(b[0], b[2]) for b in after]
        assert f"\nK:{key}\n" in found.header
    assert moved


def test_what_would_leave_the_range_is_not_moved() -> None:
    low = parse_tune("X:1\nM:4/4\nL:1/8\nK:G\nG,8|D8|e8|b8|]\n")
    assert in_another_key(low, "E") is None
    assert in_another_key(low, "A") is not None
    assert in_another_key(parse_tune("X:1\nM:4/4\nL:1/8\nK:HP\nA8|B8|c8|d8|]\n"), "D") is None


def test_the_order_of_parts_is_left_off_and_named() -> None:
    tune = parse_tune("X:1\nP:AABA\nM:4/4\nL:1/8\nK:C\nP:A\nC8|D8||\nP:B\nE8|F8|]\n")
    assert losses(tune) == ("order-of-parts",)
    assert "%%form AB" in to_dialect(tune).steering


@pytest.mark.parametrize(
    ("body", "spelled"),
    [
        ("|:C8|D8||1E8:|2F8|]", "|:C8|D8|1E8:|2F8|]"),
        ("|:C8|D8|1E8|\nP:B\nG8:|2F8|]", "|:C8|D8|1E8|G8:|2F8|]"),
        ("|:C8|D8|\nP:B\nE8|F8:|", "|:C8|D8||E8|F8:|"),
    ],
)
def test_bar_lines_about_endings_are_those_that_close_nothing(body: str, spelled: str) -> None:
    text = to_dialect(parse_tune(f"X:1\nM:4/4\nL:1/8\nK:C\n{body}\n"))
    assert text.body == spelled + "\n"
    assert accepts(text.text)


@pytest.mark.parametrize("body", ["|:C8|D8|:1E8:|2F8|]", "|:C8|D8::1E8:|2F8|]", "C8|D8|E8:|1F8:|2G8|]"])
def test_an_ending_where_none_can_begin_is_not_in_the_dialect(body: str) -> None:
    with pytest.raises(NotInDialect):
        to_dialect(parse_tune(f"X:1\nM:4/4\nL:1/8\nK:C\n{body}\n"))


def test_the_lines_stay_when_a_tune_is_written_and_move_when_it_moves() -> None:
    text = to_dialect(parse_tune("X:1\nM:4/4\nL:1/8\nK:D\nD2F2A2F2|DEFGA4|A2F2A2F2|A2F2D4|]\n")).steered
    written = write_abc(parse_tune(text))
    for line in text.partition("M:")[2].split("\n")[2:-2]:
        assert line in written.split("\n")
    assert "%%" not in write_abc(from_dialect(text))
    moved = write_abc(transpose_by(parse_tune(text), 5)).split("\n")
    assert {"%%endings no", "%%lowest G4", "%%highest D5"} <= set(moved)
