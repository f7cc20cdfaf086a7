"""Every code has a page, and its examples are what they say."""

from __future__ import annotations

import pytest

from abcgen.notation import parse_book
from abcgen.notation.explain import examples, explanation
from abcgen.notation.ladder import broken_steps, height
from abcgen.notation.problems import CODES


@pytest.mark.parametrize("code", sorted(CODES))
def test_the_wrong_example_has_the_problem_and_the_right_one_none(code: str) -> None:
    wrong, right = examples(code)
    assert code in {p.code for tune in parse_book(wrong).tunes for p in tune.problems}
    tunes = parse_book(right).tunes
    assert len(tunes) == 1
    assert tunes[0].problems == ()
    assert explanation(code).startswith(f"{code} ({CODES[code].severity}): ")


@pytest.mark.parametrize("code", sorted(CODES))
def test_an_error_breaks_its_step_of_the_ladder(code: str) -> None:
    broken = broken_steps(parse_book(examples(code)[0]).tunes[0])
    if CODES[code].severity == "error":
        assert CODES[code].step in broken
        assert height(broken) < CODES[code].step
    else:
        assert broken == frozenset()
        assert height(broken) == 6
