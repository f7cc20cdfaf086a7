"""What can be mended is mended in one way, and told; what would be a guess is left alone."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from abcgen.cli import run
from abcgen.notation import parse_book
from abcgen.notation.edits import TooMuchReadError, Versions
from abcgen.notation.repair import repair, repair_book

HEAD = "X:1\nT:E\nM:4/4\nL:1/4\nK:C\n"
END = "GABc|cBAG|]\n"


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("T:E\nM:4/4\nL:1/4\nK:C\nCDEF|]\n", HEAD + "CDEF|]\n", "begins with its number"),
        ("X:one\nT:E\nM:4/4\nL:1/4\nK:C\nCDEF|]\n", HEAD + "CDEF|]\n", "begins with its number"),
        ("X:1\nT:E\nM:4/4\nL:1/4\nCDEF|]\n", HEAD + "CDEF|]\n", "K: ends the header"),
        ("X:1\nT:E\nM:4/4\nK:C\nC8|]\n", "X:1\nT:E\nM:4/4\nL:1/8\nK:C\nC8|]\n", "L: is 1/8"),
        (HEAD + "CDEF|GABc\n", HEAD + "CDEF|GABc |]\n", "ends with a bar line"),
        (HEAD + 'CDEF {g}"G"GABc|' + END, HEAD + 'CDEF | {g}"G"GABc|' + END, "where the metre puts it"),
        (HEAD + "CDEF\nGABc|" + END, HEAD + "CDEF |\nGABc|" + END, "ends the line"),
        (HEAD + END[:-3] + "|CD|EF|" + END, HEAD + END[:-3] + "|CD EF|" + END, "two short bars are one"),
        (HEAD + "CDEF|[CE DEF|" + END, HEAD + "CDEF|[CE] DEF|" + END, "closed at the only place"),
        (HEAD + 'CDEF|"Am CDEF|' + END, HEAD + 'CDEF|"Am" CDEF|' + END, "closed at the only place"),
        (HEAD + "CDEF|CD(3E/F/|" + END, HEAD + "CDEF|CD(3E/F/|" + END, ""),
        (HEAD + "CDEF|CDE(3F|" + END, HEAD + "CDEF|CDEF|" + END, "no tuplet"),
        (HEAD + "CDEF|CD(3EF|" + END, HEAD + "CDEF|CD(3EF|" + END, ""),  # or a note was lost
        (HEAD + "CD|EF|GA|Bc|" + END, HEAD + "CD|EF|GA|Bc|" + END, ""),  # or the bars begin elsewhere
        (HEAD + 'CDEF|CD"E|' + END, HEAD + 'CDEF|CD"E|' + END, ""),
        (HEAD + "CDEF|C2[CE|" + END, HEAD + "CDEF|C2[CE|" + END, ""),
        (HEAD + "CDEF|[CE DEF|C4 D|" + END, HEAD + "CDEF|[CE DEF|C4 D|" + END, ""),  # all or nothing
        (HEAD + "|:CDEF|1GABc|2cBAG|]\n", HEAD + "|:CDEF|1GABc:|2cBAG|]\n", "closes with :|"),
        (HEAD + "CDEF|GAB|" + END, HEAD + "CDEF|GAB|" + END, ""),
        (HEAD + "CDEF GABc cBAG|" + END, HEAD + "CDEF | GABc | cBAG|" + END, "where the metre puts it"),
        (HEAD + "CDEF|GABc % a\nw:la\ncBAG|" + END, HEAD + "CDEF|GABc | % a\nw:la\ncBAG|" + END, "the line"),
        (HEAD + "CDEF|GA=20\nBc|=\n" + END, HEAD + "CDEF|GA\nBc|\n" + END, "left from mail"),
        (HEAD + "CDEF|GABc|\n:cBAG:|\n", HEAD + "CDEF|GABc|\n|:cBAG:|\n", "cut apart"),
        (HEAD + "CDEF|GA|\nBc|" + END, HEAD + "CDEF|GA\nBc|" + END, "two short bars"),
        (HEAD + "CDEF|GABc \\\ncBAG|" + END, HEAD + "CDEF|GABc | \\\ncBAG|" + END, "ends the line"),
        (HEAD.replace("M", "3/8=120\nM") + END, HEAD.replace("M", "% 3/8=120\nM") + END, "as a comment"),
        (HEAD.replace("M", "CDEF|\nM") + END, HEAD.replace("M", "CDEF|\nM") + END, ""),
        (HEAD + "|:CDEF|1GABc|[2cBAG|]\n", HEAD + "|:CDEF|1GABc:|[2cBAG|]\n", "closes with :|"),
        (HEAD + "|:CDEF|1GABc||2cBAG|]\n", HEAD + "|:CDEF|1GABc:|2cBAG|]\n", "closes with :|"),
        (
            HEAD + "|:CDEF|1GABc|2cBAG||\n|:CDEF|1GABc|2cBAG|]\n",
            HEAD + "|:CDEF|1GABc:|2cBAG||\n|:CDEF|1GABc:|2cBAG|]\n",
            "closes with :|",
        ),
        (HEAD + 30 * "CDEF|CDEF\n" + END, HEAD + 30 * "CDEF|CDEF |\n" + END, "ends the line"),
        (HEAD + "CDEF|GABcd|" + END, HEAD + "CDEF|GABcd|" + END, ""),
        (HEAD + "GABc|[Q:1/4=90CDEF|" + END, HEAD + "GABc|[Q:1/4=90CDEF|" + END, ""),
        (HEAD + 'CDEF "G" {c}GABc|' + END, HEAD + 'CDEF | "G" {c}GABc|' + END, "where the metre puts it"),
        (HEAD + "CDEF [K:G] GABc|" + END, HEAD + "CDEF | [K:G] GABc|" + END, "where the metre puts it"),
        (HEAD + "|:CDEF|1 GABc|\n[2 cBAG|]\n", HEAD + "|:CDEF|1 GABc:|\n[2 cBAG|]\n", "closes with :|"),
        (HEAD + "CDEF GABc|\nw:la | lu\n" + END, HEAD + "CDEF GABc|\nw:la | lu\n" + END, ""),
        (HEAD + 'GABc|"CDEF|' + END, HEAD + 'GABc|"CDEF|' + END, ""),
        (
            HEAD.replace("4/4", "3/4") + 4 * "CDEF|GABc|" + "C4|]\n",
            HEAD + 4 * "CDEF|GABc|" + "C4|]\n",
            "alike",
        ),
    ],
)
def test_repairs(before: str, after: str, reason: str) -> None:
    mended = repair(parse_book(before).tunes[0])
    assert mended.text == after
    assert bool(mended.edits) == bool(reason)
    assert all(reason in edit.reason for edit in mended.edits)
    assert bool(mended.left) == (not reason)


def test_a_book_keeps_everything_else() -> None:
    good = HEAD + "CDEF|]\n"
    book = f"Words.\n\n{good}\nT:Two\nM:4/4\nL:1/4\nK:C\nCDEF|]\n\n{HEAD}CDEF|GABcd|{END}\nMore words.\n"
    text, results = repair_book(book)
    assert text == book.replace("T:Two", "X:2\nT:Two")
    said = [(tune.line, len(mended.edits), len(mended.left)) for tune, mended in results]
    assert said == [(10, 1, 0), (16, 0, 1)]
    assert repair_book(text)[0] == text


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.abc"
    path.write_text(HEAD + "CDEF GABc|" + END)
    assert run(["fix", str(path)]) == 0
    captured = capsys.readouterr()
    assert "-CDEF GABc|" in captured.out
    assert "+CDEF | GABc|" in captured.out
    assert f"{path}:6: a bar line where the metre puts it" in captured.err
    assert path.read_text() == HEAD + "CDEF GABc|" + END
    assert run(["fix", "--write", str(path)]) == 0
    assert path.read_text() == HEAD + "CDEF | GABc|" + END
    path.write_text(HEAD + "CDEF|GABcd|" + END)
    assert run(["fix", "--write", str(path)]) == 1
    assert "left as it is, bar-length" in capsys.readouterr().err


def test_no_music_is_lost_where_not_all_was_read() -> None:
    book = HEAD + "CDEF|\n" + "c" * 200_000 + "\n"
    text, results = repair_book(book)
    assert text == book
    assert results[0][1].left


def test_a_tune_under_a_file_header_is_told_and_left() -> None:
    book = "L:1/8\nM:4/4\n\nX:1\nT:T\nK:C\nCDEF GABcd|CDEF GABc|]\n"
    text, results = repair_book(book)
    assert text == book
    assert [problem.code for problem in results[0][1].left] == ["bar-length"]


@pytest.mark.parametrize(
    ("last", "mended"),
    [("GABc % end\n", "GABc |] % end\n"), ("GABc \\\n", "GABc |]\n"), ("GABc\n% end\n", "GABc |]\n% end\n")],
)
def test_the_last_bar_line_stands_with_the_music(last: str, mended: str) -> None:
    assert repair(parse_book(HEAD + "CDEF|" + last).tunes[0]).text == HEAD + "CDEF|" + mended


def test_hostile_brackets_take_no_time() -> None:
    began = time.process_time()
    for sign in ("[", "{", "(3"):
        repair_book(HEAD + sign * 3000 + "|]\n")
    repair_book("X:1\nM:4/4\nL:1/8\nK:C\nc16 & C8|c8|]\n")
    assert time.process_time() - began < 5


def test_a_file_keeps_its_encoding_and_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "a.abc"
    path.write_bytes(
        (HEAD.replace("T:E", "T:\xc9") + "CDEF GABc|" + END).replace("\n", "\r\n").encode("latin-1")
    )
    assert run(["fix", "--write", str(path)]) == 0
    new = path.read_bytes()
    assert b"T:\xc9\r\n" in new
    assert new.count(b"\r\n") == new.count(b"\n")
    assert b"CDEF | GABc|" in new


def test_a_tune_on_which_too_much_would_be_tried_is_left() -> None:
    text = HEAD + "[CDE " * 12_000 + "|]\n"
    began = time.process_time()
    mended = repair(parse_book(text).tunes[0])
    assert time.process_time() - began < 6
    assert (mended.text, mended.edits) == (text, ())
    assert mended.left


def test_versions_full_of_problems_are_read_less_often() -> None:
    read = Versions((), 1)
    lines = (HEAD + "C D2 E3" + "\x9d" * 90 + "|GABc|]").split("\n")
    for _ in range(100):
        read(lines)
    with pytest.raises(TooMuchReadError):
        for _ in range(100):
            read(lines)


def test_many_lost_bar_lines_take_no_time() -> None:
    text = HEAD + "CDEFGABc " * 900 + "|]\n"
    began = time.process_time()
    assert repair(parse_book(text).tunes[0]).text.count(" | ") == 1_799
    assert time.process_time() - began < 3


def test_a_number_that_is_free_is_given() -> None:
    text, _ = repair_book("T:One\nM:4/4\nL:1/4\nK:C\nCDEF|]\n\nX:1\nT:Two\nM:4/4\nK:C\nC2DEFGA2|]\n")
    assert text.startswith("X:2\nT:One")
