"""Wishes are taken in any spelling, and refused before a model is loaded."""

import math

import pytest

from abcgen.errors import UsageError
from abcgen.generation.controls import Controls, Sampling, checked_count, checked_seed


def test_any_spelling_becomes_canonical() -> None:
    assert Controls("Slip-Jig", "9/8", "E Dorian") == Controls("slip jig", "9/8", "Edor")
    assert Controls(meter="C|").meter == "2/2"
    assert Controls(meter="(2+3)/8").meter == "5/8"
    assert Controls(key="a minor").key == "Am"
    assert Controls() == Controls("", "", "")
    assert Controls(form="aabb", pickup="2/16", origin="scottish") == Controls(
        form="AABB", pickup="1/8", origin="Scotland"
    )
    assert Controls(pickup="none").pickup == "0"
    assert Controls(range="d4 .. b5", instrument="Tin_Whistle D").wishes.pitches.bit_count() == 14
    assert Controls(start="|: d2 B A").start == "|:d2BA"
    assert Controls(start="c/d//e3/f/2").start == "c/2d/4e3/2f/2"
    assert Controls(start="c1d'1e12[CE]1").start == "cd'e12[CE]"


def test_wishes_are_lines_of_the_dialect() -> None:
    controls = Controls("jig", "6/8", "D ^g", "AABB", 8, "1/8", endings=True, length=32)
    assert controls.wishes.lines == (
        "R:jig",
        "M:6/8",
        "%%form AABB",
        "%%section 8",
        "%%pickup 1/8",
        "%%endings yes",
        "%%length 32",
        "K:D",
    )
    assert not Controls(instrument="fiddle").wishes.chords


@pytest.mark.parametrize(
    ("wish", "message"),
    [
        ({"rhythm": "jigg"}, "did you mean jig"),
        ({"rhythm": "fugue"}, "known are"),
        ({"meter": "6-8"}, "write one like 6/8"),
        ({"meter": "none"}, "needs bars"),
        ({"key": "H"}, "write one like D, Em"),
        ({"key": "none"}, "names no tonic"),
        ({"key": "D#lyd"}, "seven accidentals"),
        ({"meter": "25/8"}, "cannot be asked for"),
        ({"meter": "4/32"}, "cannot be asked for"),
        ({"form": "BA"}, "the first A"),
        ({"form": "A" * 17}, "at most 16"),
        ({"bars": -1}, "not between"),
        ({"bars": 65}, "not between 1 and 64"),
        ({"length": 1000}, "not between 1 and 999"),
        ({"start": "C4D4E4", "meter": "4/4", "key": "D ^g"}, "begins with C4D4E4: 'E' at column 5"),
        ({"pickup": "1"}, "or is a whole note"),
        ({"pickup": "1e99999999"}, "no multiple of 1/16"),
        ({"length": 128, "bars": 8, "meter": "12/4"}, "no form goes with"),
        (
            {"form": "ABABABAB", "bars": 8, "meter": "4/4", "start": f"{'c/2d/2e/2f/2' * 4}|" * 2},
            "of the form ABABABAB of 8 bars a section begins with",
        ),
        ({"pickup": "1/3"}, "no multiple of 1/16"),
        ({"pickup": "soon"}, "no multiple of 1/16"),
        ({"pickup": "1/0"}, "no multiple of 1/16"),
        ({"range": "D4"}, "two pitches"),
        ({"range": "D5..D4"}, "lower pitch comes first"),
        ({"range": "H4..D5"}, "is no pitch"),
        ({"instrument": "tin-wistle-d"}, "did you mean tin-whistle-d"),
        ({"instrument": "drum"}, "known are"),
        ({"origin": "Atlantis"}, "known are"),
        ({"start": "|:dB x"}, "'x' at column 5"),
        ({"rhythm": "reel", "meter": "6/8"}, "a reel is in 4/4, 2/2, 2/4, not in 6/8"),
        ({"form": "AB", "endings": True}, "endings belong to a section that is played twice"),
        ({"form": "AABB", "bars": 1}, "less than four written bars"),
        ({"form": "AABB", "length": 30}, "30 bars do not make 4 sections"),
        ({"form": "AABB", "bars": 8, "length": 30}, "30 bars do not make 4 sections"),
        ({"form": "AABB", "bars": 4, "length": 32}, "4 sections .* of 4 bars are 16"),
        ({"length": 997}, "no form goes with %%length 997"),
        ({"form": "ABCDEF", "bars": 64, "meter": "4/4"}, "no room within"),
        ({"pickup": "3/4", "meter": "6/8"}, "no less than a bar"),
        ({"pickup": "11/2"}, "no less than a bar of any"),
        ({"form": "AABC", "bars": 1, "pickup": "1/8", "meter": "4/4"}, "do not add up|four written"),
        ({"range": "G4..B4", "key": "D"}, "tonic's chord of D cannot be played between G4 and B4"),
        ({"range": "C4..D4"}, "no key has its chord"),
        ({"instrument": "highland-pipes", "key": "Eb"}, "chord of Eb cannot be played"),
        ({"instrument": "bass", "range": "C7..C8"}, "no note that may be played"),
        ({"start": "|:d3d3d3", "meter": "6/8", "key": "D"}, "no tune in 6/8 D begins with"),
        ({"start": "|:d", "form": "AB"}, "of the form AB begins with"),
    ],
)
def test_impossible_wishes(wish: dict[str, str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        Controls(**wish)


@pytest.mark.parametrize(
    "settings",
    [
        {"temperature": -1.0},
        {"temperature": math.nan},
        {"temperature": math.inf},
        {"top_p": 0.0},
        {"top_p": 1.5},
        {"top_p": math.nan},
        {"top_k": -1},
        {"min_p": -0.1},
        {"min_p": math.nan},
    ],
)
def test_impossible_settings(settings: dict[str, float]) -> None:
    with pytest.raises(UsageError):
        Sampling(**settings)  # type: ignore[arg-type]


def test_counts_and_seeds() -> None:
    for n in (0, -1, 10**9):
        with pytest.raises(UsageError, match="ask for 1 to"):
            checked_count(n)
    with pytest.raises(UsageError, match="seed"):
        checked_seed(-1)
