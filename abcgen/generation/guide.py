"""What may come next in a tune, token by token, so that it can only become what was asked for.

A `Rules` is shared by all tunes of one set of wishes; a `Guide` follows one tune. Its masks are never empty,
and a tune always comes to its end within its room. Nothing here is drawn, and no model is known.
"""

from __future__ import annotations

import numpy as np

from abcgen.errors import GenerationError, ModelError
from abcgen.generation.masks import BarMasks, Node, first_node
from abcgen.generation.vocabulary import Mask, Vocabulary
from abcgen.notation.acceptor import State
from abcgen.notation.bar import BarState
from abcgen.notation.finish import rest_of_tune
from abcgen.notation.places import LAST, Place
from abcgen.notation.steering import LINES
from abcgen.notation.wishes import (
    Known,
    Wishes,
    first_bar,
    may_be,
    next_kinds,
    place_of_line,
    refuse_impossible,
    what_counts,
)

#: Tokens that a header has at most, and masks of headers that are kept.
HEADER_TOKENS, MOST_HEADERS = 64, 10_000
_FORM = next(place for place, kind in enumerate(LINES) if kind.begins == "%%form ")


class Rules:
    """The masks for one set of wishes. `most_tokens` a text may have in all, the end mark included.

    Raises UsageError for what cannot be, ModelError where the tokenizer has no token for what is asked.
    """

    def __init__(self, vocabulary: Vocabulary, wishes: Wishes, most_tokens: int = 0) -> None:
        if most_tokens:
            wishes = wishes._replace(room=min(wishes.room, most_tokens - HEADER_TOKENS))
        if not vocabulary.lines_of[_FORM]:
            wishes = wishes._replace(formed=False)
        refuse_impossible(wishes)
        self.vocabulary = vocabulary
        self.wishes = wishes
        self.bars = BarMasks(vocabulary)
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
                values = self.vocabulary.lines_of[place].items()
                mask[[token for value, token in values if may_be(self.wishes, here, place, value)]] = True
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


