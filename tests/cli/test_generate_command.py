"""`abcgen generate`, run as a user runs it, where it goes wrong."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from abcgen.cli import run
from abcgen.errors import GenerationError
from abcgen.generation import GeneratedTune, TuneSource


def test_what_was_drawn_before_a_failure_can_be_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    real = TuneSource.tunes

    def failing(self: TuneSource, n: int, first: int = 0) -> Iterator[GeneratedTune]:
        yield from islice(real(self, n), 1)
        raise GenerationError("no more")

    monkeypatch.setattr(TuneSource, "tunes", failing)
    assert run(["generate", "-n", "3", "--seed", "1", "--to", "abc", "--out", str(tmp_path / "t")]) == 2
    assert sorted(p.name for p in (tmp_path / "t").iterdir()) == ["index.html", "tune-1-1.abc"]
    error = capsys.readouterr().err
    assert "1 of 3 tunes are in" in error
    assert "abcgen: error: no more" in error


def test_a_reader_who_leaves_takes_no_tune_along(tmp_path: Path) -> None:
    """As in `abcgen generate … | head -1`."""
    command = [sys.executable, "-m", "abcgen", "generate", "-n", "2", "--seed", "1", "--to", "abc"]
    with subprocess.Popen(
        [*command, "--out", str(tmp_path / "t")], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.wait(timeout=300) == 0
    assert sorted(p.name for p in (tmp_path / "t").iterdir()) == [
        "index.html",
        "tune-1-1.abc",
        "tune-1-2.abc",
    ]


@pytest.mark.parametrize(
    ("wish", "says"),
    [
        (["--key", "Hx"], "unknown key"),
        (["--meter", "0/4"], "unknown metre"),
        (["--meter", "25/8"], "metre 25/8 cannot be asked for"),
        (["--rhythm", "reel", "--meter", "6/8"], "a reel is in 4/4, 2/2, 2/4, not in 6/8"),
        (["--form", "AABB", "--length", "30"], "30 bars do not make 4 sections"),
        (["--resume"], "needs the --seed"),
        (["--rhythm", "real"], "did you mean reel?"),
        (["--temperature", "nan"], "temperature nan is not between"),
        (["--top-p", "0"], "top-p 0.0 is not"),
        (["-n", "0"], "0 tunes cannot be written"),
        (["--to", "abc,wav"], "is not a format"),
        (["--model", "/nowhere"], "it is not there"),
    ],
)
def test_a_wish_that_cannot_be_had_is_one_clear_line(
    wish: list[str], says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["generate", *wish, "--out", str(tmp_path / "t")]) == 2
    error = capsys.readouterr().err
    assert says in error
    assert error.count("\n") == 1
    assert not (tmp_path / "t").exists()
