"""Each file in `invalid/` gives exactly the message beside it; those in `valid/` give none."""

import time
from pathlib import Path

import pytest

from abcgen.notation import parse_book, parse_tune
from abcgen.notation.problems import CODES

HERE = Path(__file__).parent


def rendered(path: Path) -> str:
    text = path.read_text("utf-8")
    lines = text.split("\n")
    book = parse_book(text)
    return "".join(p.render(path.name, lines[p.line - 1]) + "\n" for p in book.all_problems)


@pytest.mark.parametrize("path", sorted((HERE / "invalid").glob("*.abc")), ids=lambda p: p.stem)
def test_invalid(path: Path) -> None:
    assert rendered(path) == path.with_suffix(".txt").read_text("utf-8")


@pytest.mark.parametrize("path", sorted((HERE / "valid").glob("*.abc")), ids=lambda p: p.stem)
def test_valid(path: Path) -> None:
    assert rendered(path) == ""


def test_every_code_has_a_case() -> None:
    shown = {
        line.split(" ")[1].rstrip(":")
        for p in (HERE / "invalid").glob("*.txt")
        for line in p.open()
        if ".abc:" in line
    }
    assert shown == set(CODES)


@pytest.mark.parametrize(
    "text",
    [
        "C99999999|]",
        "(999999:3:999999ABC|]",
        "Z1000000|]",
        "[" * 100_000,
        "C" + "," * 10_000,
        '"' * 9_999,
        "!" + "a" * 9_999,
        "A" + ">" * 10_000 + "B",
        "|:" * 8_000,
        "C\0D|]",
        "{" * 5_000,
    ],
    ids=lambda text: text[:6],
)
def test_hostile_music_is_a_problem_not_a_crash(text: str) -> None:
    book = parse_book(f"X:1\nM:4/4\nL:1/4\nK:C\n{text}\n")
    assert not book.tunes[0].valid
    assert len(book.tunes[0].problems) <= 100


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("X:1\nK:C\nN:\n" + "+:a\n" * 15000, "no-music"),
        ("X:1\n" + "N:\n" * 16000 + "K:C\nC|]\n" + "+:\n" * 15000, "too-large"),
        ("X:1\nM:none\nL:1/8\nK:C\n" + "C" * 8000 + "|]\n" + ("w:" + "a " * 8000 + "\n") * 3, ""),
        ("X:1\nM:none\nL:1/8\nK:C\n" + ("." * 16000 + "\n") * 3 + "C|]\n", "too-large"),
        ("X:1\nM:none\nL:1/8\nK:C\n" + ("[V:" * 5400 + "\n") * 3, "unclosed-bracket"),
        (
            "X:1\nM:none\nL:1/8\n"
            + "".join(f"m:{c}={'z' * 200}\n" for c in "hijklmop")
            + "K:C\n"
            + ("".join(c * 80 for c in "hijklmop") + "\n") * 20,
            "too-large",
        ),
    ],
    ids=["fields continued", "many fields", "words", "decorations", "open fields", "macros"],
)
def test_nothing_takes_quadratic_time(text: str, code: str) -> None:
    began = time.process_time()
    problems = [problem.code for tune in parse_book(text).tunes for problem in tune.problems]
    assert time.process_time() - began < 3
    assert not code or code in problems


def test_a_nul_is_a_problem_and_gets_no_further() -> None:
    tune = parse_tune("X:1\nT:a\0b\nM:4/4\nL:1/4\nK:C\nC\0DEF|]\n")
    assert [(p.code, p.line, p.column) for p in tune.problems] == [
        ("illegal-character", 2, 4),
        ("illegal-character", 6, 2),
    ]
    assert tune.title == "a b"
    assert len(tune.bars[0].events) == 4


@pytest.mark.parametrize(
    "header", ["L:0", "M:0/0", "M:9999999/8", "L:1/0", "K:" + "x" * 5000, "X:" + "9" * 5000]
)
def test_hostile_headers_are_problems(header: str) -> None:
    book = parse_book(f"X:1\n{header}\nK:C\nCDEF|]\n")
    assert any(not tune.valid for tune in book.tunes)


@pytest.mark.parametrize(
    ("music", "told"),
    [
        ("C#DEF|]", "reserved-character 6:2 a sharp is ^ before its note, as in ^C"),
        ("\u201cAm\u201dCDEF|]", 'illegal-character 6:1 write "'),
        ("C\u2014CDE|]", "illegal-character 6:2 write -"),
        ("!trill CDEF|]", "unclosed-bracket 6:1 write !trill!"),
        ("!tril!CDEF|]", "undefined-symbol 6:1 did you mean !trill!?"),
        ("[r:once more CDEF|GABc|]", "unclosed-bracket 6:1 close it with ]"),
        ("[K:D CDEF|GABc|]", "unclosed-bracket 6:1 close it with ]"),
        ("CD/3EF|]", "bad-length 6:2 /2, /4, /8 \u2026; thirds are a triplet, (3ABc"),
    ],
)
def test_what_would_be_right_is_told(music: str, told: str) -> None:
    problem = parse_book(f"X:1\nT:T\nM:4/4\nL:1/4\nK:C\n{music}\n").tunes[0].problems[0]
    assert f"{problem.code} {problem.line}:{problem.column} {problem.hint}" == told


def test_a_part_that_begins_twice_is_told() -> None:
    text = "X:1\nT:T\nP:AB\nM:4/4\nL:1/4\nK:C\nP:A\nCDEF|\nP:B\nFEDC|\nP:A\nC4|]\n"
    [problem] = parse_book(text).tunes[0].problems
    assert (problem.code, problem.line) == ("duplicate-field", 12)


def test_no_error_is_without_a_word_on_what_would_be_right() -> None:
    for path in (HERE / "invalid").glob("*.abc"):
        for tune in parse_book(path.read_text("utf-8")).tunes:
            for problem in tune.problems:
                assert problem.hint or problem.code in FIELD_CODES, problem


#: Their message says what is right.
FIELD_CODES = {
    *("bad-key", "bad-meter", "bad-unit-length", "bad-parts", "bad-macro", "bad-voice", "unknown-field"),
    *("too-large", "no-music", "bad-field", "duplicate-field"),
}
