"""The acceptor takes exactly the texts of the dialect, and from everywhere a tune can be finished."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from tied_chords import tied_chords

from abcgen.errors import NotationError
from abcgen.notation.acceptor import State, accepts, begin, continuations, fault_at, is_whole, read, step
from abcgen.notation.dialect import MAX_BODY_CHARACTERS, NotInDialect, false_lines, to_dialect
from abcgen.notation.finish import rest_of_tune
from abcgen.notation.parser import parse_tune
from abcgen.notation.steering import LINES, header_text, with_lines

#: Every character that a body may have, and some that it may not.
BODY = "ABCDEFGabcdefg,'^_=z[]()0123456789/:|-\n"
OTHERS = ' xZ~!"{}<>&.%\\hö'
HEADERS = [
    header_text("6/8", "G"),
    header_text("4/4", "Dmix", ["R:reel"]),
    header_text("7/8", "Bbm"),
    header_text("2/4", "F#"),
    header_text("3/2", "none"),
    header_text("1/16", "HP"),
]


def is_canonical(text: str) -> bool:
    """The definition: it reads without an error, and is spelled as the dialect spells it."""
    try:
        spelled = to_dialect(parse_tune(text))
    except (NotInDialect, NotationError):  # the latter where a change makes two tunes of one
        return False
    return spelled.text == text


def walked(rng: random.Random, header: str, wanted: int, *, strict: bool) -> str:
    """A text of `wanted` random characters that may follow, finished as soon as can be."""
    state = read(begin(strict=strict), header)
    text = header
    while state is not None and not is_whole(state):
        choices = continuations(state, BODY)
        assert choices, f"nothing may follow {text!r}"
        if len(text) - len(header) > wanted:
            return text + rest_of_tune(state)
        if rng.random() < 0.3:
            choices = [char for char in choices if char in "|]\n-"] or choices
        char = rng.choice(choices)
        text += char
        state = step(state, char)
    assert state is not None
    return text


def walks(count: int, seed: int, *, strict: bool = False) -> Iterator[str]:
    rng = random.Random(seed)
    for _ in range(count):
        text = walked(rng, rng.choice(HEADERS), rng.choice([10, 60, 200]), strict=strict)
        if len(text) < MAX_BODY_CHARACTERS:
            yield text


@pytest.mark.parametrize("count", [30, pytest.param(200, marks=pytest.mark.slow)])
def test_whatever_it_takes_is_a_tune_of_the_dialect(count: int) -> None:
    for text in walks(count, seed=1):
        tune = parse_tune(text)
        errors = [problem for problem in tune.problems if problem.is_error]
        assert not errors, (text, errors)
        assert to_dialect(tune).text == text


@pytest.mark.parametrize("count", [30, pytest.param(200, marks=pytest.mark.slow)])
def test_whatever_it_takes_when_strict_has_no_problem_at_all(count: int) -> None:
    for text in walks(count, seed=7, strict=True):
        tune = parse_tune(text)
        assert tune.problems == (), text
        assert to_dialect(tune).text == text
        assert accepts(text)


@pytest.mark.parametrize(
    ("body", "strict"),
    [
        ("G|A6|B6|c6|d4d|]", True),
        ("G|A6|B6|c6|d6|]", True),
        ("G|A6|B6|c6|d4|]", False),
        ("|:G|A6|B6|c4c:|", True),
        ("|:G|A6|B6|c6:|", False),
        ("|:G|A6|B6|c4c::d|A6|B4B:|", True),
        ("|:G|A6|B6|c4c::d2|A6|B4:|", False),
        ("|:G6|A6|B6|c4c::d|A6|B4B:|", False),
        ("G|:A6|B6|c6|d6:|", True),
        ("G|A6|B6|c4c||d|e6|f4f|]", True),
        ("G|A6|B6|c4c||d6|e6|f4f|]", False),
        ("G|A6|B6|c6||d|e6|f4f|]", False),
        ("|:G|A6|B6|1c4c:|2d4d|]", True),
        ("|:G|A6|B6|1c6:|2d4d|]", False),
        ("|:G|A6|B6|1c4c:|2d6|]", True),
        ("|:G|A6|B6|1c4c:|2d6||e6|f4f|]", True),
        ("|:G|A6|B6|1c4c:|2d4d||e6|f4f|]", False),
        ("G6|(3A2B2c2A2|B6|c6|]", True),
        ("(3A/B/c/|A6|B6|c6|]", True),
        ("(3A/B/c/4|A6|B6|c6|]", False),  # it lasts no multiple of a sixty-fourth
    ],
)
def test_short_bars_add_up_when_strict(body: str, strict: bool) -> None:
    text = HEADERS[0] + body.replace("/", "/2").replace("/24", "/4") + "\n"
    assert accepts(text)
    assert accepts(text, strict=strict)
    assert accepts(text, strict=True) == strict
    assert strict == (parse_tune(text).problems == ()) or "/4" in text


@pytest.mark.parametrize(
    "body",
    [
        "G5A|A6|B6|c6|]",  # no note head shows five eighths
        "z5A|A6|B6|c6|]",
        "(3A5B/2c/2A2|A6|B6|c6|]",
        "(4A/8B/8c/8d/8G/8A/2G4|A6|B6|c6|]",  # its notes last half a tick of a MIDI file
    ],
)
def test_strictly_each_note_can_be_shown_and_played(body: str) -> None:
    text = f"{HEADERS[0]}{body}\n"
    assert accepts(text)
    assert not accepts(text, strict=True)


@pytest.mark.parametrize(
    ("tie", "keeps"),
    [
        ("^E3-^E3", True),
        ("^E6-|^E6", True),
        ("^E3-=F3", False),
        ("^E6-|=F6", False),
        ("[C^E]3-[C^E]3", True),
        ("[C^E]3-[C=F]3", False),
        ("[C-^E]3[C^D]3", True),
        ("[^C-^E]3[_DG]3", False),
    ],
)
def test_strictly_a_tie_keeps_its_letter(tie: str, keeps: bool) -> None:
    """Programs differ on a tie from ^E to F; abc2midi loses some of those in chords."""
    text = f"{HEADERS[0]}{tie}|A6|B6|c6|]\n"
    assert accepts(text), text
    assert accepts(text, strict=True) == keeps


@pytest.mark.parametrize(
    ("chord", "apart"),
    [
        ("[GB]", True),
        ("[G^G]", False),
        ("[__A=A]", False),
        ("[_A=A^A]", False),
        ("[G_A]", True),
        ("[Gg]", True),
        ("[^^E_A]", True),
    ],
)
def test_strictly_notes_of_a_chord_stand_on_lines_of_their_own(chord: str, apart: bool) -> None:
    """Where one of two on the same line is tied, abc2midi takes one for the other."""
    text = f"{HEADERS[0]}{chord}6|A6|B6|c6|]\n"
    assert accepts(text), text
    assert accepts(text, strict=True) == apart


@pytest.mark.parametrize("count", [4, pytest.param(40, marks=pytest.mark.slow)])
def test_chords_within_a_small_range_can_be_finished(count: int) -> None:
    for seed in range(count):
        text = tied_chords(random.Random(seed), 300)
        assert parse_tune(text).problems == (), text


@pytest.mark.parametrize("count", [30, pytest.param(200, marks=pytest.mark.slow)])
def test_after_a_change_it_agrees_with_the_definition(count: int) -> None:
    rng = random.Random(2)
    taken = 0
    for text in walks(count, seed=3):
        at = rng.randrange(text.index("\nK:") + 1, len(text))
        char = rng.choice(BODY + OTHERS)
        changed = rng.choice(
            [text[:at] + text[at + 1 :], text[:at] + char + text[at:], text[:at] + char + text[at + 1 :]]
        )
        taken += accepts(changed)
        assert accepts(changed) == is_canonical(changed), changed
    assert taken


@pytest.mark.parametrize(
    ("body", "at"),
    [
        ("G3A3|B6|c6|d6|]\n", None),
        ("G3A3|B6|c6|d6|]", 15),  # the newline is missing
        ("G3A4", 3),  # too long
        ("G3A2|", None),  # a pickup may be short; the text is cut off
        ("G6|A5|B6|", 6),  # too short within a section
        ("G6|A5||B", None),
        ("G6|A6|]", 6),  # fewer than four bars
        ("|:G6|A6|", None),
        ("|:G6|A6||:", 9),  # a second repeat within the first
        ("G6|A6:|", 5),  # no repeat to close
        ("|:G6|1A6|:", 9),  # ending 1 must be closed by a repeat sign
        ("|:G6|1A6:|B", 10),  # and ending 2 must follow
        ("|:G6|1A6:|2B6:|", 13),
        ("|:G6|1A6:|2B6||c6|d6|]\n", None),
        ("^G=GG", 4),  # a third G shows what it is
        ("=G", 1),  # a sign that says nothing
        ("G-A", 2),  # a tie to another note
        ("G-|G", None),
        ("G6-||", 4),  # a tie over the end of a section
        ("[GG]", 2),
        ("[BG]", 2),
        ("[GB]-[GB]", None),
        ("[G-B-]", 5),  # one tie, outside
        ("[G-B]G", None),
        ("[G-B]B", 5),
        ("(3GAB(3G", None),
        ("(3GA|", 4),
        ("(2GA", None),
        ("(2:3:2", 5),  # that is (2 in any metre
        ("G1|", 2),
        ("G/B", 2),
        ("G2/2", 2),
        ("G6/4", 2),
        ("z", None),
        ("x", 0),
    ],
)
def test_where_a_body_leaves_the_dialect(body: str, at: int | None) -> None:
    header = HEADERS[0]
    found = fault_at(header + body)
    if at is None and not body.endswith("\n"):
        assert found == len(header + body)  # as far as it goes
    else:
        assert found == (None if at is None else len(header) + at)


def whole(text: str) -> bool:
    """What the automaton says by itself, whatever is true of the music."""
    return fault_at(text) is None


def test_a_header_has_its_lines_in_order() -> None:
    every = ["R:jig", "O:Ireland", "%%form AABB", "%%section 8", "%%pickup 1/8", "%%endings no"]
    every += ["%%lowest D4", "%%highest B5", "%%length 32"]
    body = "G6|G6|G6|G6|]\n"
    rng = random.Random(4)
    for _ in range(50):
        some = [line for line in every if rng.random() < 0.5]
        assert whole(header_text("6/8", "G", some) + body)
    assert not whole("X:1\nM:6/8\nR:jig\nL:1/8\nK:G\n" + body)
    assert not whole("X:1\nR:jig\nL:1/8\nK:G\n" + body)
    assert not whole("X:1\nR:fugue\nM:6/8\nL:1/8\nK:G\n" + body)
    assert not whole("X:1\nM:6/8\nL:1/8\n%%form ACB\nK:G\n" + body)
    with pytest.raises(ValueError, match="no header line"):
        with_lines(HEADERS[0], ["%%form BA"])


def test_every_beginning_of_a_header_line_can_go_on() -> None:
    signs = "".join(chr(c) for c in range(32, 127)) + "\n"
    rng = random.Random(5)
    for _ in range(60):
        state: State | None = begin()
        text = ""
        while state is not None and state.in_header:
            choices = continuations(state, signs)
            assert choices, text
            char = "\n" if "\n" in choices and rng.random() < 0.5 else rng.choice(choices)
            text += char
            state = step(state, char)
        assert [line for line in text.splitlines() if not any(kind.whole(line) for kind in LINES)] == []


def faulty(rng: random.Random, body: str) -> dict[str, str]:
    """The body with each kind of fault in a bar that is neither first nor last."""
    inner = [i for i, char in enumerate(body) if char == "|" and body[i + 1 : i + 2].isalpha()]
    at = rng.choice(inner[1:-1])
    return {
        "extra note": body[: at + 1] + "C" + body[at + 1 :],
        "lost bar line": body[:at] + body[at + 1 :],
        "illegal letter": body[: at + 1] + "h" + body[at + 1 :],
        "unclosed bracket": body[: at + 1] + "[" + body[at + 1 :],
        "unclosed quote": body[: at + 1] + '"' + body[at + 1 :],
        "incomplete tuplet": body[:at] + "(3" + body[at:],
        "cut off": body[:at],
        "lost ending": body.rstrip("]|:\n") + "|\n",
    }


@pytest.mark.parametrize("rhythm", ["6/8", "4/4"])
def test_injected_faults_are_refused(rhythm: str) -> None:
    bar = "G3ABc|" if rhythm == "6/8" else "G4ABcd|"
    rng = random.Random(6)
    body = "|:" + bar * 7 + bar[:-1] + ":|\n"
    assert accepts(header_text(rhythm, "G") + body)
    for _ in range(20):
        for fault, text in faulty(rng, body).items():
            assert not accepts(header_text(rhythm, "G") + text), fault


GOOD = "X:1\n%%form AB\n%%section 2\n%%endings no\n%%lowest D4\n%%highest A4\n%%length 4\nK:D\n"


@pytest.mark.parametrize(
    ("line", "false"),
    [
        ("%%form AB", "%%form AA"),
        ("%%section 2", "%%section 3"),
        ("%%endings no", "%%endings yes"),
        ("%%lowest D4", "%%lowest B7"),
        ("%%highest A4", "%%highest B4"),
        ("%%length 4", "%%length 5"),
    ],
)
def test_what_a_header_says_of_the_music_must_be_so(line: str, false: str) -> None:
    header = header_text("4/4", "D", GOOD.split("\n")[1:-2])
    body = "D2F2A2F2|DEFGA4||A2F2A2F2|A2F2D4|]\n"
    assert accepts(header + body)
    assert not accepts(header.replace(line, false) + body)
    assert false_lines(header.replace(line, false) + body) == (false,)
    assert not accepts(header + body.replace("|DEFGA4", ""))
