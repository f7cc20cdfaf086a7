"""A writer without any sense, led by the guide, can only write tunes: valid ones, and what was asked for."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from abcgen.errors import GenerationError, ModelError, UsageError
from abcgen.generation import Controls, Guide, Rules, Vocabulary
from abcgen.notation import parse_tune, to_dialect
from abcgen.notation.acceptor import accepts
from abcgen.notation.dialect import MAX_BODY_CHARACTERS
from abcgen.notation.start import is_decided, may_begin_with
from abcgen.notation.steering import steering_lines
from abcgen.notation.wishes import Wishes


def scribbled(rules: Rules, seed: int) -> Guide:
    """A tune of a writer who has likings among the tokens and knows nothing."""
    rng = np.random.default_rng(seed)
    liking = np.exp(rng.normal(0, float(rng.choice([0, 1, 3])), rules.vocabulary.size))
    guide = Guide(rules)
    while not guide.whole:
        tokens = np.flatnonzero(guide.mask())
        shares = liking[tokens] / liking[tokens].sum()
        guide.take(int(rng.choice(tokens, p=shares)))
    return guide


def checked(guide: Guide) -> str:
    """The text of a guide, which must be a tune of the dialect, read strictly, with no problem at all."""
    text = guide.text
    lines = [line for line in text.splitlines() if not line.startswith(("%%lowest", "%%highest"))]
    plain = "".join(f"{line}\n" for line in lines)
    assert accepts(plain, strict=True), plain
    tune = parse_tune(plain)
    assert tune.problems == ()
    body = text[guide.header_length :]
    assert to_dialect(tune).body == body
    assert len(body) <= MAX_BODY_CHARACTERS
    return text


@pytest.mark.parametrize("count", [25, pytest.param(400, marks=pytest.mark.slow)])
def test_whatever_is_written_is_a_tune(vocabulary: Vocabulary, count: int) -> None:
    rules = Rules(vocabulary, Wishes())
    texts = [checked(scribbled(rules, seed)) for seed in range(count)]
    assert all("%%form " in text and "%%section " in text for text in texts)
    assert len({text.partition("\nM:")[2].partition("\n")[0] for text in texts}) > 5


@pytest.mark.parametrize(
    ("asked", "lines"),
    [
        ({"rhythm": "jig", "key": "Edor"}, {"R:jig", "K:Edor"}),
        ({"meter": "7/8", "form": "ABAC", "bars": 4}, {"M:7/8", "%%form ABAC", "%%section 4"}),
        ({"form": "AABA", "pickup": "1/8"}, {"%%form AABA", "%%pickup 1/8"}),
        ({"form": "AABB", "endings": True, "bars": 8}, {"%%form AABB", "%%endings yes", "%%section 8"}),
        ({"endings": False, "pickup": "0"}, {"%%endings no", "%%pickup 0"}),
        ({"length": 32, "meter": "3/2"}, {"%%length 32", "M:3/2"}),
        ({"origin": "irish", "form": "ABACABA", "bars": 2}, {"O:Ireland", "%%form ABACABA"}),
        ({"meter": "17/16", "key": "Gb"}, {"M:17/16", "K:Gb"}),
        ({"start": "|:d2BAG"}, set()),
        ({"start": "zz/2^g", "form": "AB"}, {"%%form AB"}),
    ],
)
def test_what_is_asked_for_comes(
    vocabulary: Vocabulary, asked: dict[str, str | int | bool], lines: set[str]
) -> None:
    controls = Controls(**asked)  # type: ignore[arg-type]
    rules = Rules(vocabulary, controls.wishes)
    for seed in range(4):
        guide = scribbled(rules, seed)
        text = checked(guide)
        told = set(text.partition("\nK:")[0].splitlines()) | {text[: guide.header_length].splitlines()[-1]}
        assert lines <= told
        assert {line for line in lines if line.startswith("%%")} <= set(steering_lines(parse_tune(text)))
        assert text[guide.header_length :].startswith(controls.start)


@pytest.mark.parametrize(
    ("asked", "allowed"),
    [
        ({"range": "D4..B5"}, set(range(62, 84))),
        ({"instrument": "highland-pipes"}, {67, 69, 71, 73, 74, 76, 78, 79, 81}),
        ({"instrument": "tin-whistle-d", "range": "D4..D5"}, {62, 64, 66, 67, 69, 71, 72, 73, 74}),
    ],
)
def test_notes_keep_to_the_range(vocabulary: Vocabulary, asked: dict[str, str], allowed: set[int]) -> None:
    rules = Rules(vocabulary, Controls(**asked).wishes)  # type: ignore[arg-type]
    for seed in range(6):
        tune = parse_tune(checked(scribbled(rules, seed)))
        events = [event for bar in tune.bars for event in bar.events]
        assert {pitch.midi for event in events for pitch in event.pitches} <= allowed
        assert not asked.get("instrument") or all(len(event.pitches) <= 1 for event in events)


@pytest.mark.parametrize(
    ("start", "form"),
    [("c4|d4||e4|f4||c4|d", "ABA"), ("c4|d4||e4|f4||c4|", "ABAC"), ("c4|d4||e4|f4||c", "ABA")],
)
def test_a_start_may_reach_into_what_comes_back(vocabulary: Vocabulary, start: str, form: str) -> None:
    wishes = Controls(meter="2/4", key="C", form=form, bars=2, start=start).wishes
    for seed in range(3):
        assert start in checked(scribbled(Rules(vocabulary, wishes), seed))


@pytest.mark.parametrize("start", ["G", "c'", "c2B,", "[EG", "[EG]", "z", "(3AB", "c/2", "c3", "d2d"])
def test_the_last_note_of_a_start_stays_and_is_no_shorter(vocabulary: Vocabulary, start: str) -> None:
    wishes = Controls(meter="2/4", key="C", start=start).wishes
    after = set()
    for seed in range(30):
        guide = Guide(Rules(vocabulary, wishes))
        rng = np.random.default_rng(seed)
        while not guide.header_length or len(guide.text) < guide.header_length + len(start) + 5:
            guide.take(int(rng.choice(np.flatnonzero(guide.mask()))))
        body = guide.text[guide.header_length :]
        assert body.startswith(start)
        after.add(body[len(start) :])
    following = {text[0] for text in after}
    assert len(following) > 3
    assert not following & {",", "'"}
    if start[-1].isdigit():
        assert not following & set("0123456789/")
    numbers = {re.match("[0-9/]*", text)[0] or "1" for text in after}  # type: ignore[index]
    begun = {text for text in numbers if text.endswith("/")}
    assert all(Fraction(text) >= 1 for text in numbers - begun)


@pytest.mark.parametrize(
    ("start", "text", "may", "does"),
    [
        ("|:G", "|", True, False),
        ("|:G", "|:G", True, False),
        ("|:G", "|:GA", True, True),
        ("|:G", "|:G,", False, False),
        ("|:G", "|:G3/", True, False),
        ("|:G", "|:G3/4", False, False),
        ("|:G", "|:G3/2A", True, True),
        ("|:G", "|:G/", False, False),
        ("|:G", "|:G7/8", False, False),
        ("G3", "G3", True, False),
        ("G3", "G3/", False, False),
        ("G3", "G32", False, False),
        ("G3", "G3-", True, True),
        ("G|", "G|", True, True),
    ],
)
def test_what_begins_with_a_start(start: str, text: str, may: bool, does: bool) -> None:
    assert may_begin_with(text, start) is may
    if may:
        assert is_decided(text, start) is does


@pytest.mark.parametrize(
    "asked",
    [
        {"start": "A12|B12|"},
        {"start": "|:A12|B12|", "length": 32},
        {"start": "ABcd|efga|", "rhythm": "polka"},
        {"start": "|:A4|B4|c4|d4:|"},
        {"start": "A4A3|B4B3|"},
        {"start": "A8||"},
        {"start": "^F_GA", "range": "D4..B5"},
        {"start": "A8|A8|A8|A8|A8|A8|A8|A8|"},
    ],
)
def test_a_start_draws_the_metre_and_the_form_that_it_needs(
    vocabulary: Vocabulary, asked: dict[str, Any]
) -> None:
    wishes = Controls(**asked).wishes
    for seed in range(4):
        assert asked["start"] in checked(scribbled(Rules(vocabulary, wishes), seed))


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"meter": "2/4", "range": "C3..F4", "start": "EG"}, "EG: its last note may not come there"),
        ({"meter": "6/8", "start": "ABcd efga|"}, "no tune in 6/8 begins .*: 'g' at column 7 may not"),
        ({"key": "D", "meter": "2/4", "start": "c4|d4|e4|f4||", "bars": 8}, "of 8 bars a section begins"),
        ({"key": "D", "start": "^F"}, "'F' at column 2"),
    ],
)
def test_why_a_start_cannot_be(asked: dict[str, Any], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        Controls(**asked)


@pytest.mark.parametrize(
    "wish",
    [
        {"bars": 8, "length": 128, "key": "G#m"},
        {"form": "ABACADA", "bars": 16},
        {"form": "ABACADAE", "bars": 4, "pickup": "1/8"},
    ],
)
def test_no_header_is_begun_that_no_tune_has(vocabulary: Vocabulary, wish: dict[str, Any]) -> None:
    for seed in range(12):
        rules, rng = Rules(vocabulary, Controls(**wish).wishes), np.random.default_rng(seed)
        guide = Guide(rules)
        while not guide.header_length:
            guide.take(int(rng.choice(np.flatnonzero(guide.mask()))))


@pytest.mark.parametrize("most", [600, 2000])
@pytest.mark.parametrize("asked", [{"form": "AAB", "pickup": "1/8"}, {"formed": False}])
def test_a_writer_who_will_not_end_is_led_to_the_end(
    vocabulary: Vocabulary, asked: dict[str, Any], most: int
) -> None:
    wishes = Wishes(**asked) if "formed" in asked else Controls(**asked).wishes
    rules = Rules(vocabulary, wishes, most_tokens=most)
    ends = [token for token, text in enumerate(vocabulary.texts) if (text or "").startswith(("|]", ":"))]
    for seed in range(6):
        rng = np.random.default_rng(seed)
        guide = Guide(rules)
        while not guide.whole:
            tokens = np.flatnonzero(guide.mask())
            others = np.setdiff1d(tokens, ends)
            guide.take(int(rng.choice(others if len(others) else tokens)))
        checked(guide)
        assert len(guide.given) + len(guide.tokens) <= most


def test_there_may_be_no_room_for_a_tune(vocabulary: Vocabulary) -> None:
    with pytest.raises(UsageError, match="no room"):
        Rules(vocabulary, Controls(form="AABB", bars=16).wishes, most_tokens=200)
    with pytest.raises(ModelError, match="context is 100 tokens; a tune needs 192 at least"):
        Rules(vocabulary, Wishes(formed=False), most_tokens=100)


def test_a_token_that_may_not_come_is_not_taken(vocabulary: Vocabulary) -> None:
    guide = Guide(Rules(vocabulary, Controls(meter="2/4", key="D", form="AB", bars=4, pickup="0").wishes))
    while not guide.header_length:
        guide.take(int(np.flatnonzero(guide.mask())[0]))
    guide.take(vocabulary.encode("d4")[0])
    with pytest.raises(GenerationError, match="may not come"):
        guide.take(vocabulary.encode("d")[0])


def test_a_tokenizer_must_know_what_is_asked_for(vocabulary: Vocabulary) -> None:
    old = Vocabulary.__new__(Vocabulary)
    old.__dict__.update(vocabulary.__dict__)
    old.lines = {line: token for line, token in vocabulary.lines.items() if not line.startswith("%%")}
    old.__dict__.pop("lines_of", None)
    with pytest.raises(ModelError, match="no tokens for %%form"):
        Rules(old, Controls(form="AABB").wishes)
    checked(scribbled(Rules(old, Wishes()), 1))
