"""Which tokens may come next within a bar: the acceptor of one bar, carried over from characters to tokens.

A state of the bar is a `Node`; its mask is made when it is first asked for, and steps to other nodes are
remembered, so that a state that was met before costs a look into a dictionary. While a length is being read
it hardly matters of which pitch: such a node stands for all pitches, and only a tie needs to be told which;
but where tokens hold more than a tie, what comes after it hangs on the pitch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from abcgen.generation.vocabulary import GO_ON, Mask, Trie, Vocabulary
from abcgen.notation import bar as bars
from abcgen.notation.beginnings import midi_of, spellings
from abcgen.notation.frame import (
    BarState,
    Frame,
    Lines,
    bar_lines,
    closed_by,
    final_after,
    finals,
    may_be_named,
)
from abcgen.notation.key import NO_SIGNATURE, Signature

#: Nodes and masks that are kept at most; memory stays the same however many tunes are drawn.
MOST_NODES = 100_000
#: Characters that go on with a length or a tuplet sign: all of them, those of octaves, of lengths.
_GO_ON, _OCTAVES = frozenset(GO_ON), frozenset(",'")
_NUMBERS = frozenset("0123456789/")
#: The pitches that stand for any where it matters only whether the one that a length is of is final.
_ANY, _OTHER = "480", "488"
Bits = npt.NDArray[np.uint8]
Made = TypeVar("Made")
#: Bytes of all pitches with their letters, a bit each; double sharps of the highest octave reach furthest.
_BYTES = 136


class Node:
    """A state of a bar; `steps` are the nodes after the tokens that were taken from it, and their pitches.

    `over` is the node if what is being read ends here; the node itself where nothing is.
    """

    __slots__ = ("_mask", "bar", "line", "over", "steps")

    def __init__(self, bar: BarState) -> None:
        self.bar = bar
        self.line = closed_by(bar)
        self.steps: dict[object, tuple[Node, str]] = {}
        self.over: Node | None = self
        self._mask: Mask | None = None


class BarMasks:
    """The masks of one vocabulary. A mask is (tokens,) bool; one that was handed out must not be changed."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._nodes: dict[BarState, Node] = {}
        self._known: dict[object, Any] = {}
        self._joined: dict[tuple[Node, Node], Mask] = {}
        self._alike: dict[bytes, Mask] = {}

    def node(self, bar: BarState) -> Node:
        """The node of a state."""
        if bar.place == "length" and not (bar.frame.last or bar.avoided or self.vocabulary.tie is None):
            bar = bar._replace(part=_any(bar))
        found = self._nodes.get(bar)
        if found is None:
            if len(self._nodes) >= MOST_NODES or len(self._known) >= MOST_NODES:
                self._forget()
            found = self._nodes[bar] = Node(bar)
            if bar.place in {"pitch", "length", "tuplet"}:
                over = bars.ended(bar)
                found.over = None if over is None else self.node(over)
        return found

    def _forget(self) -> None:
        for memory in (self._nodes, self._known, self._joined, self._alike):
            memory.clear()

    def step(self, node: Node, token: int, pitch: str) -> tuple[Node, str] | None:
        """The node after a token, and the pitch whose length is read there.

        `pitch` is that of `node`, see `pitch_of`. None when the token may not come, or would lead out of the
        bar.
        """
        begins = node if self.vocabulary.goes_on[token] else node.over or node
        found = begins.steps.get(token) or begins.steps.get((token, pitch))
        if found is None:
            text = self.vocabulary.texts[token] or "\0"
            bar = _walked(told_pitch(begins.bar, pitch), text)
            if bar is None:
                return None
            of_length = begins.bar.place == "length"
            same = of_length and not any(map(str.isalpha, text))
            found = self.node(bar), "" if same else pitch_of(bar)
            begins.steps[(token, pitch) if of_length and "-" in text else token] = found
        return found[0], found[1] or pitch

    def mask(self, node: Node) -> Mask:
        """The tokens with which the bar can go on, its bar line among them."""
        if node._mask is None:
            node._mask = self._mask(node)
        return node._mask

    def either(self, one: Node, other: Node) -> Mask:
        """The tokens that go on from either: more of a bar line, or the next bar."""
        if (one, other) not in self._joined:
            if len(self._joined) >= MOST_NODES:
                self._joined.clear()
            self._joined[one, other] = self._kept(self.mask(one) | self.mask(other))
        return self._joined[one, other]

    # -- making masks ------------------------------------------------------------------------------

    def _kept(self, mask: Mask) -> Mask:
        """The mask, or the one just like it that is kept already."""
        return self._alike.setdefault(mask.tobytes(), mask)

    def _remembered(self, key: object, make: Callable[[], Made]) -> Made:
        found: Made | None = self._known.get(key)
        if found is None:
            found = self._known[key] = make()
        return found

    def _of(self, tokens: Iterator[int]) -> Mask:
        """The mask of some tokens."""
        mask = np.zeros(self.vocabulary.size, dtype=bool)
        mask[list(tokens)] = True
        return mask

    def _mask(self, node: Node) -> Mask:
        bar = node.bar
        if bar.place == "line":
            return self.lines(bar.part, bar_lines(bar))
        mask = self._untied(node)
        tie = self.vocabulary.tie
        if tie is None:
            mask = mask | self._of(_taken(self.vocabulary.ties, bar))
        elif not mask[tie] and _may_be_tied(node):
            mask = mask | self._remembered("tie", lambda: self._of(iter((tie,))))
        return self._kept(mask)

    def _untied(self, node: Node) -> Mask:
        """The tokens with which the bar can go on, but for those with a tie."""
        bar = node.bar
        if bar.avoided or (bar.place == "pitch" and bar.part[-1] in "^_="):
            return self._of(_taken(self.vocabulary.pieces, bar))
        if bar.place == "music":
            core = _core(bar)
            return self._remembered(core, lambda: self._events(core)) | self.lines("", bar_lines(bar))
        if bar.place == "chord":
            return self._events(bar)
        read = bars.pitch_read(bar) if bar.place == "pitch" and bar.chord is None else None
        if read is not None:
            return self._octaves(bar) | self.mask(self.node(read))
        goings_on = self._goings_on(bar)
        return goings_on if node.over is None else goings_on | self.mask(node.over)

    def _events(self, bar: BarState) -> Mask:
        """The tokens that begin with an event or a tuplet, or within a chord with a note or its end."""
        signs, runs = self.vocabulary.signs, self.vocabulary.runs
        # of a chord some notes may be tied on, so that its end hangs on what goes over the bar line
        plain = bar if bar.chord else _before_signs(bar)
        others = self._remembered(("signs", plain), lambda: self._of(_taken(signs, plain)))
        return self._notes(bar) | others | self._of(_taken(runs, bar))

    def lines(self, part: str, lines: frozenset[str]) -> Mask:
        """The tokens that go on with one of some bar lines, of which `part` is there."""

        def tokens() -> Iterator[int]:
            for token, text in enumerate(self.vocabulary.texts):
                if text and any(line.startswith(part + text) for line in lines):
                    yield token

        return self._remembered(("lines", part, lines), lambda: self._kept(self._of(tokens())))

    def _goings_on(self, bar: BarState) -> Mask:
        """The tokens that go on with the pitch, the length or the tuplet sign that is being read."""
        signs = self.vocabulary.signs
        if bar.place != "length" or bar.chord is not None:
            return self._of(_taken(signs, bar, _GO_ON))
        core = _core(bar)
        return self._remembered(core, lambda: self._of(_taken(signs, core, _NUMBERS)))

    def _octaves(self, bar: BarState) -> Mask:
        """The tokens that move the pitch that is being read by an octave."""
        may_come = may_be_named(bar, bars.reach(bar))
        key = ("octaves", bar.frame.signature, bar.altered, may_come, bar.part)
        return self._remembered(key, lambda: self._of(_taken(self.vocabulary.signs, bar, _OCTAVES)))

    def _notes(self, bar: BarState) -> Mask:
        """The tokens that are single notes: those whose pitch and whose length may come."""
        mask = np.zeros(self.vocabulary.size, dtype=bool)
        if bar.place == "music" and len(bar.tied) > 1:
            return mask
        notes, reach, final = self.vocabulary.notes, bars.reach(bar), finals(bar)
        for pitches in (reach & ~final, reach & final):
            begun, whole = self._pitches(bar, may_be_named(bar, pitches))
            one = int((whole if whole.any() else begun).argmax())
            if not begun[one] or _walked(bar, notes.pitches[one]) is None:
                continue
            tails = np.zeros(len(notes.tails), dtype=bool)
            if whole[one] and not bar.chord:
                tails = self._tails(bar, pitches)
            fits = np.where(notes.plain, begun[notes.pitch_of], whole[notes.pitch_of] & tails[notes.tail_of])
            mask[notes.tokens[fits]] = True
        return mask

    def _pitches(self, bar: BarState, may_come: int) -> tuple[Mask, Mask]:
        """Of the texts of pitches: which may be begun, which are whole, where these may come."""
        signature, altered = bar.frame.signature, bar.altered

        def of_texts() -> tuple[Mask, Mask]:
            begun, whole = self._remembered(
                ("pitches", signature, altered),
                lambda: _spelled_as(self.vocabulary.notes.pitches, signature, altered),
            )
            pitches = _bits(may_come)
            return np.any(begun & pitches, axis=1), np.any(whole & pitches, axis=1)

        return self._remembered(("pitches", signature, altered, may_come), of_texts)

    def _tails(self, bar: BarState, alike: int) -> Mask:
        """Which texts of lengths may be begun after a pitch; which of those `alike` does not matter."""
        pitch = str((alike.bit_length() - 1) << 3)
        core = _core(bar._replace(place="length", part=pitch))
        texts = self.vocabulary.notes.tails
        return self._remembered(
            ("tails", core), lambda: np.array([_walked(core, text) is not None for text in texts])
        )


