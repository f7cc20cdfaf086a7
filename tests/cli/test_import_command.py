"""`abcgen import`, run as a user runs it."""

from __future__ import annotations

from pathlib import Path

import pytest

from abcgen.cli import run
from abcgen.notation import parse_book, parse_tune
from abcgen.scores import to_musicxml

TUNES = Path(__file__).parent.parent / "scores" / "tunes"


def test_there_and_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, back = tmp_path / "out", tmp_path / "back"
    assert run(["render", str(TUNES / "ferry.abc"), "--to", "midi,musicxml", "--out", str(out)]) == 0
    (out / "broken.mid").write_bytes(b"MThd")
    capsys.readouterr()
    assert run(["import", str(out), "--out", str(back)]) == 1
    captured = capsys.readouterr()
    assert sorted(path.name for path in back.iterdir()) == ["The-Ferry-Across-2.abc", "The-Ferry-Across.abc"]
    assert captured.err.endswith(f"2 tunes imported into {back}; 1 left out\n")
    assert "broken.mid: music21 could not read the MIDI file" in captured.err
    for path in back.iterdir():
        (tune,) = parse_book(path.read_text("utf-8")).tunes
        assert tune.problems == ()
    assert run(["import", str(out / "The-Ferry-Across.mid"), "--out", str(back)]) == 2
    assert "already there" in capsys.readouterr().err


def test_bars_that_do_not_add_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    score = to_musicxml(parse_tune("X:1\nT:Long\nM:2/4\nL:1/8\nK:C\nCDEF|GABcde|C4|]\n"))
    (tmp_path / "long.musicxml").write_bytes(score)
    assert run(["import", str(tmp_path / "long.musicxml"), "--out", str(tmp_path / "out")]) == 0
    written = tmp_path / "out" / "long.abc"
    assert f"{written}:6:" in (told := capsys.readouterr().err)
    assert "lasts 3/4, M: says 2/4" in told
    assert written.read_text("utf-8").count("|") == 3


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("missing.mid", "missing.mid is not there"),
        (".", ". holds no .mid or .midi or .musicxml or .xml or .mxl file"),
    ],
)
def test_nothing_to_import(
    name: str,
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["import", name]) == 2
    assert message in capsys.readouterr().err
