"""Which tokens may come next within a bar: the acceptor of one bar, carried over from characters to tokens.

A state of the bar is a `Node`; its mask is made when it is first asked for, and steps to other nodes are
remembered, so that a state that was met before costs a look into a dictionary.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from abcgen.generation.vocabulary import Trie, Vocabulary
from abcgen.notation import bar as bars
from abcgen.notation.bar import BarState, Frame
from abcgen.notation.beginnings import spellings

#: Nodes and masks that are kept at most; memory stays the same however many tunes are drawn.
MOST_NODES = 100_000
#: Characters that go on with a pitch, a length or a tuplet sign.
_GO_ON = frozenset("0123456789/:,'-")


class Node:
    """A state of a bar; `steps` are the nodes after the tokens that were taken from it."""

    __slots__ = ("_mask", "bar", "line", "steps")

    def __init__(self, bar: BarState) -> None:
        self.bar = bar
        self.line = bars.closed_by(bar)
        self.steps: dict[int, Node] = {}
        self._mask: np.ndarray | None = None


class BarMasks:
    """The masks of one vocabulary. A mask is (tokens,) bool; one that was handed out must not be changed."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._nodes: dict[BarState, Node] = {}
        self._known: dict[object, np.ndarray] = {}
        self._joined: dict[tuple[int, int], np.ndarray] = {}
        self._alike: dict[bytes, np.ndarray] = {}

    def node(self, bar: BarState) -> Node:
        """The node of a state."""
        found = self._nodes.get(bar)
        if found is None:
            if len(self._nodes) >= MOST_NODES or len(self._known) >= MOST_NODES:
                self._forget()
            found = self._nodes[bar] = Node(bar)
        return found

    def _forget(self) -> None:
        for memory in (self._nodes, self._known, self._joined, self._alike):
            memory.clear()  # type: ignore[attr-defined]

    def step(self, node: Node, token: int) -> Node | None:
        """The node after a token; None when the token may not come, or would lead out of the bar."""
        found = node.steps.get(token)
        if found is None:
            bar = _walked(node.bar, self.vocabulary.texts[token] or "\0")
            if bar is None:
                return None
            found = node.steps[token] = self.node(bar)
        return found

    def mask(self, node: Node) -> np.ndarray:
        """The tokens with which the bar can go on, its bar line among them."""
        if node._mask is None:
            node._mask = self._mask(node.bar)
        return node._mask

    def either(self, one: Node, other: Node) -> np.ndarray:
        """The tokens that go on from either: more of a bar line, or the next bar."""
        first, second = self.mask(one), self.mask(other)
        key = id(first), id(second)
        if key not in self._joined:
            self._joined[key] = self._kept(first | second)
        return self._joined[key]

    # -- making masks ------------------------------------------------------------------------------

    def _kept(self, mask: np.ndarray) -> np.ndarray:
        """The mask, or the one just like it that is kept already."""
        return self._alike.setdefault(mask.tobytes(), mask)

    def _mask(self, bar: BarState) -> np.ndarray:
        mask = np.zeros(self.vocabulary.size, dtype=bool)
        if bar.avoided or (bar.place == "pitch" and bar.part[-1] in "^_="):
            mask[list(_taken(self.vocabulary.pieces, bar))] = True
        elif bar.place in {"music", "chord"}:
            self._add_notes(mask, bar)
            mask[self._signs(bar)] = True
            mask[list(_taken(self.vocabulary.runs, bar))] = True
        elif bar.place == "line":
            mask[self._signs(bar)] = True
        else:
            over = bars.ended(bar)
            if over is not None:
                mask |= self.mask(self.node(over))
            mask[self._goings_on(bar)] = True
        return self._kept(mask)

    def _signs(self, bar: BarState) -> np.ndarray:
        """The tokens without a note that may come; accidentals matter to them only where a tie is open."""
        key = ("signs", bar if bar.tied or bar.chord else bar._replace(altered=""))
        return self._remembered(key, lambda: _taken(self.vocabulary.signs, bar))

    def _goings_on(self, bar: BarState) -> np.ndarray:
        """The tokens that go on with what is being read; which pitch a length is of, does not matter."""
        plain = bar.place == "length" and bar.part not in {"z", "]"}
        key = ("on", bar._replace(part="60") if plain else bar)
        return self._remembered(key, lambda: _taken(self.vocabulary.signs, bar, _GO_ON))

    def _remembered(self, key: object, tokens: object) -> np.ndarray:
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = np.array(sorted(tokens()), dtype=np.int64)  # type: ignore[operator]
        return found

    def _add_notes(self, mask: np.ndarray, bar: BarState) -> None:
        """The tokens that are single notes: those whose pitch and whose length may come."""
        if bar.place == "music" and len(bar.tied) > 1:
            return
        notes = self.vocabulary.notes
        begun, whole, one = self._pitches(bar.frame.key, bar.altered, bars.reach(bar))
        read = _walked(bar, one)
        if read is None:
            return
        tails = np.zeros(len(notes.tails), dtype=bool) if bar.chord else self._tails(read)
        fits = np.where(notes.plain, begun[notes.pitch_of], whole[notes.pitch_of] & tails[notes.tail_of])
        mask[notes.tokens[fits]] = True

    def _pitches(self, key: str, altered: str, reach: int) -> tuple[np.ndarray, np.ndarray, str]:
        """Of the texts of pitches: which may be begun, which are whole; and a whole one."""
        memory = ("pitches", key, altered, reach)
        whole, begun = spellings(key, altered, reach)
        if memory not in self._known:
            texts = self.vocabulary.notes.pitches
            self._known[memory] = np.array([[text in begun, text in whole] for text in texts]).T
        first, second = self._known[memory]
        return first, second, next(iter(whole), "\0")

    def _tails(self, bar: BarState) -> np.ndarray:
        """Which texts of lengths may be begun after a pitch; which pitch, does not matter."""
        key = ("tails", bar.frame, bar.used, bar.tuplet)
        if key not in self._known:
            texts = self.vocabulary.notes.tails
            self._known[key] = np.array([_walked(bar, text) is not None for text in texts])
        return self._known[key]


def first_node(masks: BarMasks, frame: Frame, altered: str, tied: tuple[int, ...]) -> Node:
    """The node at the beginning of a bar that is not copied."""
    return masks.node(bars.new_bar(frame._replace(copied=""), altered, tied))


def _walked(bar: BarState, text: str) -> BarState | None:
    """The state after a token's text; None where it may not stand or is no piece of a bar or a bar line."""
    begins_in = bar.place
    for char in text:
        found = bars.step(bar, char)
        if found is None:
            return None
        bar = found
    mixed = bar.place == "line" and begins_in != "line" and text[0] not in "|:"
    return None if mixed else bar


def _taken(trie: Trie, bar: BarState, begins: frozenset[str] | None = None) -> Iterator[int]:
    """The tokens of a trie that may come; with `begins` those that begin with one of these characters."""
    for char, further in trie.further.items():
        if begins is not None and char not in begins:
            continue
        found = bars.step(bar, char)
        if found is None or (found.place == "line" != bar.place and char not in "|:"):
            continue
        yield from further.ends
        yield from _taken(further, found)
