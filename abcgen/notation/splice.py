"""New music put into the text of a file: bars replaced, or added at the end; all else stays byte for byte.

The new music is spelled in the key and the unit length that the file has there. What was done is read again:
a file whose other notes would not be what they were is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

from abcgen.errors import InputError, UsageError
from abcgen.notation.fields import field_text, in_text_block, is_body_field
from abcgen.notation.key import Key
from abcgen.notation.lexer import lex
from abcgen.notation.meter import parse_unit_length
from abcgen.notation.parser import parse_book
from abcgen.notation.tune import NO_MARKS, NOWHERE, Bar, BarLine, Event, Spot, Tune
from abcgen.notation.writer import bar_line_text, bar_text, music_from

#: Tokens that stand before a bar's first note and are not part of its music.
_BEFORE = frozenset({"bar", "ending", "space", "field", "line_break", "continuation"})
#: Tokens that are no music where they stand after it, before the bar line.
_AFTER = frozenset({"space", "line_break", "continuation"})
#: Tokens within a bar that stay when its music goes.
_KEPT = frozenset({"line_break", "continuation"})


class Placed(NamedTuple):
    """A token of the music: its line among those of the tune, from 0, where it begins in it, what it is."""

    line: int
    at: int
    kind: str
    text: str

    @property
    def end(self) -> int:
        return self.at + len(self.text)


@dataclass(frozen=True)
class InFile:
    """A tune where it stands in the text of its file: the one at `index`, from 0.

    Raises InputError when there is no such tune.
    """

    text: str
    index: int = 0

    @cached_property
    def tune(self) -> Tune:
        tunes = parse_book(self.text).tunes
        if not tunes:
            raise InputError("there is no tune here; a tune begins with a line such as X:1")
        if not 0 <= self.index < len(tunes):
            raise InputError(f"there are {len(tunes)} tunes here, so none is number {self.index + 1}")
        return tunes[self.index]

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the tune."""
        return self.tune.source.removesuffix("\n").split("\n")

    @property
    def opens_repeat(self) -> bool:
        """Whether the last thing in the music is a bar line that begins a repeat."""
        return bool(self._tokens) and self._tokens[-1].kind == "bar" and self._tokens[-1].text.endswith(":")

    @property
    def begun_ending(self) -> str:
        """The number of an ending that begins with the last thing in the music, "" where none does."""
        last = self._tokens[-1] if self._tokens else None
        if last is None or last.kind not in {"bar", "ending"}:
            return ""
        return last.text[len(last.text.rstrip("0123456789")) :]

    @property
    def sung(self) -> bool:
        """Whether there are words under its notes, which stay in their lines whatever the notes are."""
        return any(event.marks.lyrics for bar in self.tune.bars for event in bar.events)

    def with_lines(self, lines: Sequence[str]) -> InFile:
        """The file with other lines for the tune; they end as its lines do."""
        every = self.text.split("\n")
        begin = self.tune.line - 1
        end = "\r" if every[begin].endswith("\r") else ""
        every[begin : begin + len(self.lines)] = [line + end for line in lines]
        return InFile("\n".join(every), self.index)

    @cached_property
    def _tokens(self) -> list[Placed]:
        return list(_music_tokens(self.lines))

    # -- bars replaced -----------------------------------------------------------------------------

    def with_bars(self, music: Mapping[int, Sequence[Event]]) -> InFile:
        """The file with other events in bars of the tune, which are counted from 0.

        What hung on the notes that go, goes with them. Raises UsageError where bars cannot be replaced.
        """
        changes: dict[int, list[tuple[int, int, str]]] = {}
        bars = list(self.tune.bars)
        for index, events in music.items():
            bars[index] = replace(self._replaceable(bars[index]), events=tuple(events))
        whole = _with_bars(self.tune, bars)
        for index in music:
            tokens = self._tokens_of(self.tune.bars[index])
            unit = self._unit_before(tokens[0])
            marked = _with_bars(whole, [*bars[:index], _with_slurs(bars[index], tokens), *bars[index + 1 :]])
            text = bar_text(replace(marked, unit_length=unit), index)
            for number, token in enumerate(tokens):
                new = "" if number else text
                if token.kind not in _KEPT:
                    changes.setdefault(token.line, []).append((token.at, token.end, new))
        found = self.with_lines(list(_changed(self.lines, changes)))
        if not _same_music(found.tune.bars, bars):
            numbers = ", ".join(str(index + 1) for index in music)
            raise UsageError(
                f"{_of(self.tune)}: bars cannot be replaced here (written bar {numbers}): other notes hang "
                "on theirs, by a tie, a macro or a change of key; take more bars, or write them out"
            )
        return found

    def _replaceable(self, bar: Bar) -> Bar:
        """The bar as its new music finds it. Raises UsageError where what stands within would be lost."""
        within = [at for at, _ in (*bar.keys, *bar.remarks) if at]
        if within or bar.overlays:
            what = "a second layer (&)" if bar.overlays else "a field within it"
            raise UsageError(f"{_at(bar.spot)}: the bar has {what}, and cannot be replaced")
        key: Key = bar.keys[-1][1] if bar.keys else bar.key
        return replace(bar, key=key, keys=(), remarks=())

    def _tokens_of(self, bar: Bar) -> list[Placed]:
        """The tokens of a bar's music, with what hangs on its notes."""
        spots = {(token.line, token.at): number for number, token in enumerate(self._tokens)}
        ends = [spots.get((line - self.tune.line, column - 1)) for line, column in bar.spots]
        if not ends or ends[0] is None or ends[-1] is None:
            raise UsageError(f"{_at(bar.spot)}: the bar is written with a macro, and cannot be replaced")
        begin, end = ends[0], ends[-1]
        while begin and self._tokens[begin - 1].kind not in _BEFORE - {"space"}:
            begin -= 1
        while end < len(self._tokens) and self._tokens[end].kind not in {"bar", "ending"}:
            end += 1
        found = self._tokens[begin:end]
        while found and found[0].kind in _BEFORE:
            found.pop(0)
        while found and found[-1].kind in _AFTER:
            found.pop()
        return found

    # -- bars added --------------------------------------------------------------------------------

    def continued(self, whole: Tune) -> InFile:
        """The file with the music of `whole` that goes beyond the tune's own, which is its beginning.

        Raises UsageError where it cannot be added.
        """
        known = self.tune.bars
        last = len(known) - 1
        open_bar = bool(known) and known[-1].closing is None
        end = next((token for token in reversed(self._tokens) if token.kind not in _AFTER), None)
        key = (known[-1].keys[-1][1] if known[-1].keys else known[-1].key) if known else self.tune.key
        written = _with_bars(whole, [replace(bar, key=key) for bar in whole.bars])
        written = replace(written, key=key, unit_length=self._unit_before(None))
        octave = self.tune.voices[0].octave if self.tune.voices else 0
        written = replace(written, voices=(replace(written.voices[0], octave=octave),))
        rest, lines = music_from(written, last, len(known[-1].events) if open_bar else 1 << 30)
        if known:
            line, repeat = _line_after(known[-1].closing, whole.bars[last].closing)
            rest += line
            lines[:1] = [repeat + line for line in lines[:1]]
            if lines and (ending := self.begun_ending):
                lines[0] = lines[0].removeprefix(f"[{ending}").lstrip()
        elif end is not None and lines:  # `|:` is there already
            lines[0] = lines[0].removeprefix("|:").lstrip()
        found = list(self.lines)
        at = len(found) - 1
        if end is not None:
            at = end.line
            found[at] = found[at][: end.end] + rest + found[at][end.end :]
        else:
            at = next(number for number, line in enumerate(found) if line.startswith("K:"))
        while found[at + 1 : at + 2] and found[at + 1].startswith(("w:", "+:", "s:", "P:")):
            at += 1
        result = self.with_lines([*found[: at + 1], *lines, *found[at + 1 :]])
        if not result.text.endswith("\n"):
            result = replace(result, text=result.text + "\n")
        if not result.tune.valid or not _same_music(result.tune.bars, whole.bars):
            raise UsageError(f"{_of(self.tune)}: nothing can be added to how this tune is written")
        return result

    def _unit_before(self, token: Placed | None) -> Fraction:
        """The unit length that holds at a token, or at the end of the music."""
        told = [(number, 0, line) for number, line in enumerate(self.lines) if line.startswith("L:")]
        told += [
            (inner.line, inner.at, inner.text[1:-1]) for inner in self._tokens if inner.text.startswith("[L:")
        ]
        before = [text for line, at, text in sorted(told) if token is None or (line, at) < token[:2]]
        return parse_unit_length(field_text(before[-1])) if before else self.tune.unit_length


