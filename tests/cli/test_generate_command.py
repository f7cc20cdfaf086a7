"""`abcgen generate`, run as a user runs it, where it goes wrong."""

from __future__ import annotations

import json
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
    assert sorted(p.name for p in (tmp_path / "t").iterdir()) == [
        "index.html",
        "report.jsonl",
        "tune-1-1.abc",
    ]
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
        "report.jsonl",
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
        (["--title", "  "], "--title is blank"),
        (["--to", "abc,wma"], "is not a format"),
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


def test_a_folder_of_somebody_else_is_not_gone_on_with(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["generate", "-n", "1", "--seed", "9", "--to", "abc", "--out", str(tmp_path), "--resume"]
    for name in ("index.html", "tune-9-1.abc"):
        (tmp_path / name).write_text("mine")
        assert run(asked) == 2
        assert "already there" in capsys.readouterr().err
    for theirs in ("mine\nand mine\n", "mine\n", "mine"):
        (tmp_path / "report.jsonl").write_text(theirs)
        assert run(asked) == 2
        assert {path.read_text() for path in tmp_path.iterdir()} == {"mine", theirs}
    (tmp_path / "report.jsonl").write_text("")  # of a run that was stopped at its first tune
    assert run(asked) == 0


def test_the_report_tells_of_every_tune_how_it_came_and_what_it_is_like(tmp_path: Path) -> None:
    out = tmp_path / "t"
    asked = [
        "generate",
        "-n",
        "3",
        "--seed",
        "1",
        "--key",
        "D",
        "--no-endings",
        "--to",
        "abc",
        "--out",
        str(out),
    ]
    assert run([*asked, "--best-of", "2"]) == 0
    lines = (out / "report.jsonl").read_text("utf-8").splitlines()
    told = [json.loads(line) for line in lines]
    assert [one["file"] for one in told] == ["tune-1-1", "tune-1-2", "tune-1-3"]
    assert all(one["asked"] == {"key": "D", "endings": False} for one in told)
    assert all(one["drawn"] >= 2 and one["likelihood_per_bar"] < 0 for one in told)
    assert all(0 <= one["copied"]["bars"] <= 4 for one in told)
    assert any(one["nearest"] and 0 < one["nearest"][0]["share"] <= 1 for one in told)
    (out / "tune-1-3.abc").unlink()
    (out / "report.jsonl").write_text("\n".join([*lines[:2], '{"file": "tune-1']), "utf-8")
    assert run([*asked, "--best-of", "2", "--resume"]) == 0
    assert (out / "report.jsonl").read_text("utf-8").splitlines() == lines


def test_a_run_is_not_gone_on_with_other_wishes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["generate", "--seed", "1", "--to", "abc", "--out", str(tmp_path / "t"), "--meter", "6/8"]
    assert run([*asked, "-n", "1"]) == 0
    there = (tmp_path / "t" / "tune-1-1.abc").read_bytes()
    for more in (["--key", "D"], ["--temperature", "0.5"], ["--best-of", "3"]):
        assert run([*asked, *more, "-n", "2", "--resume"]) == 2
        assert "--resume goes on as was asked: " in capsys.readouterr().err
    assert run([*asked, "-n", "1", "--resume"]) == 0
    assert (tmp_path / "t" / "tune-1-1.abc").read_bytes() == there


def test_going_on_leaves_what_else_is_there(tmp_path: Path) -> None:
    asked = ["generate", "--to", "abc", "--out", str(tmp_path / "t")]
    assert run([*asked, "--seed", "1", "-n", "3"]) == 0
    before = {path.name: path.read_bytes() for path in (tmp_path / "t").glob("*.abc")}
    assert run([*asked, "--seed", "2", "-n", "1", "--resume"]) == 0
    assert run([*asked, "--seed", "1", "-n", "12", "--resume"]) == 0
    assert run([*asked, "--seed", "1", "-n", "2", "--resume"]) == 0
    told = [json.loads(line) for line in (tmp_path / "t" / "report.jsonl").read_text("utf-8").splitlines()]
    assert sorted((one["seed"], one["number"]) for one in told) == [*((1, i) for i in range(1, 13)), (2, 1)]
    assert {name: (tmp_path / "t" / name).read_bytes() for name in before} == before
    assert len(list((tmp_path / "t").glob("*.abc"))) == 13
    page = (tmp_path / "t" / "index.html").read_text("utf-8")
    assert all(f"{one['file']}.abc" in page for one in told)


def test_a_wish_that_the_corpus_hardly_knows_is_warned_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["generate", "--meter", "7/8", "--seed", "1", "--to", "abc", "--out", str(tmp_path / "t")]
    assert run(asked) == 0
    assert (
        "hardly knows M:7/8: of the 3,137 tunes that it was trained on, 0 have it" in capsys.readouterr().err
    )
