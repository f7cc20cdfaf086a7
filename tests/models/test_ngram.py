from __future__ import annotations

import math

import pytest
from models.tiny import make_rows

from abcgen.models.ngram import ALPHABET, BEGIN, END, KneserNey

SYMBOLS = [chr(code) for code in range(ALPHABET)]


@pytest.mark.parametrize("order", [1, 2, 4, 6])
def test_the_chances_of_everything_that_can_come_next_sum_to_one(order):
    model = KneserNey((row["header"] + row["body"] for row in make_rows(30)), order)
    for context in ("", BEGIN * 5, "K:D\n|", "|:CDEF", "never seen", "\xff\xfe", "C" * 20):
        assert sum(model.probability(context, symbol) for symbol in SYMBOLS) == pytest.approx(1, abs=1e-12)


def test_a_symbol_never_seen_still_has_a_chance():
    model = KneserNey(["abab", "abba"], 3)
    assert 0 < model.probability("ab", "z") < model.probability("ab", "a")
    assert model.bits("a", "\u1234") < math.inf


def test_bigrams_by_hand():
    """Text aab: bigrams Ba, aa, ab, b$, all once: discount .5. Seen after: a 2, b 1, $ 1: 2/(2+2)."""
    model = KneserNey(["aab"], 2)
    unigram = {"a": 1.5 / 4, "b": 0.5 / 4, END: 0.5 / 4}
    rest = 1.5 / 4 / ALPHABET
    lower = {symbol: unigram.get(symbol, 0.0) + rest for symbol in ("a", "b", END, "c")}
    discounts = model.probability("a", "c") / lower["c"]
    assert discounts == pytest.approx(0.5)  # two types discounted by a half each, of two occurrences
    assert model.probability("a", "b") == pytest.approx(0.25 + 0.5 * lower["b"])


def test_the_body_and_the_end_count_and_the_header_conditions():
    model = KneserNey(["H1\nxyxy\n", "H2\nzzzz\n"] * 5, 6)
    total = 0.0
    text = BEGIN * 5 + "H1\nxyxy\n" + END
    for place in range(8, len(text)):
        total -= math.log2(model.probability(text[:place], text[place]))
    assert model.bits("H1\n", "xyxy\n") == pytest.approx(total)
    assert model.bits("H1\n", "xyxy\n") < model.bits("H2\n", "xyxy\n")


def test_it_learns_and_is_the_same_twice():
    rows = make_rows(60)
    train, test = rows[:50], rows[50:]
    texts = [row["header"] + row["body"] for row in train]
    bits = [KneserNey(texts, order).body_bits(test) for order in (1, 3, 6, 6)]
    assert sum(bits[0]) > sum(bits[1]) > 0
    assert bits[2] == bits[3]


def test_an_order_below_one_is_refused():
    with pytest.raises(ValueError, match="1 or more"):
        KneserNey(["a"], 0)
