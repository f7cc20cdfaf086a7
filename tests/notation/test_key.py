"""K: in every spelling gives the right signature, and nonsense is refused with what would be right."""

import pytest

from abcgen.notation.key import parse_key


@pytest.mark.parametrize(
    ("text", "plain", "sharps"),
    [
        ("D", "D", "FC"),
        ("Dmaj", "D", "FC"),
        ("d", "D", "FC"),
        ("Em", "Em", "F"),
        ("E minor", "Em", "F"),
        ("E Minor", "Em", "F"),
        ("Emin", "Em", "F"),
        ("E aeolian", "Em", "F"),
        ("EM", "Em", "F"),  # capitals do not count
        ("Edor", "Edor", "FC"),
        ("E Dorian", "Edor", "FC"),
        ("ADor", "Ador", "F"),
        ("Amix", "Amix", "FC"),
        ("A Mixolydian", "Amix", "FC"),
        ("F#m", "F#m", "FCG"),
        ("F# minor", "F#m", "FCG"),
        ("G lydian", "Glyd", "FC"),
        ("B phrygian", "Bphr", "F"),
        ("B locrian", "Bloc", ""),
        ("C", "C", ""),
        ("", "none", ""),
        ("none", "none", ""),
        ("HP", "HP", "FC"),
        ("Hp", "Hp", "FC"),
        ("D clef=treble", "D", "FC"),
        ("D treble-8", "D", "FC"),
    ],
)
def test_sharps(text: str, plain: str, sharps: str) -> None:
    key = parse_key(text)
    assert key.plain() == plain
    assert {step for step in "CDEFGAB" if key.alter(step) == 1} == set(sharps)
    assert all(key.alter(step) >= 0 for step in "CDEFGAB")


@pytest.mark.parametrize(
    ("text", "flats"), [("F", "B"), ("Bb", "BE"), ("Gm", "BE"), ("Cdor", "BE"), ("Dbmaj", "BEADG")]
)
def test_flats(text: str, flats: str) -> None:
    assert {step for step in "CDEFGAB" if parse_key(text).alter(step) == -1} == set(flats)


def test_explicit_accidentals_change_the_signature() -> None:
    key = parse_key("D Phr ^f")
    assert (key.alter("F"), key.alter("B"), key.alter("E")) == (1, -1, -1)
    exp = parse_key("D exp _b _e ^f")
    assert [exp.alter(step) for step in "CDEFGAB"] == [0, 0, -1, 1, 0, 0, -1]


def test_octave_shifts_what_is_written() -> None:
    assert parse_key("G octave=-1").octave == -1


@pytest.mark.parametrize("text", ["H", "Bn", "E minorish nonsense", "7", "D ^h", "D#lyd", "octave=99 C"])
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"key|accidentals|octave"):
        parse_key(text)


@pytest.mark.parametrize("tonic", ["C", "G", "D", "A", "E", "F", "Bb"])
@pytest.mark.parametrize("mode", ["", "m", "dor", "mix", "phr", "lyd", "loc"])
def test_canonical_spelling_reads_back(tonic: str, mode: str) -> None:
    key = parse_key(tonic + mode)
    assert parse_key(key.plain()) == key
