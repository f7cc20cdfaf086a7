"""The decoding loop: many tunes at once, a token each a step. It knows neither notes nor metres.

When a tune has come to its end, the next takes its row, where the decoder lets rows begin anew; memory is
that of the rows, however many tunes are asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Generic, Protocol, TypeVar

import numpy as np
import torch

from abcgen.generation.controls import Sampling
from abcgen.generation.decoders import Decoder
from abcgen.generation.sampling import Noise, drawn
from abcgen.generation.vocabulary import Mask

#: Tunes that go through the model together.
ROWS = 64


class Follower(Protocol):
    """What says which tokens may come next in one text."""

    @property
    def given(self) -> tuple[int, ...]:
        """The tokens before the first that is drawn."""

    @property
    def whole(self) -> bool:
        """Whether the text has come to its end."""

    def mask(self) -> Mask:
        """The tokens that may come: (tokens,) bool."""

    def take(self, token: int) -> None:
        """Go on by a token."""


F = TypeVar("F", bound=Follower)


class _Row(Generic[F]):
    """A text in the making: what follows it, its noise, what of it is still to be read."""

    def __init__(self, number: int, follower: F, noise: Noise) -> None:
        self.number = number
        self.follower = follower
        self.noise = noise
        self.waiting = list(reversed(follower.given))
        self.step = 0


def decode(
    decoder: Callable[[int], Decoder],
    begin: Callable[[int], F],
    numbers: Iterator[int],
    sampling: Sampling,
    seed: int,
    size: int,
    rows: int = ROWS,
    *,
    every: bool = False,
) -> Iterator[tuple[int, F]]:
    """The texts of all `numbers`, each as soon as it is whole, with its number.

    With `every` they are given after each token. `decoder` makes a decoder of so many rows, `begin` what
    follows the text of a number; `size` is the number of tokens. What is drawn for a number hangs on it and
    the seed alone.
    """

    def row(number: int) -> _Row[F]:
        return _Row(number, begin(number), Noise(seed, number, size))

    while True:
        first = [row(number) for _, number in zip(range(rows), numbers, strict=False)]
        if not first:
            return
        yield from _together(decoder(len(first)), first, map(row, numbers), sampling, every=every)


def _together(
    decoder: Decoder, rows: list[_Row[F]], later: Iterator[_Row[F]], sampling: Sampling, *, every: bool
) -> Iterator[tuple[int, F]]:
    """The texts of these rows, and of those that take their place where that can be."""
    going = len(rows)
    tokens = torch.zeros(len(rows), dtype=torch.int64)
    while going:
        for at, row in enumerate(rows):
            if row.waiting:
                tokens[at] = row.waiting.pop()
        scores = decoder.step(tokens)
        drawing = [at for at, row in enumerate(rows) if not row.waiting and not row.follower.whole]
        if not drawing:
            continue
        masks = torch.from_numpy(np.stack([rows[at].follower.mask() for at in drawing]))
        scores = _allowed(scores if len(drawing) == len(rows) else scores[drawing], masks)
        chosen = drawn(scores, sampling, [rows[at].noise.of(rows[at].step) for at in drawing]).tolist()
        for at, token in zip(drawing, chosen, strict=True):
            row = rows[at]
            row.follower.take(token)
            row.step += 1
            tokens[at] = token
            if every or row.follower.whole:
                yield row.number, row.follower
            if not row.follower.whole:
                continue
            following = next(later, None) if decoder.restarts else None
            if following is None:
                going -= 1
            else:
                rows[at] = following
                decoder.restart(at)
        if decoder.restarts and 0 < going <= len(rows) // 2:
            kept = [at for at, row in enumerate(rows) if not row.follower.whole]
            decoder.keep(kept)
            rows, tokens = [rows[at] for at in kept], tokens[kept]


def _allowed(scores: torch.Tensor, masks: torch.Tensor) -> torch.Tensor:
    """Scores with -inf for what may not come; a model may know more tokens than the tokenizer."""
    return scores[:, : masks.shape[1]].masked_fill(~masks, -torch.inf)
