"""Rows of signs under the notes, and how large a score is."""

from __future__ import annotations

import re

import pytest

from abcgen.errors import UsageError
from abcgen.notation import Tune, parse_tune
from abcgen.scores.engrave import engraved, to_svg
from abcgen.scores.look import Look, checked_look, with_rows
from abcgen.scores.playing import program_of
from abcgen.scores.sheets import to_pdf


def tune(body: str, words: str = "") -> Tune:
    return parse_tune(f"X:1\nT:T\nM:4/4\nL:1/4\nK:D\n{body}\n{words}")


def under(body: str, look: Look, words: str = "") -> list[tuple[str, ...]]:
    """What stands under each note."""
    bars = with_rows(tune(body, words), look).bars
    return [event.marks.lyrics for bar in bars for event in bar.events if event.pitches]


def test_names_of_notes() -> None:
    names = under("DF=cB|_e^^Gd'D,|[DFA]4|]", Look(note_names=True))
    assert [name for (name,) in names] == ["D", "F#", "C", "B", "Eb", "G##", "D", "D", "A/F#/D"]


@pytest.mark.parametrize(
    ("note", "holes"),
    [
        ("D", "●●●●●●"),
        ("G", "●●●○○○"),
        ("=c", "○●●○○○"),
        ("c", "○○○○○○"),
        ("d", "○●●●●●+"),
        ("e", "●●●●●○+"),
        ("^g", "●●◐○○○+"),
        ("b", "●○○○○○+"),
        ("C", "×"),
        ("d'", "×"),
    ],
)
def test_holes_of_a_whistle(note: str, holes: str) -> None:
    ((found),) = under(f"{note}4|]", Look("tin-whistle-d"))
    assert "".join(found) == holes
    assert len(found) == 7


def test_a_whistle_is_one_in_d(ferry: Tune) -> None:
    assert checked_look(Look("Tin whistle")) == checked_look(Look("whistle")) == Look("tin-whistle-d")
    assert to_svg(ferry, Look("tin-whistle")) == to_svg(ferry, Look("tin-whistle-d"))
    assert program_of("whistle") == program_of("tin-whistle-d") != program_of("")


def test_a_whistle_in_c_is_fingered_as_one_in_d_a_tone_lower() -> None:
    in_d = under("DEFGABcd|]", Look("tin-whistle-d"))
    assert under("=CDE=FGAB=c|]", Look("tin-whistle-c")) == in_d
    assert under("GAB=cdefg|]", Look("tin-whistle-g")) == in_d


@pytest.mark.parametrize(
    ("instrument", "body", "rows"),
    [
        ("mandolin", "e4", "0···"),
        ("mandolin", "a4", "5···"),
        ("mandolin", "d4", "·5··"),
        ("mandolin", "[G,DAe]4", "0000"),
        ("mandolin", "[GB]4", "·25·"),
        ("mandolin", "F,4", "···×"),
        ("fiddle", "F4", "··2·"),
        ("fiddle", "=F4", "··L2·"),
        ("fiddle", "b4", "4···"),
        ("fiddle", "d'4", "×···"),
        ("fiddle", "A4", "·0··"),
    ],
)
def test_strings(instrument: str, body: str, rows: str) -> None:
    (found,) = under(f"{body}|]", Look(instrument))
    assert "".join(found) == rows


def test_what_is_tied_to_another_pitch_is_struck() -> None:
    names = under("A-dA-A|B-d[Bd]-[Bg]|[CE-][DE][CE]-[CE]|]", Look(note_names=True))
    told = ["A", "D", "A", "", "B", "D", "D/B", "G/B", "E/C#", "E/D", "E/C#", ""]
    assert [name for (name,) in names] == told


def test_rows_come_below_the_words_and_not_under_what_is_tied() -> None:
    found = under("D2-D2|zEF2|]", Look("fiddle", note_names=True), "w: one * two three\n")
    assert [row[:2] for row in found] == [("one", "D"), ("", ""), ("two", "E"), ("three", "F#")]
    assert [len(row) for row in found] == [6] * 4
    assert found[1][2:] == ("",) * 4


def test_they_are_in_the_score_and_the_notes_are_the_same(ferry: Tune) -> None:
    plain, tabbed = to_svg(ferry), to_svg(ferry, Look("tin-whistle-d", note_names=True))
    assert tabbed.count("●") > 40
    assert "●" not in plain
    assert len(re.findall(r">F#<", tabbed)) > 3
    assert engraved(ferry, Look("mandolin")).height > engraved(ferry).height
    assert to_pdf(ferry, look=Look("fiddle")).startswith(b"%PDF")


def test_scale(ferry: Tune) -> None:
    small, plain, large = (engraved(ferry, Look(scale=scale)) for scale in (0.7, 1.0, 1.6))
    assert small.width > plain.width > large.width
    assert len(small.systems) <= len(plain.systems) <= len(large.systems)
    assert len(small.systems) < len(large.systems)


@pytest.mark.parametrize(
    ("look", "message"),
    [
        (Look("kazoo"), "no tablature for 'kazoo'; there are tin-whistle-d"),
        (Look(scale=0.1), "0.5 to 2.0, not 0.1"),
        (Look(scale=float("nan")), "0.5 to 2.0, not nan"),
    ],
)
def test_looks_that_are_not_there(look: Look, message: str, ferry: Tune) -> None:
    with pytest.raises(UsageError, match=message):
        checked_look(look)
    with pytest.raises(UsageError):
        to_svg(ferry, look)
