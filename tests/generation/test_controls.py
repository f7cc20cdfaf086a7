"""Wishes are taken in any spelling, and refused before a model is loaded."""

import math

import pytest

from abcgen.errors import UsageError
from abcgen.generation.controls import Controls, Sampling, checked_count, checked_seed


def test_any_spelling_becomes_canonical() -> None:
    assert Controls("Slip-Jig", "9/8", "E Dorian") == Controls("slip jig", "9/8", "Edor")
    assert Controls(meter="C|").meter == "2/2"
    assert Controls(key="a minor").key == "Am"
    assert Controls() == Controls("", "", "")


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
        {"max_draws": 0},
        {"max_tokens": 3},
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