def _bits(pitches: int) -> Bits:
    """Pitches with their letters, a bit each, as bytes."""
    return np.frombuffer(pitches.to_bytes(_BYTES, "little"), np.uint8)


def _spelled_as(texts: Sequence[str], signature: Signature, altered: str) -> tuple[Bits, Bits]:
    """The pitches that each text may become, and the one that it is: (texts, bytes), a bit each."""
    here = spellings(signature, altered)
    whole = (1 << here.whole[text].named if text in here.whole else 0 for text in texts)
    return np.stack([_bits(here.begun.get(text, 0)) for text in texts]), np.stack([*map(_bits, whole)])


def _core(bar: BarState) -> BarState:
    """The bar without what only bar lines, and ties to the next bar, hang on: what is left of it to fill."""
    frame = Frame(
        bar.frame.signature,
        bar.frame.compound,
        bar.room,
        pitches=bar.frame.pitches,
        chords=bar.frame.chords,
        single=bar.frame.single,
    )
    if bar.frame.final and not _lines_when_full(bar) - bar.frame.ends:
        closings = ((bar.room, bar.frame.ends),)
        last = bar.frame.last
        frame = frame._replace(closings=closings, final=bar.frame.final, ends=bar.frame.ends, last=last)
    if bar.place != "length":
        before = _as_before(frame.final, bar.before) if frame.final else 0
        return bar._replace(frame=frame, used=0, events=False, final=False, before=before)
    part = _any(bar)
    if frame.final:
        if pitch_of(bar):
            part = _ANY if finals(bar) >> midi_of(int(part)) & 1 else _OTHER
        frame = frame._replace(final=1 << midi_of(int(_ANY)))
    return bar._replace(
        frame=frame._replace(signature=NO_SIGNATURE),
        part=part,
        used=0,
        events=False,
        altered="",
        tied=(),
        final=False,
        before=0,
    )


