"""`abcgen render`, run as a user runs it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from abcgen.cli import run

TUNES = Path(__file__).parent.parent / "scores" / "tunes"
BAD = "X:3\nT:Bad Bar\nM:2/4\nL:1/8\nK:C\nCDEFG|C4|]\n"


def test_a_folder_gives_files_for_every_tune(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    assert run(["render", str(TUNES), "--to", "svg,midi", "--out", str(out)]) == 0
    names = ["1-First-of-Two", "2-Second-of-Two", "The-Ferry-Across"]
    assert sorted(p.name for p in out.iterdir()) == [f"{n}{e}" for n in names for e in (".mid", ".svg")]
    captured = capsys.readouterr()
    assert captured.out.splitlines()[0] == str(out / "The-Ferry-Across.svg")
    assert captured.err == f"3 tunes rendered into {out}\n"


def test_a_bad_tune_is_told_and_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = tmp_path / "book.abc"
    book.write_text(BAD + "\n" + (TUNES / "ferry.abc").read_text())
    assert run(["render", str(book), "--to", "midi", "--out", str(tmp_path / "out")]) == 1
    error = capsys.readouterr().err
    assert f"{book}:6:1 bar-length: this bar lasts 5/8, M: says 2/4" in error
    assert "1 tune rendered into" in error
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["7-The-Ferry-Across.mid"]


def test_files_of_a_folder_that_hold_no_tune_are_told_and_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, text in (("a", ""), ("b", "A\0B"), ("c", (TUNES / "ferry.abc").read_text())):
        (tmp_path / f"{name}.abc").write_text(text)
    assert run(["render", str(tmp_path), "--to", "abc", "--out", str(tmp_path / "out")]) == 1
    error = capsys.readouterr().err
    assert f"there is no tune in {tmp_path / 'a.abc'}" in error
    assert f"{tmp_path / 'b.abc'} is a binary file" in error
    assert "1 tune rendered" in error


def test_existing_files_stop_the_run_before_it_begins(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["render", str(TUNES / "two.abc"), "--to", "abc", "--out", str(tmp_path)]
    assert run(arguments) == 0
    (tmp_path / "1-First-of-Two.abc").unlink()
    assert run(arguments) == 2
    assert "2-Second-of-Two.abc is already there" in capsys.readouterr().err
    assert not (tmp_path / "1-First-of-Two.abc").exists()
    assert run([*arguments, "--overwrite"]) == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["missing.abc"], "missing.abc is not there"),
        (["."], ". holds no .abc file"),
        (["notes.txt"], "there is no tune in notes.txt; a tune begins with X:"),
        (["notes.txt", "--to", "mp4"], "'mp4' is not a format; choose among"),
        (["ferry.abc", "--instrument", "kazoo"], "'kazoo' is no instrument that abcgen plays"),
        (["ferry.abc", "--tempo", "5"], "a tempo is 20 to 600 quarter notes a minute, not 5"),
        (["ferry.abc", "--tempo", "nan"], "nan is no tempo"),
        (["ferry.abc", "--title", "Set"], "--title is for --together"),
        (
            ["ferry.abc", "--to", "midi", "--together"],
            "midi has one tune a file; many can be together as pdf",
        ),
        (["ferry.abc", "--out", "notes.txt"], "notes.txt"),
    ],
)
def test_what_cannot_run_is_said_in_one_line(
    arguments: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notes.txt").write_text("milk, bread\n")
    if "ferry.abc" in arguments:
        (tmp_path / "ferry.abc").write_text((TUNES / "ferry.abc").read_text())
    assert run(["render", *arguments]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.startswith("abcgen: error: ")
    assert error.count("\n") == 1


def test_abc_says_what_the_head_of_its_file_said(tmp_path: Path) -> None:
    (tmp_path / "book.abc").write_text("M:6/8\nL:1/8\n\nX:1\nT:One\nK:C\nCDE FGA|]\n")
    assert run(["render", str(tmp_path / "book.abc"), "--to", "abc", "--out", str(tmp_path / "out")]) == 0
    assert run(["check", str(tmp_path / "out" / "One.abc")]) == 0


def test_a_tune_is_played_as_asked(tmp_path: Path) -> None:
    ferry = str(TUNES / "ferry.abc")
    asked = ["--instrument", "fiddle", "--swing", "--chords", "--tempo", "100"]
    assert run(["render", ferry, "--to", "midi", "--out", str(tmp_path / "plain")]) == 0
    assert run(["render", ferry, "--to", "midi,ogg", *asked, "--out", str(tmp_path / "played")]) == 0
    plain, played = ((tmp_path / name / "The-Ferry-Across.mid").read_bytes() for name in ("plain", "played"))
    assert bytes([0xC0, 110]) in played
    assert len(played) > len(plain)
    assert (tmp_path / "played" / "The-Ferry-Across.ogg").read_bytes().startswith(b"OggS")


def test_a_set_in_one_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["render", str(TUNES / "two.abc"), "--to", "pdf,flac", "--together", "--out", str(tmp_path)]
    assert run([*arguments, "--title", "Friday / Set"]) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["Friday-Set.flac", "Friday-Set.pdf"]
    assert capsys.readouterr().err == f"2 tunes rendered into {tmp_path}\n"
    assert run(arguments) == 0
    assert (tmp_path / "two.pdf").is_file()
    assert run(arguments) == 2


def test_a_score_looks_as_asked(tmp_path: Path) -> None:
    ferry = str(TUNES / "ferry.abc")
    asked = ["--tab", "mandolin", "--note-names", "--scale", "1.4", "--transpose", "2"]
    assert run(["render", ferry, "--to", "svg,abc", *asked, "--out", str(tmp_path)]) == 0
    svg = (tmp_path / "The-Ferry-Across.svg").read_text("utf-8")
    assert "·" in svg
    assert "K:E\n" in (tmp_path / "The-Ferry-Across.abc").read_text("utf-8")
    assert run(["render", ferry, "--tab", "kazoo", "--out", str(tmp_path)]) == 2


def test_a_book_of_many_tunes_has_contents(tunebook: Path, tmp_path: Path) -> None:
    book = tmp_path / "ten.abc"
    book.write_text(
        "\n".join((tunebook / "made-up.abc").read_text("utf-8").split("\n\n")[:10]) + "\n", "utf-8"
    )
    for name, flags in {"with": [], "without": ["--no-contents"], "small": ["--paper", "tablet"]}.items():
        arguments = [
            "render",
            str(book),
            "--to",
            "pdf",
            "--together",
            "--title",
            name,
            "--out",
            str(tmp_path),
        ]
        assert run([*arguments, *flags]) == 0
    pages = {
        name: len(re.findall(rb"/Type */Page\b", (tmp_path / f"{name}.pdf").read_bytes()))
        for name in ("with", "without")
    }
    assert pages["with"] == pages["without"] + 2
    assert run(["render", str(book), "--to", "pdf", "--paper", "wall", "--out", str(tmp_path)]) == 2


def test_tune_that_cannot_be_converted_is_left_out_and_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    long = "X:2\nT:Long\nM:4/4\nL:1/1\nQ:1/4=20\nK:C\n" + ("C|" * 10 + "\n") * 12
    small = "X:{}\nT:Small\nM:4/4\nL:1/4\nK:C\nCDEF|]\n"
    (tmp_path / "book.abc").write_text(f"{small.format(1)}\n{long}\n{small.format(3)}", "utf-8")
    to = ["--to", "pdf,wav,html", "--together", "--out", str(tmp_path / "out")]
    assert run(["render", str(tmp_path / "book.abc"), *to]) == 1
    told = capsys.readouterr().err.splitlines()
    assert len([line for line in told if line.startswith(f"{tmp_path / 'book.abc'}:8: ")]) == 1
    assert "2 tunes rendered" in told[-1]
    assert "1 left out" in told[-1]
    assert (tmp_path / "out" / "book.pdf").stat().st_size > 1000


def test_a_format_that_cannot_be_does_not_keep_the_others_away(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.abc").write_text("X:1\nT:\U00013000\nM:4/4\nL:1/4\nK:C\nCDEF|G4|]\n", "utf-8")
    out = tmp_path / "out"
    assert run(["render", str(tmp_path / "a.abc"), "--to", "png,svg,pdf,midi", "--out", str(out)]) == 1
    assert sorted(path.suffix for path in out.iterdir()) == [".mid", ".svg"]
    told = capsys.readouterr().err.splitlines()
    assert told[0].startswith(f"{tmp_path / 'a.abc'}:1: png, pdf: no font on this machine has \U00013000")
    assert told[1:] == [f"1 tune rendered into {out}; 1 not in all formats"]
