"""Music that is there: where a tune stands after it, and what cannot be gone on with."""

from __future__ import annotations

import pytest

from abcgen.notation import parse_tune
from abcgen.notation.acceptor import read, sounds
from abcgen.notation.begun import Begun, begun
from abcgen.notation.dialect import beginning_of
from abcgen.notation.finish import rest_of_tune
from abcgen.notation.form import Laid, Layout, parts_of
from abcgen.notation.places import Freely

FIRST = Freely(sounds("6/8", "G", single=True), strict=True)


def after(text: str, closings: tuple[str, ...] = (), first: Freely | Laid = FIRST) -> Begun:
    found = begun(first, text, closings)
    assert isinstance(found, Begun)
    return found


@pytest.mark.parametrize(
    "text", ["", "|:", "|:GAG", "|:G5-G", "D|:GAGGAB", "|:GAGGAB|ABA(3Bd", "GAGGAB|[GB]3-", "|:GAGGAB|A5B"]
)
def test_a_tune_can_be_gone_on_with_after_whole_notes(text: str) -> None:
    state = after(text).state
    body = text + rest_of_tune(state)
    tune = parse_tune(f"X:1\nM:6/8\nL:1/8\nK:G\n{body}")
    assert tune.valid


def test_notes_that_are_there_are_whole() -> None:
    """Nothing makes a quarter of an eighth, or ties it, once it is there."""
    state = after("|:GAG").state
    assert read(state, "A") is not None
    assert read(state, "2") is None
    assert read(state, "-") is None


def test_what_is_there_may_have_lengths_that_take_two_note_heads_what_comes_may_not() -> None:
    state = after("|:G5A|").state
    assert read(state, "G5") is None
    assert read(state, "G4") is not None
    assert isinstance(begun(FIRST._replace(strict=False), "|:G5A|G5"), Begun)


@pytest.mark.parametrize(
    ("text", "closings", "index"),
    [
        ("|:GAGGABA", (), 8),  # a seventh eighth
        ("GAGGAB|G3|G", (), 10),  # a short bar in the middle
        ("|:GAGG^", (), 7),  # an accidental without its note
        ("|:GAG[GB", (), 8),  # an open chord
        ("|:GAG", (":|",), 5),  # the end of a repeat in the middle of a bar
    ],
)
def test_the_first_character_that_cannot_be(text: str, closings: tuple[str, ...], index: int) -> None:
    assert begun(FIRST, text, closings) == index


def test_the_bar_line_that_comes_may_be_the_end_alone() -> None:
    layout = Layout(sounds("6/8", "G", single=True), parts_of("AA"), 4)
    bars = "|:GAGGAB|ABAABd|eddgdd|edBdBA"
    assert after(bars, (":|", "::"), Laid(layout)).over
    assert not after(bars, (":|", "::"), Laid(layout._replace(parts=parts_of("AABB")))).over
    assert not after(bars, (":|", "::")).over


def test_copies_to_come_take_room() -> None:
    form = Laid(Layout(sounds("6/8", "G", single=True), parts_of("ABA"), 4))
    assert after("GAGGAB|A", (), form).taken == 2 * len("GAGGAB|A")
    assert after("GAGGAB|A").taken == len("GAGGAB|A")


@pytest.mark.parametrize(
    ("music", "body", "closings"),
    [
        ("GAG G", "GAGG", ()),
        ("GAG GAB-", "GAGGAB-", ()),
        ("GAG GAB|", "GAGGAB", ("|",)),
        ("|:GAG GAB:|", "|:GAGGAB", (":|", "::")),
        ("GAG GAB:|", "|:GAGGAB", (":|", "::")),
        ("GAG GAB|]", "GAGGAB", ("||", "|:")),
        ("|:GAG|1 GAB:|2 GAB||", "|:GAG|1GAB:|2GAB", ("||", "|:")),
        ("", "", ()),
    ],
)
def test_what_there_is_of_a_tune(music: str, body: str, closings: tuple[str, ...]) -> None:
    there = beginning_of(parse_tune(f"X:1\nR:jig\nM:6/8\nL:1/8\nK:G\n{music}\n"))
    assert there == ("X:1\nR:jig\nM:6/8\nL:1/8\nK:G\n", body, closings)


@pytest.mark.parametrize(
    ("text", "whole"),
    [("G2", True), ("G2A/2", True), ("G", False), ("G2A/", False), ("G2A/2[B", False), ("G2A/2[Bd]", False)],
)
def test_a_part_that_comes_back_may_be_there_as_far_as_whole_notes(text: str, whole: bool) -> None:
    layout = Layout(sounds("2/4", "G", single=True), parts_of("ABA"), 2, 0)
    begins = "G2A/2[Bd]3/2|G4||D4|B4||"
    found = begun(Laid(layout), begins + text)
    assert isinstance(found, Begun) == whole
    if isinstance(found, Begun):
        assert begins + text + rest_of_tune(found.state) == f"{begins}G2A/2[Bd]3/2|G4|]\n"
