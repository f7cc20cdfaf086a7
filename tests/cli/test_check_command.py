"""`abcgen check`, run as a user runs it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from abcgen.cli import run

GOOD = "X:1\nT:Good\nM:4/4\nL:1/4\nK:C\nCDEF|GABc|]\n"
BAD = "X:2\nT:Bad, 100\\%\nM:4/4\nL:1/4\nK:C\nC-DEF|GAB|GABc|]\n"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    (tmp_path / "a:b.abc").write_text(f"{GOOD}\n{BAD}", "utf-8")
    return tmp_path / "a:b.abc"


def said(capsys: pytest.CaptureFixture[str], *arguments: str, code: int) -> list[str]:
    assert run(["check", *arguments]) == code
    return capsys.readouterr().out.splitlines()


def test_codes_are_selected_and_ignored(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert len(said(capsys, str(book), code=1)) == 6
    assert len(said(capsys, "--select", "bad-tie", str(book), code=0)) == 3
    assert len(said(capsys, "--ignore", "bad-tie", str(book), code=1)) == 3
    assert said(capsys, "--ignore", "bad-tie,bar-length", str(book), code=0) == []
    assert run(["check", "--select", "bad-ties", str(book)]) == 2
    assert "did you mean bad-tie?" in capsys.readouterr().err


def test_workflow_commands(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = said(capsys, "--format", "github", str(book), code=1)
    place = str(book).replace(":", "%3A")
    assert lines[0] == (
        f"::warning file={place},line=13,col=1,title=bad-tie::"
        "this tie leads to no note of the same pitch (for a slur write ( and ))"
    )
    assert lines[1].startswith(f"::error file={place},line=13,col=7,title=bar-length::this bar lasts 3/4")


def test_objects(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    records = [json.loads(line) for line in said(capsys, "--json", str(book), code=1)]
    assert [(r["line"], r["x"], r["title"], r["ok"]) for r in records] == [
        (1, 1, "Good", True),
        (8, 2, "Bad, 100%", False),
    ]
    assert set(records[1]["problems"][0]) == {"code", "severity", "line", "column", "text", "message", "hint"}


def test_the_ladder(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = said(capsys, "--ladder", str(book), code=1)
    assert lines[0].split()[:2] == ["2", "tunes"]
    assert [line.split("  ")[0] for line in lines[1:]] == ["1", "2", "3", "4", "5", "6"]
    assert [line.split()[-4] for line in lines[1:]] == ["2", "2", "2", "1", "1", "1"]


def test_a_page_for_a_code(capsys: pytest.CaptureFixture[str]) -> None:
    page = said(capsys, "--explain", "bar-length", code=0)
    assert page[0] == "bar-length (error): a bar does not last what M: says"
    assert "    CDEF|GAB|CDEF|]" in page


def test_many_files_are_checked_in_order_and_none_hides_another(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for i in range(40):
        (tmp_path / f"{i:02}.abc").write_text(BAD if i % 2 else GOOD, "utf-8")
    (tmp_path / "17.abc").write_bytes(b"\0X:1\n")
    assert run(["check", "--format", "github", "--select", "bar-length", str(tmp_path)]) == 2
    captured = capsys.readouterr()
    assert [line.split(",")[0][-6:-4] for line in captured.out.splitlines()] == [
        f"{i:02}" for i in range(1, 40, 2) if i != 17
    ]
    assert "17.abc is a binary file" in captured.err
    assert "39 tunes, 19 with errors, 0 warnings" in captured.err


def test_what_is_not_shown_still_counts(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    records = [json.loads(line) for line in said(capsys, "--json", "--select", "bad-tie", str(book), code=0)]
    assert [(r["ok"], len(r["problems"])) for r in records] == [(True, 0), (False, 1)]


def test_the_ladder_for_machines(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    steps = [json.loads(line) for line in said(capsys, "--ladder", "--json", str(book), code=1)]
    assert [s["holding"] for s in steps] == [2, 2, 2, 1, 1, 1]
    assert {"step", "meaning", "tunes", "estimate", "low", "high"} <= set(steps[0])
    assert run(["check", "--ladder", "--select", "bad-tie", str(book)]) == 2
    assert run(["check", "--ladder", str(book.parent / "none.abc")]) == 2
    assert "nan" not in capsys.readouterr().out


def test_a_name_that_is_none_stops_no_other(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", str(book.parent / "gone.abc"), str(book)]) == 2
    captured = capsys.readouterr()
    assert "gone.abc is not there" in captured.err
    assert "2 tunes, 1 with errors, 1 warning\n" in captured.err
    assert len(captured.out.splitlines()) == 6


def test_a_file_name_that_is_no_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.abc"))
    try:
        path.write_text(GOOD)
    except OSError:
        pytest.skip("this file system takes no such name")
    [record] = [json.loads(line) for line in said(capsys, "--json", str(tmp_path), code=0)]
    assert record["file"].endswith("\ufffd.abc")
