"""Interpolated, modified Kneser-Ney over the bytes of tunes: the reference that a network has to beat.

S. F. Chen and J. Goodman, "An empirical study of smoothing techniques for language modeling", Computer
Speech and Language 13 (1999). Pure Python, deterministic; it knows nothing of tokenizers.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping

#: Symbols are characters: chr(0) to chr(255) for the bytes, then the end of a tune and its beginning.
END, BEGIN = chr(256), chr(257)
#: What can come next: any byte, or the end.
ALPHABET = 257

#: One context: what follows it and the discounted share of each, and the share left for shorter contexts.
_Context = tuple[dict[str, float], float]


class KneserNey:
    """A model of order `order` (contexts of `order` - 1 bytes), trained on whole texts (header + body)."""

    def __init__(self, texts: Iterable[str], order: int = 6) -> None:
        if order < 1:
            raise ValueError(f"the order of an n-gram is 1 or more, not {order}")
        self.order = order
        grams = _count(texts, order)
        self._contexts: list[dict[str, _Context]] = []
        for length in range(order, 0, -1):
            self._contexts.append(_smooth(grams))
            if length > 1:  # below the top, a gram counts the different symbols seen before it
                grams = Counter(gram[1:] for gram in grams)
        self._contexts.reverse()

    def probability(self, context: str, symbol: str) -> float:
        """P(symbol | context), in symbols of this module; the last `order` - 1 of the context are used."""
        share, used = 1.0, min(self.order - 1, len(context))
        total = 0.0
        for length in range(used, -1, -1):
            found = self._contexts[length].get(context[len(context) - length :])
            if found is not None:
                following, rest = found
                total += share * following.get(symbol, 0.0)
                share *= rest
        return total + share / ALPHABET

    def bits(self, header: str, body: str) -> float:
        """Bits of the bytes of `body` and of the end after it, given `header`."""
        given = BEGIN * (self.order - 1) + _symbols(header)
        text = given + _symbols(body) + END
        reach = self.order - 1
        return -sum(
            math.log2(self.probability(text[max(0, place - reach) : place], text[place]))
            for place in range(len(given), len(text))
        )

    def body_bits(self, rows: Iterable[Mapping[str, str]]) -> list[float]:
        """Bits of the body and the end of every row (`header`, `body`), in their order."""
        return [self.bits(row["header"], row["body"]) for row in rows]


def _symbols(text: str) -> str:
    return text.encode("utf-8").decode("latin-1")


def _count(texts: Iterable[str], order: int) -> Counter[str]:
    """How often each run of `order` symbols occurs, texts padded with BEGIN and closed by END."""
    grams: Counter[str] = Counter()
    for text in texts:
        line = BEGIN * (order - 1) + _symbols(text) + END
        grams.update(line[place : place + order] for place in range(len(line) - order + 1))
    return grams


def _smooth(grams: Counter[str]) -> dict[str, _Context]:
    """What follows each context, discounted, and the share left over. No gram ends in BEGIN."""
    discounts = _discounts(grams)
    contexts: dict[str, dict[str, int]] = {}
    for gram, count in grams.items():
        contexts.setdefault(gram[:-1], {})[gram[-1]] = count
    smoothed = {}
    for context, following in contexts.items():
        total = sum(following.values())
        shares = {symbol: (count - discounts[min(count, 3)]) / total for symbol, count in following.items()}
        smoothed[context] = (shares, sum(discounts[min(count, 3)] for count in following.values()) / total)
    return smoothed


def _discounts(grams: Counter[str]) -> tuple[float, float, float, float]:
    """Discounts of counts 0, 1, 2 and 3 or more (Chen and Goodman, equation 26), kept within the counts.

    Where too few counts are seen to tell three apart, one serves for all (Ney, Essen and Kneser 1994).
    """
    seen = Counter(min(count, 5) for count in grams.values())
    base = seen[1] / (seen[1] + 2 * seen[2]) if seen[1] and seen[2] else 0.5
    if not all(seen[count] for count in (1, 2, 3, 4)):
        return (0.0, base, base, base)
    one, two, three = (
        min(max(count - (count + 1) * base * seen[count + 1] / seen[count], 0.05), count - 0.05)
        for count in (1, 2, 3)
    )
    return (0.0, one, two, three)