class Guide:
    """Follows one tune. `tokens` are those taken, `whole` says that the end mark was among them.

    `given` are the tokens before the first that is drawn; then `mask()` and `take()` go by turns.
    `header_length` are the characters of the header, once it is there.
    """

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._told: tuple[str, ...] = ()
        self._forced: tuple[int, ...] = ()
        self._place: Place | None = None
        self._opening = ""
        self._node: Node | None = None
        self._next: tuple[Place, Node, tuple[int, ...]] | None = None
        self._copy: Node | None = None
        self._bar_text = ""
        self._start = rules.wishes.start
        self._left = 0
        self._written = 0
        self._copies = 0
        self._need = 0
        self.given = (rules.vocabulary.begin,)
        self.tokens: list[int] = []
        self.whole = False
        self.header_length = 0

    # -- what may come -----------------------------------------------------------------------------

    def mask(self) -> Mask:
        """The tokens that may come next: (tokens,) bool, never all False. It must not be changed."""
        if self._forced:
            return self._rules.only(self._forced[0])
        if self._place is None:
            return self._rules.header(self._told)
        if self._left < self._need:
            self._forced = self._rules.vocabulary.encode(self._rest())
            return self._rules.only(self._forced[0]) if self._forced else self._end()
        mask = self._of_body(self._place)
        return mask if not self._start else mask & self._starting(mask)

    def _end(self) -> Mask:
        return self._rules.only(self._rules.vocabulary.end)

    def _of_body(self, place: Place) -> Mask:
        if self._node is None:
            return self._of_opening(place)
        if self._node.line is None:
            return self._rules.bars.mask(self._node)
        if self._node.line in LAST:
            return self._end()
        _, node, copied = self._following(place, self._node)
        if not copied:
            return self._rules.bars.either(self._node, node)
        return self._rules.bars.mask(self._node) | self._rules.only(copied[0])

    def _of_opening(self, place: Place) -> Mask:
        """What opens the body, or the first bar where that may be nothing more."""
        opens = place.opens()
        mask = self._rules.bars.lines(self._opening, opens)
        if self._opening in opens:
            return mask | self._rules.bars.mask(self._first(place.opened(self._opening)))
        return mask

    def _starting(self, mask: Mask) -> Mask:
        """Of a mask, the tokens that go along with the text with which the body is to begin."""
        texts = self._rules.vocabulary.texts
        kept = np.zeros_like(mask)
        for token in np.flatnonzero(mask).tolist():
            text = texts[token] or "\0"
            kept[token] = text.startswith(self._start) or self._start.startswith(text)
        return kept

    def _first(self, place: Place) -> Node:
        return first_node(self._rules.bars, place.frame(), "", ())

    def _following(self, place: Place, node: Node) -> tuple[Place, Node, tuple[int, ...]]:
        """The next bar after a bar line that is whole: its place, its node, and what it must copy."""
        if self._next is None:
            bar = node.bar
            after = place.after(node.line or "", bar.used, self._bar_text)
            frame = after.frame()
            if frame.copied:
                full = BarState(frame._replace(copied=""), used=frame.most, events=True)
                self._next = after, self._rules.bars.node(full), self._rules.vocabulary.encode(frame.copied)
            else:
                self._next = after, first_node(self._rules.bars, frame, bar.altered, bar.tied), ()
        return self._next

    def _rest(self) -> str:
        """What ends the tune soonest: there is hardly room for more."""
        if self._place is None:
            raise GenerationError("a header has no rest")  # a fault of ours
        bar = self._node.bar if self._node else None
        rest = rest_of_tune(State(part=self._opening, place=self._place, bar=bar, text=self._bar_text))
        if len(rest) > self._rules.wishes.room - self._written:
            raise GenerationError(
                f"{len(rest)} characters are needed where there is no room"
            )  # a fault of ours
        self._left = 1 << 30  # it has been seen to
        return rest

    # -- what has come -----------------------------------------------------------------------------

    def take(self, token: int) -> None:
        """Go on by a token of the mask. Raises GenerationError for another."""
        self.tokens.append(token)
        if token == self._rules.vocabulary.end:
            self.whole = True
            return
        if self._place is None:
            self._take_of_header(token)
            return
        text = self._rules.vocabulary.texts[token] or ""
        self._written += len(text)
        self._start = self._start[len(text) :]
        if self._forced:
            self._take_forced()
        elif self._node is None:
            self._take_opening(self._place, token, text)
        else:
            self._take_of_bar(self._place, self._node, token, text)

    def _take_of_header(self, token: int) -> None:
        if self._forced:
            self._forced = self._forced[1:]
        else:
            line, self._forced = self._rules.line_of(token, self._told)
            self._told = (*self._told, line)
        if not self._forced and self._told[-1].startswith("K:"):
            self._left = self._rules.wishes.room
            self.header_length = len(self.text)
            self._stand(first_bar(self._rules.wishes, self._told))

    def _stand(self, place: Place) -> None:
        self._place = place
        self._copies = place.copies()
        self._need = place.need()
        self._next = None

    def _take_forced(self) -> None:
        """A token that had to come: of a copy, or of the rest of the tune."""
        self._forced = self._forced[1:]
        if not self._forced and self._copy is not None:
            self._node, self._copy = self._copy, None
        elif not self._forced:
            self._forced = (self._rules.vocabulary.end,)

    def _take_opening(self, place: Place, token: int, text: str) -> None:
        part = self._opening + text
        self._left -= len(text)
        if any(line.startswith(part) for line in place.opens()):
            self._opening = part
            return
        first = place.opened(self._opening)
        self._stand(first)
        self._begin_bar(self._first(first), token, text)

    def _take_of_bar(self, place: Place, node: Node, token: int, text: str) -> None:
        found = self._rules.bars.step(node, token)
        if found is not None:
            self._left -= len(text) * (1 + self._copies)
            self._node = found
            self._next = None
            if found.bar.place != "line":
                self._bar_text += text
            return
        if node.line is None:
            raise GenerationError(f"{text!r} may not come after {self._bar_text!r}")
        after, first, copied = self._following(place, node)
        self._stand(after)
        if copied:
            self._node, self._copy, self._forced = first, first, copied[1:]
            self._bar_text = ""
            if not self._forced:
                self._copy = None
        else:
            self._left -= len(text) * (1 + self._copies)
            self._begin_bar(first, token, text)

    def _begin_bar(self, first: Node, token: int, text: str) -> None:
        self._node = self._rules.bars.step(first, token)
        self._bar_text = text
        if self._node is None:
            raise GenerationError(f"{text!r} may not begin a bar")

    @property
    def text(self) -> str:
        """Header and body as far as they are there."""
        tokens = [token for token in self.tokens if token != self._rules.vocabulary.end]
        return self._rules.vocabulary.decode(tokens)
