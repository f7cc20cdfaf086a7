from __future__ import annotations

import math
import random
from collections import Counter

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


def by_the_paper(texts, context, symbol, order=3):
    """Chen and Goodman (1999), equations 26 to 28, as they stand: nothing is kept, all is counted anew."""
    lines = [BEGIN * (order - 1) + text + END for text in texts]
    top = [line[at : at + order] for line in lines for at in range(len(line) - order + 1)]
    chance, width = 1 / ALPHABET, 1
    while width <= order:
        if width == order:
            counts = Counter(top)
        else:  # in how many words, one symbol longer, it ends
            longer = {gram[-width - 1 :] for gram in top}
            counts = Counter(gram[1:] for gram in longer)
        n = Counter(counts.values())
        if width == 1:  # too few symbols to tell three discounts apart, or even one
            discounts = [0.0, 0.5, 0.5, 0.5]
        else:
            y = n[1] / (n[1] + 2 * n[2])
            discounts = [0.0, *(k - (k + 1) * y * n[k + 1] / n[k] for k in (1, 2, 3))]
        history = context[len(context) - width + 1 :]
        following = {gram[-1]: count for gram, count in counts.items() if gram[:-1] == history}
        if following:
            total = sum(following.values())
            seen = following.get(symbol, 0)
            left = sum(discounts[min(count, 3)] for count in following.values())
            chance = (seen - discounts[min(seen, 3)]) / total + left / total * chance
        width += 1
    return chance


def test_trigrams_are_those_of_the_paper():
    rng = random.Random(8)
    texts = ["".join(rng.choices("abcdefghijklmnop", range(40, 8, -2), k=30)) for _ in range(40)]
    model = KneserNey(texts, 3)
    for context in ("ab", "ba", "pa", "op", BEGIN + "a", BEGIN * 2, "zz", "az"):
        for symbol in ("a", "b", "p", END, "z"):
            assert model.probability(context, symbol) == pytest.approx(by_the_paper(texts, context, symbol))


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
