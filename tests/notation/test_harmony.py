"""Chords as they are written, and plain ones where none is."""

from __future__ import annotations

import pytest

from abcgen.notation import parse_tune
from abcgen.notation.harmony import Harmony, harmonies, nearest_chord, parse_chord_symbol
from abcgen.notation.meter import TICKS
from abcgen.notation.tune import Voice

NAMES = ["C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"]


def chords(body: str, header: str) -> list[str]:
    """The chords of each bar, a bar each: `D D`, `G`."""
    bars: dict[int, list[str]] = {}
    for stretch in harmonies(parse_tune(f"X:1\nT:T\n{header}{body}\n").voices[0]):
        name = NAMES[stretch.harmony.root] + ("m" if 3 in stretch.harmony.intervals else "")
        bars.setdefault(stretch.bar, []).append(name)
    return [" ".join(bar) for bar in bars.values()]


@pytest.mark.parametrize(
    ("symbol", "classes", "bass"),
    [
        ("C", {0, 4, 7}, 0),
        ("Em", {4, 7, 11}, 4),
        ("F#m7", {6, 9, 1, 4}, 6),
        ("Bb", {10, 2, 5}, 10),
        ("D7", {2, 6, 9, 0}, 2),
        ("G/B", {7, 11, 2}, 11),
        ("Asus4", {9, 2, 4}, 9),
        (" Cb ", {11, 3, 6}, 11),
    ],
)
def test_symbols(symbol: str, classes: set[int], bass: int) -> None:
    found = parse_chord_symbol(symbol)
    assert found is not None
    assert (found.classes, found.bass) == (classes, bass)


@pytest.mark.parametrize("text", ["", "H", "c", "Dx", "3", "N.C.", "Gm/", "<script>"])
def test_no_symbols(text: str) -> None:
    assert parse_chord_symbol(text) is None


def test_written_chords_last_until_the_next() -> None:
    header = "M:3/4\nL:1/4\nK:G\n"
    assert chords('"G"GBd|dBG|"Am"A2"D7"F|"G"G3|]', header) == ["G", "G", "Am D", "G"]
    assert chords('z"G"Bd|"nonsense"dBG|G3|G3|]', header) == ["G", "G", "G", "G"]


def test_plain_chords_are_found() -> None:
    jig = "|:E2E EFG|B2B BAF|E2E EFG|AFD D2B|E2E EFG|B2B BAF|dBG AFD|E3 E2z:|"
    assert chords(jig, "M:6/8\nL:1/8\nK:Edor\n") == [
        *("Em Em", "Em Em", "Em Em", "D D", "Em Em", "Em Em", "G D", "Em Em")
    ]
    waltz = "D|GBd|cAF|GBd|dcA|G3|"
    assert chords(waltz, "M:3/4\nL:1/4\nK:G\n") == ["G", "D", "G", "D", "G"]  # the pickup has none


def test_a_minor_key_may_have_its_major_dominant() -> None:
    assert chords("A2c2|^G2B2|A2c2|A4|]", "M:2/4\nL:1/8\nK:Am\n") == ["Am", "E", "Am", "Am"]


@pytest.mark.parametrize("key", ["C", "none", "HP", "C#", "Gm exp _b ^f", "F#loc"])
def test_every_key_has_chords(key: str) -> None:
    tune = parse_tune(f"X:1\nT:T\nM:4/4\nL:1/8\nK:{key}\nABcd efga|z8|[CEG]8|\n")
    found = harmonies(tune.voices[0])
    assert sum(stretch.duration for stretch in found) == 3 * TICKS
    assert all(isinstance(stretch.harmony, Harmony) for stretch in found)


def test_no_bars_have_no_chords() -> None:
    assert harmonies(Voice("1", ())) == []


def test_where_no_chord_is_asked_for_none_sounds() -> None:
    tune = parse_tune('X:1\nT:T\nM:4/4\nL:1/1\nK:D\n"D"A|"N.C."A|A|"G"A|\n')
    assert [stretch.bar for stretch in harmonies(tune.voices[0])] == [0, 3]


@pytest.mark.parametrize(
    ("symbol", "like"),
    [
        ("CM7", "Cmaj7"),
        ("C6/9", "C6"),
        ("C7b9", "C7"),
        ("Cadd9", "C"),
        ("C13", "C9"),
        ("C-7", "Cm7"),
        ("Cm7(b5)", "Cm7b5"),
        ("(C)", "C"),
        ("G;Em", "G"),
        ("B\N{MUSIC FLAT SIGN}", "Bb"),
        ("C\N{MUSIC SHARP SIGN}m", "C#m"),
        ("D/F#", "D/F#"),
        ("F13/A", "F9/A"),
    ],
)
def test_of_a_chord_that_is_not_known_what_carries_it_is(symbol: str, like: str) -> None:
    assert nearest_chord(symbol) == parse_chord_symbol(like) is not None


@pytest.mark.parametrize("words", ["D.C.", "Allegro", "Coda", "Fine", "Dim", "", "(", "x"])
def test_words_are_no_chords(words: str) -> None:
    assert nearest_chord(words) is None
