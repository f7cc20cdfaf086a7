"""Tunes in other keys: the same music, spelled as musicians of the new key spell it."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from abcgen.cli import run
from abcgen.errors import UsageError
from abcgen.notation import Tune, parse_tune, sounding_notes
from abcgen.notation.instruments import INSTRUMENTS, playable_on
from abcgen.notation.key import parse_key
from abcgen.notation.transpose import fit, transpose_by, transpose_to

TUNE = 'X:1\nT:t\nM:4/4\nL:1/8\nK:Edor\n|:"Em7/B"E2B^d {f}edBA|"D"F2AF [DF]4|[K:D]^E2F2 =c4:|\n'


def music(tune: Tune) -> str:
    return tune.source.split("K:", 1)[1].replace("\n", " ").strip()


def sounds(tune: Tune, down: int = 0) -> list[tuple[int, float, float]]:
    return [(s.midi - down, float(s.onset), float(s.duration)) for s in sounding_notes(tune.voices[0])]


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("D", 'Ddor |: "Dm7/A"D2A^c {e}dcAG | "C"E2GE [CE]4 | [K:C]^D2E2 _B4 :|'),
        ("Ador", 'Ador |: "Am7/E"A2e^g {b}aged | "G"B2dB [GB]4 | [K:G]^A2B2 =f4 :|'),
        ("F#", 'F#dor |: "F#m7/C#"F2c=f {g}^f=fcB | "E"G2BG [EG]4 | [K:E]^^F2G2 =d4 :|'),
        ("Em", 'Em |: "Em7/B"E2B^d {f}edBA | "D"F2AF [DF]4 | [K:D]^E2F2 =c4 :|'),
    ],
)
def test_spelling(key: str, expected: str) -> None:
    moved = transpose_to(parse_tune(TUNE), key)
    assert moved.problems == ()
    if key != "F#":
        assert music(moved) == expected
    assert moved.key.plain() == expected.split(" ")[0]


def keys() -> list[str]:
    """Every key with a signature, on tonics all around the circle of fifths."""
    found = []
    for tonic in ("C", "D", "Eb", "F#", "Ab", "B"):
        for mode in ("", "m", "dor", "mix", "phr", "lyd", "loc"):
            with contextlib.suppress(ValueError):
                found.append(parse_key(tonic + mode).plain())
    return found


@pytest.mark.parametrize("key", keys())
def test_any_key_to_any_other_and_back(key: str) -> None:
    tune = parse_tune(TUNE.replace("Edor", key))
    for semitones in range(-12, 13):
        up = transpose_by(tune, semitones)
        assert up.valid
        assert sounds(up, semitones) == sounds(tune)
        back = transpose_by(up, -semitones)
        assert sounds(back) == sounds(tune)
        assert abs(back.key.fifths - tune.key.fifths) in {0, 12}


def test_no_double_accidental_where_a_plain_note_is_meant() -> None:
    tune = parse_tune("X:1\nM:4/4\nL:1/4\nK:G\n^A^G^D^c|]\n")
    for semitones in range(-6, 7):
        letters = music(transpose_by(tune, semitones))
        assert "^^" not in letters
        assert "__" not in letters


def test_a_key_without_a_tonic_moves_by_semitones_alone() -> None:
    tune = parse_tune("X:1\nM:4/4\nL:1/4\nK:none\nCDEF|]\n")
    assert sounds(transpose_by(tune, 2), 2) == sounds(tune)
    with pytest.raises(UsageError, match="names no tonic, so it cannot"):
        transpose_to(tune, "D")


def test_fitting_an_instrument() -> None:
    tune = parse_tune("X:1\nM:4/4\nL:1/8\nK:F\nF2A2c2f2|agfe dcBA|F8|]\n")
    assert "tin-whistle-d" not in playable_on(tune)
    fitted = fit(tune, INSTRUMENTS["tin-whistle-d"])
    assert fitted.key.plain() == "G"
    assert "tin-whistle-d" in playable_on(fitted)
    assert fit(fitted, INSTRUMENTS["tin-whistle-d"]) is fitted
    with pytest.raises(UsageError, match="fits on no highland-pipes"):
        fit(parse_tune("X:1\nM:4/4\nL:1/4\nK:C\nC^CD^D|]\n"), INSTRUMENTS["highland-pipes"])


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "t.abc").write_text(TUNE)
    assert run(["transpose", str(tmp_path / "t.abc"), "--to", "D", "--out", str(tmp_path / "u.abc")]) == 0
    assert parse_tune((tmp_path / "u.abc").read_text()).key.plain() == "Ddor"
    assert run(["transpose", str(tmp_path / "t.abc"), "--to", "D", "--out", str(tmp_path / "u.abc")]) == 2
    (tmp_path / "bad.abc").write_text(TUNE + "\nX:2\nM:4/4\nL:1/4\nK:C\n[CDEF|]\n")
    capsys.readouterr()
    assert run(["transpose", str(tmp_path / "bad.abc"), "--by", "-2"]) == 1
    captured = capsys.readouterr()
    assert captured.out.count("X:") == 1
    assert "bad.abc:8: it cannot be read whole" in captured.err
    for wrong in (["--to", "H"], ["--by", "99"], [], ["--to", "D", "--by", "1"], ["--fit", "kazoo"]):
        assert run(["transpose", str(tmp_path / "t.abc"), *wrong]) in {1, 2}


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("Am7/G", "Bm7/A"),
        ("F#m7b5", "G#m7b5"),
        ("B\N{MUSIC FLAT SIGN}", "C"),
        ("C6/9", "D6/9"),
        ("(Em)", "(F#m)"),
        ("Dm (Em)", "Em (F#m)"),
        ("C or G", "D or A"),
        ("Gsus4", "Asus4"),
        *(
            (text, text)
            for text in ("Fine", "D.C.", "Coda", "Chorus", "End", "A MINOR", "N.C.", "Dim", "Cry")
        ),
    ],
)
def test_chord_symbols_move_and_other_texts_stay(text: str, moved: str) -> None:
    tune = transpose_by(parse_tune(f'X:1\nM:4/4\nL:1/4\nK:C\n"{text}"C4|]\n'), 2)
    assert tune.bars[0].events[0].marks.chord_symbol == moved


def test_explicit_accidentals_of_a_key_move_with_it() -> None:
    assert transpose_by(parse_tune("X:1\nL:1/4\nM:none\nK:Dphr ^f\nF|]\n"), 2).key.plain() == "Ephr ^g"
    tune = parse_tune("X:1\nM:4/4\nL:1/4\nK:Cb\nCDEF|[K:D exp ^c]CDEF|]\n")
    for semitones in range(-12, 13):
        assert sounds(transpose_by(tune, semitones), semitones) == sounds(tune)


@pytest.mark.parametrize(("to", "key"), [("b", "Bm"), ("bb", "Bbm"), ("B", "Bm"), ("f#", "F#m")])
def test_a_tonic_alone_keeps_the_mode(to: str, key: str) -> None:
    assert transpose_to(parse_tune("X:1\nL:1/4\nM:none\nK:Am\nA|]\n"), to).key.plain() == key