def _music_tokens(lines: Sequence[str]) -> Iterator[Placed]:
    """The tokens of the music lines of a tune."""
    in_header, in_text = True, False
    for number, line in enumerate(lines):
        if line.startswith("%"):
            in_text = in_text_block(line, inside=in_text)
        elif in_header:
            in_header = not line.startswith("K:")
        elif not in_text and not is_body_field(line):
            for token in lex(line):
                if token.kind != "space":
                    yield Placed(number, token.at, token.kind, token.text)


def _changed(lines: Sequence[str], changes: Mapping[int, list[tuple[int, int, str]]]) -> Iterator[str]:
    """The lines with their changes; one of which nothing is left goes, since it would end the tune."""
    for number, line in enumerate(lines):
        text, at = "", 0
        for begin, end, new in sorted(changes.get(number, [])):
            text += (line[at:begin].strip() and line[at:begin]) + new if at else line[:begin] + new
            at = end
        text += line[at:]
        if text.strip() or not changes.get(number):
            yield text


def _with_bars(tune: Tune, bars: Sequence[Bar]) -> Tune:
    return replace(tune, voices=(replace(tune.voices[0], bars=tuple(bars)), *tune.voices[1:]))


def _with_slurs(bar: Bar, tokens: Sequence[Placed]) -> Bar:
    """The bar with the slurs that lead into the one it replaces, or out of it."""
    opened = closed = 0
    for token in tokens:
        if token.kind == "slur_open":
            opened += 1
        elif token.kind == "slur_close":
            opened, closed = (opened - 1, closed) if opened else (opened, closed + 1)
    events = list(bar.events)
    if closed:
        events[0] = replace(events[0], marks=replace(NO_MARKS, slurs_closed=closed))
    if opened:
        events[-1] = replace(events[-1], marks=replace(events[-1].marks, slurs_opened=opened))
    return replace(bar, events=tuple(events))


def _line_after(old: BarLine | None, new: BarLine | None) -> tuple[str, str]:
    """What is to be written after the last bar, and before the next, so that the new line stands there."""
    if old is None or new is None:
        return f" {bar_line_text(new)}", ""
    if new.starts and not old.starts:
        return "", "|:"
    if old.section:
        return "", ""
    return bar_line_text(new).removeprefix(bar_line_text(old)), ""


def _same_music(one: Sequence[Bar], other: Sequence[Bar]) -> bool:
    """Whether bars have the same notes, whatever hangs on them; a tie may lead to another note or to none."""

    def music(bars: Sequence[Bar]) -> list[list[object]]:
        return [
            [(sorted(p.midi for p in event.pitches), event.written, event.tuplet) for event in bar.events]
            for bar in bars
        ]

    return music(one) == music(other)


def _at(spot: Spot) -> str:
    return f"line {spot[0]}, column {spot[1]}" if spot != NOWHERE else "here"


def _of(tune: Tune) -> str:
    return f"line {tune.line}, X:{tune.reference}"
