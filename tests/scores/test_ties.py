"""Ties that are slurs, in scores and MusicXML."""

import pytest

from abcgen.notation import parse_tune
from abcgen.notation.tune import Tune
from abcgen.notation.writer import write_abc
from abcgen.scores.clean import engraver_text
from abcgen.scores.engrave import to_svg
from abcgen.scores.musicxml import to_musicxml
from abcgen.scores.ties import with_true_ties


def tune(music: str) -> Tune:
    return parse_tune(f"X:1\nT:T\nM:4/4\nL:1/4\nK:D\n{music}\n")


@pytest.mark.parametrize(
    ("music", "shown"),
    [
        ("A-d A2|]", "(Ad) A2 |]"),
        ("A-B-c-d|]", "(ABcd) |]"),
        ("A-A-B B|]", "A-(AB) B |]"),
        ("A4-|B4|]", "(A4 | B4) |]"),
        ("[CE]-[CF] [CE]-[DF]|]", "[C-E][CF] ([CE][DF]) |]"),
        ("(A-B c) d|]", "((AB)c) d |]"),
        ("A4-||B4|]", "A4- || B4 |]"),
        ("A4-:|1 B4:|2 A4|]", "A4- :|[1 B4 :|[2 A4 |]"),
        ("A3-z|A4-|]", "A3-z | A4- |]"),
    ],
)
def test_a_tie_to_another_pitch_is_a_slur(music: str, shown: str) -> None:
    found = with_true_ties(tune(music))
    assert "".join(write_abc(found).split("K:D")[1].split()) == shown.replace(" ", "")
    assert with_true_ties(found) == found


def test_scores_and_musicxml_have_the_slur() -> None:
    tied, slurred = tune("A-d A-A|B-|c3|]"), tune("(Ad) A-A|(B|c3)|]")
    assert to_svg(tied) == to_svg(slurred)
    assert to_musicxml(tied) == to_musicxml(slurred)
    assert b"<slur" in to_musicxml(tied)
    assert "(Ad)" in engraver_text(with_true_ties(tied))
