"""What may come next in a tune, token by token, so that it can only become what was asked for.

A `Guide` follows one tune. Its masks are never empty, and a tune always comes to its end within its room.
Nothing here is drawn, and no model is known.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from abcgen.errors import GenerationError, UsageError
from abcgen.generation.masks import Node, first_node, pitch_of, told_pitch
from abcgen.generation.rules import Rules
from abcgen.generation.vocabulary import Mask
from abcgen.notation.acceptor import State, step
from abcgen.notation.begun import Begun, begun
from abcgen.notation.finish import rest_of_tune
from abcgen.notation.frame import BarState, Frame, bar_lines
from abcgen.notation.gap import END, Gap
from abcgen.notation.places import LAST, Place
from abcgen.notation.start import is_decided, may_be_long_enough, may_begin_with


class Given(NamedTuple):
    """A tune that is there in part: the text that a model is given, and where what is to come stands.

    `taken` are the characters of its room that are taken, `closings` what the bar line that comes next may
    begin with, if any. What comes is the rest of the tune, or the bars missing in it if its place is a `Gap`.
    """

    text: str
    state: State
    taken: int = 0
    closings: tuple[str, ...] = ()

    @property
    def in_gap(self) -> bool:
        return isinstance(self.state.place, Gap)


class Guide:
    """Follows one tune, or what comes after what is given of it.

    `tokens` are those taken, `whole` says that the end mark was among them.

    `chance`, from 0 to 1, decides what is decided before anything is drawn (see `Rules.first_bar`).
    `given` are the tokens before the first that is drawn; then `mask()` and `take()` go by turns.
    `header_length` are the characters of the header, once it is there; `likelihood` is that of the music, if
    it was told.
    """

    def __init__(self, rules: Rules, given: Given | None = None, chance: float = 0.0) -> None:
        self._rules, self._bars, self._vocabulary = rules, rules.bars, rules.vocabulary
        self._chance = chance
        self._in_gap = given is not None and given.in_gap
        self._room = rules.wishes.room
        self._told: tuple[str, ...] = ()
        self._forced: tuple[int, ...] = ()
        self._place: Place | None = None
        self._opening = ""
        self._node: Node | None = None
        self._pitch = ""
        self._next: tuple[Place, Node, tuple[int, ...]] | None = None
        self._copy: Node | None = None
        self._bar_text = ""
        #: What is to come now, one of these; none where all may come.
        self._closings: tuple[str, ...] = ()
        #: What the music is to begin with, "" when it does so, and what of it is there.
        self._start = "" if rules.wishes.begun else rules.wishes.start
        self._along = ""
        self._begun: Begun | None = None
        self._left = 0
        self._written = 0
        self._copies = 0
        self._need = 0
        self.given: tuple[int, ...] = (rules.vocabulary.begin,)
        self.tokens: list[int] = []
        self.whole = False
        self.header_length = 0
        self.likelihood = 0.0
        if given is not None:
            self.given = rules.given(given.text)
            self._room = rules.room_after(self.given)
            self._go_on(given.state, given.taken, given.closings)
            if self._need > self._left:
                raise UsageError("the tune is too long for this model to write more of it")

    @property
    def in_common(self) -> bool:
        """Whether the header is still to come: all attempts at a number have the same."""
        return self._place is None

    # -- what may come -----------------------------------------------------------------------------

    def mask(self) -> Mask:
        """The tokens that may come next: (tokens,) bool, never all False. It must not be changed."""
        if self._forced:
            return self._rules.only(self._forced[0])
        if self._place is None:
            return self._rules.header(self._told)
        if self._left < self._need:
            self._forced = self._vocabulary.encode(self._rest())
            return self._rules.only(self._forced[0]) if self._forced else self._end()
        mask = self._of_body(self._place)
        return self._starting(mask) if self._start or self._closings else mask

    def _end(self) -> Mask:
        return self._rules.only(self._vocabulary.end)

    def _of_body(self, place: Place) -> Mask:
        if self._node is None:
            return self._of_opening(place)
        if self._node.line is None:
            mask = self._bars.mask(self._node)
            return self._or_end(mask, self._node) if self._in_gap else mask
        if self._node.line in LAST:
            return self._end()
        _, node, copied = self._following(place, self._node)
        if not copied:
            return self._bars.either(self._node, node)
        return self._bars.mask(self._node) | self._rules.only(copied[0])

    def _or_end(self, mask: Mask, node: Node) -> Mask:
        """Of missing bars: where the last of them may be over, the end mark stands for its bar line."""
        if node.over is None or END not in bar_lines(node.over.bar):
            return mask
        return mask & ~self._bars.lines("", frozenset({END})) | self._end()

    def _of_opening(self, place: Place) -> Mask:
        """What opens the body, or the first bar where that may be nothing more."""
        opens = place.opens()
        mask = self._bars.lines(self._opening, opens)
        if self._opening in opens:
            return mask | self._bars.mask(self._first(place.opened(self._opening)))
        return mask

    def _starting(self, mask: Mask) -> Mask:
        """Of a mask, the tokens that go along with the text with which the music is to begin, or go on."""
        texts = self._vocabulary.texts
        kept = np.zeros_like(mask)
        for token in np.flatnonzero(mask).tolist():
            text = texts[token] or "\0"
            if self._start:
                kept[token] = self._may_begin_with(self._along + text, text)
            else:
                closings = (closing.startswith(text) for closing in self._closings)
                kept[token] = text.startswith(self._closings) or any(closings)
        return kept

    def _may_begin_with(self, whole: str, last: str) -> bool:
        """Whether the body may begin with this, of which the last is not there yet."""
        if not may_begin_with(whole, self._start):
            return False
        if len(whole) < len(self._start) or is_decided(whole, self._start):
            return True
        state: State | None = self._state()
        for char in last:
            state = step(state, char) if state is not None else None
        return state is not None and may_be_long_enough(state, self._start)

    def _state(self) -> State:
        """The state of the acceptor, where it is in the body."""
        bar = told_pitch(self._node.bar, self._pitch) if self._node else None
        return State(part=self._opening, place=self._place, bar=bar, text=self._bar_text)

    def _take_of_start(self, text: str) -> None:
        """More of what the music is to begin with, or to go on with, is there; or all of it."""
        if self._start:
            self._along += text
            self._start = "" if is_decided(self._along, self._start) else self._start
            return
        left = tuple(closing[len(text) :] for closing in self._closings if closing.startswith(text))
        self._closings = () if text.startswith(self._closings) else left

    def _first(self, place: Place) -> Node:
        return first_node(self._bars, place.frame(), "", ())

    def _following(self, place: Place, node: Node) -> tuple[Place, Node, tuple[int, ...]]:
        """The next bar after a bar line that is whole: its place, its node, and what it must copy."""
        if self._next is None:
            bar = node.bar
            after = place.after(node.line or "", bar.used, self._bar_text)
            frame = after.frame()
            if frame.copied:
                self._next = after, self._full(frame), self._vocabulary.encode(frame.copied)
            else:
                self._next = after, first_node(self._bars, frame, bar.altered, bar.tied), ()
        return self._next

    def _full(self, frame: Frame) -> Node:
        """The node when all is there that had to be copied."""
        return self._bars.node(BarState(frame._replace(copied=""), used=frame.most, events=True))

    def _rest(self) -> str:
        """What ends the tune soonest: there is hardly room for more."""
        if self._place is None:
            raise GenerationError("a header has no rest")  # a fault of ours
        rest = rest_of_tune(self._state())
        if len(rest) > self._room - self._written:
            raise GenerationError(
                f"{len(rest)} characters are needed where there is no room"
            )  # a fault of ours
        self._left = 1 << 30  # it has been seen to
        return rest.removesuffix(END) if self._in_gap else rest

    # -- what has come -----------------------------------------------------------------------------

    def take(self, token: int, likelihood: float = 0.0) -> None:
        """Go on by a token of the mask, which is so likely. Raises GenerationError for another."""
        self.tokens.append(token)
        self.likelihood += likelihood if self.header_length else 0.0
        if token == self._vocabulary.end:
            self.whole = True
            return
        if self._place is None:
            self._take_of_header(token)
            return
        text = self._vocabulary.texts[token] or ""
        self._written += len(text)
        if (self._start or self._closings) and (self._copy is not None or not self._forced):
            self._take_of_start(text)
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
            self._left = self._room
            self.header_length = len(self.text)
            self._stand(self._rules.first_bar(self._told, self._chance))
            if self._rules.wishes.begun and self._rules.wishes.start:
                self._give_start(self._rules.wishes.start)

    def _give_start(self, start: str) -> None:
        """What is there of the music comes first."""
        closings = self._rules.wishes.closings
        found = begun(self._place, start, closings) if self._place is not None else 0
        if isinstance(found, int):
            raise GenerationError(f"no tune begins with {start!r} after {self._told}")  # a fault of ours
        self._begun = found
        self._forced = self._vocabulary.encode(start)

    def _stand(self, place: Place) -> None:
        self._place = place
        self._copies = place.copies()
        self._need = place.need()
        self._next = None

    def _take_forced(self) -> None:
        """A token that had to come: of a copy, of what was there, or of the rest of the tune."""
        self._forced = self._forced[1:]
        if self._forced:
            return
        if self._copy is not None:
            self._node, self._copy = self._copy, None
        elif self._begun is not None:
            (state, taken, _), self._begun = self._begun, None
            self._go_on(state, taken, self._rules.wishes.closings)
        else:
            self._forced = (self._vocabulary.end,)

    def _go_on(self, state: State, taken: int, closings: tuple[str, ...]) -> None:
        """What comes now, comes after a state; so much of the room is taken."""
        if state.place is not None:
            self._stand(state.place)
        self._left = self._room - taken
        self._closings = closings
        self._opening, self._bar_text = (state.part, "") if state.bar is None else ("", state.text)
        if state.bar is not None and state.bar.place == "copy":
            self._closings = ()
            self._node = self._copy = self._full(state.bar.frame)
            self._forced = self._vocabulary.encode(state.bar.part)
        else:
            self._node = None if state.bar is None else self._bars.node(state.bar)
            self._pitch = "" if state.bar is None else pitch_of(state.bar)

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
        found = self._bars.step(node, token, self._pitch)
        if found is not None:
            self._left -= len(text) * (1 + self._copies)
            self._node, self._pitch = found
            self._next = None
            if self._node.bar.place != "line":
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
        found = self._bars.step(first, token, "")
        if found is None:
            raise GenerationError(f"{text!r} may not begin a bar")
        self._node, self._pitch = found
        self._bar_text = text

    @property
    def text(self) -> str:
        """Header and body as far as they are there."""
        tokens = [token for token in self.tokens if token != self._vocabulary.end]
        return self._vocabulary.decode(tokens)
