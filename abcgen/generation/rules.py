"""What holds for all tunes of one set of wishes: the masks of their headers, and those of their bars."""

from __future__ import annotations

import numpy as np

from abcgen.corpus.index import CorpusIndex
from abcgen.errors import GenerationError, ModelError
from abcgen.generation.masks import BarMasks
from abcgen.generation.vocabulary import Mask, Vocabulary
from abcgen.notation.beginnings import TICKS
from abcgen.notation.dialect import MAX_BODY_CHARACTERS, SHORTEST, UNIT
from abcgen.notation.infill import FILL, HOLE
from abcgen.notation.key import parse_key
from abcgen.notation.places import Place
from abcgen.notation.possible import (
    can_be,
    may_be,
    next_kinds,
    place_of_line,
    refuse_impossible,
    what_counts,
)
from abcgen.notation.steering import LINES
from abcgen.notation.tonality import tonic_of
from abcgen.notation.wishes import Known, Wishes, first_bar, known, merged

#: Tokens that a header has at most, characters for which a body has room at least.
HEADER_TOKENS, LEAST_ROOM = 64, 128
#: Masks of headers that are kept.
MOST_HEADERS = 10_000
_METER, _FORM = (place for place, kind in enumerate(LINES) if kind.begins in {"M:", "%%form "})


class Rules:
    """The masks for one set of wishes. `most_tokens` a text may have in all, the end mark included.

    `bars` are masks of the same vocabulary that are there already. `index`: by the old tunes in it is decided
    how a tune ends; without one, the model decides what is not asked. Raises UsageError for what cannot be,
    ModelError where the tokenizer has no token for what is asked, or there are too few tokens for a tune.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        wishes: Wishes,
        most_tokens: int = 0,
        bars: BarMasks | None = None,
        index: CorpusIndex | None = None,
    ) -> None:
        if 0 < most_tokens < HEADER_TOKENS + LEAST_ROOM:
            least = HEADER_TOKENS + LEAST_ROOM
            raise ModelError(f"the model's context is {most_tokens} tokens; a tune needs {least} at least")
        if most_tokens:
            wishes = wishes._replace(room=min(wishes.room, most_tokens - HEADER_TOKENS))
        if not vocabulary.lines_of[_FORM]:
            wishes = wishes._replace(formed=False)
        meters, forms = (tuple(vocabulary.lines_of[place]) for place in (_METER, _FORM))
        wishes = wishes._replace(meters=meters, forms=forms)
        refuse_impossible(wishes)
        self.vocabulary = vocabulary
        self.wishes = wishes
        self.bars = bars or BarMasks(vocabulary)
        self.index = index
        self._most_tokens = most_tokens
        self._asked = self._asked_lines()
        self._kinds: dict[tuple[int, Known], Mask] = {}
        self._headers: dict[tuple[str, ...], Mask] = {}
        self._only: dict[int, Mask] = {}

    def _asked_lines(self) -> dict[int, tuple[str, tuple[int, ...]]]:
        """The lines that are asked for, by their first token, each with the tokens that follow it."""
        found = {}
        for line in self.wishes.lines:
            place = place_of_line(line)
            if not self.vocabulary.lines_of[place]:
                kind = LINES[place].begins.strip()
                raise ModelError(f"this model's tokenizer has no tokens for {kind}; it cannot be asked for")
            token = self.vocabulary.lines.get(line)
            first, *rest = self.vocabulary.encode(f"{line}\n") if token is None else (token,)
            found[place] = (line, (first, *rest))
        return found

    def first_bar(self, told: tuple[str, ...], chance: float) -> Place:
        """Where the first bar stands after a header; `chance`, from 0 to 1, decides how the tune ends."""
        here = merged(known(self.wishes.lines), known(told))
        decided = self._ending(here, chance)
        if decided != self.wishes and not can_be(here, decided):
            decided = self.wishes
        return first_bar(decided, told)

    def _ending(self, here: Known, chance: float) -> Wishes:
        """The wishes with the last note: the tonic or another, and how long, by the shares of old tunes."""
        final, mode = self.wishes.final, parse_key(here.key).mode
        if not final and self.index is not None and tonic_of(here.key) and mode in self.index.finals:
            share = self.index.finals[mode]
            final = "tonic" if chance < share else "other"
            chance = chance / share if chance < share else (chance - share) / (1 - share)
        if not final:
            return self.wishes
        last = UNIT
        for length, share in (self.index.lasts(here.meter) if self.index is not None else {}).items():
            if chance < 0:
                break
            last, chance = length, chance - share
        return self.wishes._replace(final=final, last=int(last / SHORTEST) * TICKS)

    def given(self, text: str) -> tuple[int, ...]:
        """The tokens of what is given. Raises ModelError for missing bars where models know no such texts."""
        if HOLE in text and not self.vocabulary.knows(HOLE, FILL):
            raise ModelError(f"this model's tokenizer has no {HOLE}: it was not made to fill bars in")
        return (self.vocabulary.begin, *self.vocabulary.encode(text))

    def room_after(self, tokens: tuple[int, ...]) -> int:
        """Characters for which there is room after these tokens, and before the end mark."""
        room = self._most_tokens - len(tokens) - 1 if self._most_tokens else MAX_BODY_CHARACTERS
        return min(room, MAX_BODY_CHARACTERS)

    def only(self, token: int) -> Mask:
        """The mask of a single token."""
        if token not in self._only:
            mask = self._only[token] = np.zeros(self.vocabulary.size, dtype=bool)
            mask[token] = True
        return self._only[token]

    def header(self, told: tuple[str, ...]) -> Mask:
        """The tokens of the lines that may come after those that are told."""
        if told not in self._headers:
            if len(self._headers) >= MOST_HEADERS:
                self._headers.clear()
            mask = np.zeros(self.vocabulary.size, dtype=bool)
            for place in next_kinds(self.wishes, told):
                mask |= self._lines(place, what_counts(self.wishes, told, place))
            if not mask.any():
                raise GenerationError(f"no header line may follow {told}")  # a fault of ours
            self._headers[told] = mask
        return self._headers[told]

    def _lines(self, place: int, here: Known) -> Mask:
        key = place, here
        if key not in self._kinds:
            mask = self._kinds[key] = np.zeros(self.vocabulary.size, dtype=bool)
            if place in self._asked:
                mask[self._asked[place][1][0]] = True
            else:
                tokens = self.vocabulary.lines_of[place]
                mask[[tokens[value] for value in may_be(self.wishes, here, place, tokens)]] = True
        return self._kinds[key]

    def line_of(self, token: int, told: tuple[str, ...]) -> tuple[str, tuple[int, ...]]:
        """The line that a token begins after those that are told, and the tokens that follow it."""
        text = (self.vocabulary.texts[token] or "").removesuffix("\n")
        if text in self.vocabulary.lines:
            return text, ()
        line, tokens = next(
            self._asked[place] for place in next_kinds(self.wishes, told) if place in self._asked
        )
        return line, tokens[1:]
