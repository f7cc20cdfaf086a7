"""What tunes are said to be."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from abcgen.cli import run
from abcgen.notation import parse_tune
from abcgen.notation.describe import describe
from abcgen.notation.steering import pitch_name

A, B = "CDEF|GABc|cBAG|FEDC", "cccc|dddd|eeee|c4"


@pytest.mark.parametrize(
    ("music", "form", "bars"),
    [
        (f"|:{A}:|:{B}:|", "AABB", (4, 4)),
        (f"{A}||{B}|]", "AB", (4, 4)),
        (f"{A}||{B}||{A}|]", "ABA", (4, 4)),
        (f"|:{A}|1{B}:|2{B}|]", "AA", (8,)),
        (f"G|:{A[:-1]}:|:{B}:|", "AABB", (4, 4)),
        (f"{A}|{B}|{A}|{B}|]", "AA", (8,)),
        (f"P:A\n{A}|\nP:B\n{B}|]", "AB", (4, 4)),
    ],
)
def test_form(music: str, form: str, bars: tuple[int, ...]) -> None:
    found = describe(parse_tune(f"X:1\nM:4/4\nL:1/4\nK:C\n{music}\n"))
    assert (found.form, found.section_bars) == (form, bars)


def test_figures() -> None:
    found = describe(parse_tune("X:3\nT:T\nR:Double Jig\nM:6/8\nL:1/8\nK:Ador\n|:A3 c2e|a3-a2z:|\n"))
    assert (found.key, found.tonic, found.mode, found.meter) == ("Ador", "A", "dorian", "6/8")
    assert (found.rhythm, found.rhythm_named) == ("jig", True)
    assert [pitch_name(m) for m in (found.lowest or 0, found.highest or 0)] == ["A4", "A5"]
    assert found.notes == (((69, 0, 1.5), (72, 1.5, 1), (76, 2.5, 0.5), (81, 3, 2.5)),)
    assert found.notes_per_bar == 2.0
    assert "tin-whistle-d" in found.instruments
    played = describe(parse_tune("X:3\nM:2/4\nL:1/4\nK:C\n|:CD:|\n"), unfold=True)
    assert [note[0] for note in played.notes[0]] == [60, 62, 60, 62]


def test_a_rhythm_that_is_not_named_is_guessed() -> None:
    assert describe(parse_tune("X:1\nM:9/8\nL:1/8\nK:C\nCDE FGA Bcd|]\n")).rhythm == "slip jig"
    assert describe(parse_tune("X:1\nM:4/4\nL:1/8\nK:C\nC>DE>F G>AB>c|]\n")).rhythm == "hornpipe"
    assert describe(parse_tune("X:1\nM:4/4\nL:1/8\nK:C\nCDEF GABc|]\n")).rhythm == "reel"


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "b.abc").write_text(
        "X:1\nT:One\nM:2/4\nL:1/4\nK:C\nCD|]\n\nX:2\nT:Two\nM:3/4\nL:1/4\nK:G\nGAB|]\n"
    )
    assert run(["inspect", "--json", str(tmp_path / "b.abc")]) == 0
    one, two = map(json.loads, capsys.readouterr().out.splitlines())
    assert (one["x"], one["title"], two["key"], two["range"]) == (1, "One", "G", ["G4", "B4"])
    assert one["notes"] == [[[60, 0.0, 1.0], [62, 1.0, 1.0]]]
    assert run(["inspect", str(tmp_path / "b.abc")]) == 0
    assert "  form            A" in capsys.readouterr().out.splitlines()


def test_a_rhythm_without_a_name_of_ours_is_taken_as_it_is_written() -> None:
    found = describe(parse_tune("X:1\nR:Mazurka\nM:3/4\nL:1/4\nK:C\nCDE|]\n"))
    assert (found.rhythm, found.rhythm_named) == ("mazurka", True)


def test_range_and_notes_are_those_that_sound() -> None:
    found = describe(parse_tune("X:1\nM:3/4\nL:1/4\nK:C clef=treble-8\nCDE|]\n"))
    assert (found.lowest, found.highest) == (48, 52)
    assert [note[0] for note in found.notes[0]] == [48, 50, 52]


def test_a_file_that_cannot_be_read_stops_no_other(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.abc").write_bytes(b"\0\0")
    (tmp_path / "b.abc").write_text("X:1\nT:a\x1b[31mb\nM:2/4\nL:1/4\nK:C\nCD|]\n")
    assert run(["inspect", str(tmp_path), str(tmp_path / "c.abc")]) == 2
    captured = capsys.readouterr()
    assert "X:1 a?[31mb" in captured.out
    assert "c.abc is not there" in captured.err
    assert "a.abc is a binary file" in captured.err


def test_a_tune_too_long_to_be_unfolded_is_told_and_given(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.abc").write_text("X:1\nP:A250\nM:2/4\nL:1/4\nK:C\nP:A\n" + "CD|" * 40 + "\n")
    code = run(["inspect", "--json", "--unfold", str(tmp_path / "a.abc")])
    record = json.loads(capsys.readouterr().out)
    assert (code, bool(record.get("error")), len(record["notes"][0])) == (1, True, 80)
