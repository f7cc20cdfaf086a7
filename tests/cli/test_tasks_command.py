"""`abcgen continue`, `infill`, `vary`, `answer`: files in, files out, clear words for what cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from abcgen.cli import run
from abcgen.notation import parse_book

ONE = "X:7\nT:Mine\nR:jig\nM:6/8\nL:1/8\nK:G\nD|:GAG GAB|ABA ABd|edd gdd|edB dBA:|\n"
BOOK = f"{ONE}\nX:8\nM:3/4\nL:1/8\nK:C\nC6|D6|E6|F6|]\n"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    (tmp_path / "book.abc").write_bytes(BOOK.replace("\n", "\r\n").encode())
    return tmp_path / "book.abc"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["infill", "--bars", "2-3"], "X:7: new: bars 2-3"),
        (["infill", "--bars", "0"], "X:7: new: bars 0"),
        (["vary", "--amount", "0.4"], "X:7: 40% of 5 bars differ: "),
        (["answer"], "X:7: new: a part of 4 bars"),
        (["continue", "--form", "AABB"], "X:7: of its "),
    ],
)
def test_the_file_comes_back_changed_there_alone(
    book: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    new = book.with_name("new.abc")
    assert run([*words, str(book), "--tune", "7", "--seed", "1", "--out", str(new)]) == 0
    assert said in capsys.readouterr().err
    text = new.read_bytes().decode()
    assert text.replace("\r\n", "").count("\n") == 0
    assert text.startswith("X:7\r\nT:Mine\r\nR:jig\r\n")
    assert text.endswith("\r\n\r\nX:8\r\nM:3/4\r\nL:1/8\r\nK:C\r\nC6|D6|E6|F6|]\r\n")
    tunes = parse_book(text).tunes
    assert all(tune.valid for tune in tunes)
    assert book.read_bytes() == BOOK.replace("\n", "\r\n").encode()

    assert run([*words, str(book), "--tune", "7", "--seed", "1"]) == 0
    assert capsys.readouterr().out.replace("\r\n", "\n") == text.replace("\r\n", "\n")


def test_the_seed_that_was_drawn_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "one.abc"
    file.write_text(ONE)
    assert run(["vary", str(file)]) == 0
    first = capsys.readouterr()
    seed = first.err.partition("--seed ")[2].split()[0]
    assert run(["vary", str(file), "--seed", seed]) == 0
    assert capsys.readouterr().out == first.out != ONE


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["infill", "book.abc", "--bars", "2"], "holds 2 tunes; say which with --tune X"),
        (["infill", "book.abc", "--tune", "9", "--bars", "2"], "holds no tune X:9"),
        (
            ["infill", "book.abc", "--tune", "7", "--bars", "2-9"],
            "bars 2-9 are asked for; this tune has 0 to 4",
        ),
        (["infill", "book.abc", "--tune", "8", "--bars", "0"], "bars 0 are asked for; this tune has 1 to 4"),
        (
            ["infill", "book.abc", "--tune", "7", "--bars", "all"],
            "bars 'all' are none; write two numbers like 5-8",
        ),
        (["vary", "book.abc", "--tune", "7", "--amount", "7"], "an amount of 7.0 is not between 0 and 1"),
        (
            ["continue", "book.abc", "--tune", "8", "--form", "AABB"],
            "this cannot be: no tune in 3/4 C of the form",
        ),
        (["infill", "words.abc", "--bars", "2"], "words.abc holds no tune"),
        (["continue", "header.abc"], "header.abc: line 1, X:1: free metre: bars cannot be counted"),
        (
            ["vary", "book.abc", "--tune", "7", "--amount", "0.01"],
            "of its 5 bars from 1 to 4 can be varied",
        ),
        (["answer", "words.abc"], "words.abc holds no tune; a tune begins with a line such as X:1"),
        (["answer", "none.abc"], "none.abc"),
        (["answer", "faulty.abc"], "faulty.abc: line 5: this bar lasts 5/4, M: says 4/4"),
        (["answer", "book.abc", "--tune", "7", "--out", "book.abc"], "--overwrite"),
        (["answer", "book.abc", "--tune", "7", "--temperature", "9"], "temperature 9.0 is not between"),
        (["answer", "book.abc", "--tune", "7", "--instrument", "fidle"], "did you mean fiddle?"),
    ],
)
def test_what_cannot_be_done_is_told(
    book: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    why: str,
) -> None:
    monkeypatch.chdir(book.parent)
    Path("words.abc").write_text("only words\n")
    Path("header.abc").write_text("X:1\nT:T\nK:G\n")
    Path("faulty.abc").write_text("X:1\nM:4/4\nL:1/8\nK:C\nC8D2|C8|C8|C8|]\n")
    assert run(words) in {1, 2}
    heard = capsys.readouterr()
    assert why in heard.err
    assert heard.out == ""
    assert book.read_bytes() == BOOK.replace("\n", "\r\n").encode()
