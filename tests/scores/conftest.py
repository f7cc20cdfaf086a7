"""Tunes of our own for the score tests, and music21 kept from asking the machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from abcgen.notation import Tune, parse_book, parse_tune

TUNES = Path(__file__).parent / "tunes"


@pytest.fixture
def tunes_folder() -> Path:
    return TUNES


@pytest.fixture
def ferry() -> Tune:
    """A reel with a pickup, a repeat with two endings, a triplet, a tie of chords, a grace note."""
    tune = parse_tune((TUNES / "ferry.abc").read_text(encoding="utf-8"))
    assert tune.valid, tune.problems
    return tune


@pytest.fixture
def two() -> tuple[Tune, ...]:
    """Two tunes of a book; the first changes its metre."""
    tunes = parse_book((TUNES / "two.abc").read_text(encoding="utf-8")).tunes
    assert all(tune.valid for tune in tunes)
    return tunes
