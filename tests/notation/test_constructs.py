"""ABC 2.1, construct by construct: what sounds and what is told, written down by hand from the standard.

Each file in `constructs/` is a tunebook about one family of constructs. Its tunes say in comments what is
expected of them. A line `%=` a voice holds the notes that sound when the tune is played, each as
`midi onset duration` in quarter notes; one `%= none` stands where only the problems are the point. A line
`%! code line:column` stands for each problem, lines counted from the first of the tune. None of it is the
parser's output: where the two differ, the standard and docs/notation.md decide.
"""

from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

from abcgen.notation import Book, Tune, parse_book, sounding_notes

FILES = sorted((Path(__file__).parent / "constructs").glob("*.abc"))


def titles(path: Path) -> list[str]:
    """The titles in a file, read without the parser, so that no tune is lost unseen."""
    return [line[2:].strip() for line in path.read_text("utf-8").split("\n") if line.startswith("T:")]


@cache
def book(path: Path) -> Book:
    return parse_book(path.read_text("utf-8"))


def said(tune: Tune, sign: str) -> list[str]:
    """What the tune's comments with this sign say."""
    return [line[2:].strip() for line in tune.source.split("\n") if line.startswith(sign)]


def notes_expected(tune: Tune) -> list[list[str]]:
    return [[in_lowest_terms(note) for note in voice.split(",")] for voice in said(tune, "%=")]


def notes_heard(tune: Tune) -> list[list[str]]:
    return [
        [f"{midi} {onset * 4} {duration * 4}" for midi, onset, duration in sounding_notes(voice)]
        for voice in tune.unfolded().voices
    ]


def in_lowest_terms(note: str) -> str:
    """`60 2/4 1` as `60 1/2 1`."""
    midi, onset, duration = map(Fraction, note.split())
    return f"{midi} {onset} {duration}"


def problems_expected(tune: Tune) -> list[str]:
    return sorted(said(tune, "%!"))


def problems_told(tune: Tune) -> list[str]:
    return sorted(f"{p.code} {p.line - tune.line + 1}:{p.column}" for p in tune.problems)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_tune_of_a_file_is_read(path: Path) -> None:
    named = titles(path)
    assert [tune.title for tune in book(path).tunes] == named
    assert len(set(named)) == len(named) > 0


@pytest.mark.parametrize(
    ("path", "title"),
    [pytest.param(path, title, id=f"{path.stem}: {title}") for path in FILES for title in titles(path)],
)
def test_construct(path: Path, title: str) -> None:
    [tune] = [tune for tune in book(path).tunes if tune.title == title]
    assert said(tune, "%="), "the tune does not say what sounds"
    assert problems_told(tune) == problems_expected(tune)
    if said(tune, "%=") != ["none"]:
        assert notes_heard(tune) == notes_expected(tune)
    else:
        assert tune.problems, "a tune without problems says what sounds"