@lru_cache(maxsize=65536)
def _as_before(final: int, before: int) -> int:
    """The lowest pitch after which the same final ones may come."""
    may_come = final_after(final, before)
    return next(pitch for pitch in range(before + 1) if final_after(final, pitch) == may_come)


def _may_be_tied(node: Node) -> bool:
    """Whether the sign of a tie may come."""
    bar = node.bar
    if bar.place == "length":
        return node.over is not None and bars.tied_on(bar, node.over.bar) is not None
    return bar.place == "pitch" and bars.step(bar, "-") is not None


def _before_signs(bar: BarState) -> BarState:
    """The bar as far as it matters to signs: of final pitches only whether the highest is the only one."""
    frame = bar.frame._replace(signature=NO_SIGNATURE)
    if frame.final and not bar.tied:
        highest = 1 << frame.pitches.bit_length() - 1
        final = highest if finals(bar) == highest else frame.pitches & -frame.pitches
        return bar._replace(frame=frame._replace(final=final), altered="", before=0)
    return bar._replace(frame=frame, altered="")


def _lines_when_full(bar: BarState) -> Lines:
    """The bar lines that may close the bar when it has no room left."""
    return bar_lines(bar._replace(used=bar.frame.most, events=True, tied=(), tuplet=None, final=True))


def pitch_of(bar: BarState) -> str:
    """The pitch whose length is being read, "" for none."""
    return bar.part if bar.place == "length" and bar.part not in {"z", "]"} else ""


def told_pitch(bar: BarState, pitch: str) -> BarState:
    """The state of a node, where a length is being read: that of this pitch."""
    return bar._replace(part=pitch) if pitch_of(bar) else bar


def _any(bar: BarState) -> str:
    """What stands for a pitch where only its length matters, and whether it is final."""
    final = finals(bar)
    if not pitch_of(bar):
        return bar.part
    if not final:
        return _ANY
    is_final = final >> midi_of(int(bar.part)) & 1
    return str(next(midi for midi in range(128) if final >> midi & 1 == is_final) << 3)


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
