"""What an epoch trains on: tunes in a key of their tradition, with some header lines, whole or with a gap.

All of it follows from the seed and the number of the epoch; nothing is stored. Validation sees none of it.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from abcgen.models.encoding import EncodedTune, encode_tunes
from abcgen.notation.infill import bar_spans, with_gap
from abcgen.notation.key import parse_key
from abcgen.notation.parser import parse_tune
from abcgen.notation.steering import with_lines
from abcgen.notation.tradition import KEYS, in_another_key

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

Row = Mapping[str, str]
#: How often a tune keeps its key.
OWN_KEY = 0.5
#: Tunes that are tried in every key to know how long they may become.
_LONGEST = 30
#: Lines that a tune may go without though they stand in its header; M:, L: and K: always stay.
_OPTIONAL = ("R:",)


@dataclass(frozen=True)
class Variation:
    """How much is varied: keys or not, the share of header lines that are given, of tunes with a gap.

    Where no `lines` are given, headers are as plain as in the corpus.
    """

    keys: bool = False
    lines: float = 0.0
    gaps: float = 0.0

    @property
    def any(self) -> bool:
        return self.keys or self.lines > 0 or self.gaps > 0


class Variants:
    """The tunes of a training split, and what they are in each epoch.

    Of tunes that share a cluster one is taken an epoch, in turn, so that together they count as one. Rows
    have `header` and `body`, and may have `steering` and `cluster`.
    """

    def __init__(
        self, rows: Sequence[Row], tokenizer: PreTrainedTokenizerBase, variation: Variation, seed: int
    ) -> None:
        self._rows = rows
        self._tokenizer = tokenizer
        self._variation = variation
        self._seed = seed
        clusters: dict[str, list[int]] = defaultdict(list)
        for number, row in enumerate(rows):
            clusters[row.get("cluster") or str(number)].append(number)
        self._clusters = list(clusters.values())
        self._changes = variation.any or any(len(members) > 1 for members in self._clusters)
        self._moved: dict[tuple[int, str], Row | None] = {}
        self._known: tuple[int, list[EncodedTune]] = (-1, [])

    def epoch(self, number: int) -> list[EncodedTune]:
        """The tunes of an epoch, encoded; the same whenever it is asked for."""
        number = number if self._changes else 0
        if self._known[0] != number:
            self._known = number, encode_tunes(self._tokenizer, self.texts(number))
        return self._known[1]

    def longest(self) -> int:
        """Tokens of the longest tune that there may be, with the lines that steer and the marks of a gap.

        Of tunes that move, the longest are tried in every key.
        """
        rows = map(_steered, self._rows) if self._variation.lines else self._rows
        lengths = list(map(len, encode_tunes(self._tokenizer, rows)))
        moved: list[Row] = []
        if self._variation.keys:
            for index in sorted(range(len(lengths)), key=lengths.__getitem__)[-_LONGEST:]:
                tune = parse_tune(self._rows[index]["header"] + self._rows[index]["body"])
                found = (in_another_key(tune, key) for key in KEYS.get(tune.key.mode, ()))
                lines = bool(self._variation.lines)
                moved += [
                    {"header": with_lines(text.header, text.steering * lines), "body": text.body}
                    for text in found
                    if text is not None
                ]
        marks = 2 if self._variation.gaps else 0
        return marks + max([*lengths, *map(len, encode_tunes(self._tokenizer, moved))])

    def texts(self, number: int) -> Iterator[Row]:
        """The header and the body of every tune of an epoch."""
        for members in self._clusters:
            index = members[number % len(members)]
            rng = random.Random(f"{self._seed} {number} {index}")  # noqa: S311 - not for secrets
            row = self._in_a_key(index, rng) if self._variation.keys else self._rows[index]
            body = row["body"]
            header = self._header(row, rng)
            if rng.random() < self._variation.gaps:
                body = _with_gap(body, rng)
            yield {"header": header, "body": body}

    def _in_a_key(self, index: int, rng: random.Random) -> Row:
        """The tune in its own key or in another of its mode."""
        row = self._rows[index]
        if rng.random() < OWN_KEY:
            return row
        own = parse_key(row["header"].rpartition("K:")[2].strip())
        key = rng.choice([key for key in KEYS.get(own.mode, ()) if key != own.plain()] or [""])
        if (index, key) not in self._moved:
            moved = in_another_key(parse_tune(row["header"] + row["body"]), key) if key else None
            origin = [line for line in row.get("steering", "").splitlines() if line.startswith("O:")]
            self._moved[index, key] = None
            if moved is not None:
                steering = "\n".join([*origin, *moved.steering])
                self._moved[index, key] = {"header": moved.header, "body": moved.body, "steering": steering}
        return self._moved[index, key] or row

    def _header(self, row: Row, rng: random.Random) -> str:
        """The header with a share of the lines that steer; how large a share, is drawn too."""
        if not self._variation.lines:
            return row["header"]
        share = rng.random() * 2 * self._variation.lines
        kept = [
            line
            for line in row["header"].splitlines()
            if not line.startswith(_OPTIONAL) or rng.random() < max(share, 0.5)
        ]
        given = [line for line in row.get("steering", "").splitlines() if rng.random() < share]
        return with_lines("\n".join(kept), given)


def _steered(row: Row) -> Row:
    """A row with every line that steers."""
    return {"header": with_lines(row["header"], row.get("steering", "").splitlines()), "body": row["body"]}


def _with_gap(body: str, rng: random.Random) -> str:
    """The body with a run of bars missing: one to a half of them."""
    count = len(bar_spans(body))
    if count < 2:
        return body
    size = rng.randint(1, max(1, count // 2))
    first = rng.randint(0, count - size)
    return "".join(with_gap(body, first, first + size - 1))
