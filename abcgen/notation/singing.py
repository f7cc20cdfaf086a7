"""A voice and what is written under it: `w:` and `s:` lines laid on the notes that were read before them.

How a line is cut into syllables or symbols is in `lyrics`. ABC 2.1, sections 4.15 and 5.1.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby

from abcgen.notation.lyrics import Syllable, align, align_symbols
from abcgen.notation.marks import MarkedVoice
from abcgen.notation.tune import Event, Marks, Rest
from abcgen.notation.voice import Place, UnderLines

MAX_VERSES = 16
MAX_CONTINUED = 16


class SungVoice(MarkedVoice):
    """A voice that takes words, and symbols in lines of their own."""

    def _begin_under(self) -> None:
        """Music goes on after such a line, or begins: the next lies on what comes from here."""
        for under in (self._words, self._symbols):
            if under.count or under.begin is None:
                under.begin, under.count = (len(self.bars), len(self._main_layer())), 0

    def read_under(self, letter: str, text: str, number: int, column: int, *, more: bool = False) -> None:
        """A `w:` or `s:` line: a syllable or symbol a note since the last; another is another verse.

        With `more` the line goes on with the verse before it (`+:`).
        """
        self.line = number
        under = self._words if letter == "w" else self._symbols
        if more and under.count:
            under.more += 1
            if under.more > MAX_CONTINUED:
                message = f"words go on for more than {MAX_CONTINUED} lines"
                self._say("too-large", message, column - 1, text)
                return
            under.count -= 1
            text = f"{under.text} {text}" if letter == "w" else text
        else:
            under.more = under.taken = 0
        if under.begin is None:
            message = f"{letter}: stands before the music to which it belongs"
            self._say("too-many-words", message, column - 1, text[-40:], "write it below its notes")
            return
        if under.count >= MAX_VERSES:
            message = f"more than {MAX_VERSES} verses; this one is passed over"
            self._say(
                "too-many-words", message, column - 1, text[-40:], "W: holds words that are not sung here"
            )
            return
        under.text = text
        try:
            self._lay(letter, under, text, column)
        except ValueError as error:
            self._say("bad-field", str(error), column - 1, text, 'write !trill!, "Am" or *, one a note')
        under.count += 1

    def _lay(self, letter: str, under: UnderLines, text: str, column: int) -> None:
        """Syllables or symbols on their notes. Raises ValueError for what is no symbol."""
        places = self._places(under.begin or (0, 0))[under.taken if letter == "s" else 0 :]
        cells, left = (align if letter == "w" else align_symbols)(text, [bar for bar, _ in places])
        if left:
            what, where = ("syllable", "sing") if letter == "w" else ("symbol", "put")
            message = f"{left} {what}{'s' if left > 1 else ''} more than notes to {where} them on"
            self._say("too-many-words", message, column - 1, text.strip()[-40:], "* passes over a note")
        under.taken += len(cells)
        self._at = column - 1
        for bar, group in groupby(zip(places, cells, strict=False), key=lambda pair: pair[0][0]):
            events = list(self.bars[bar].events if bar < len(self.bars) else self._main_layer())
            for (_, index), cell in group:
                event = events[index]
                marks = self._sung(event.marks, under.count, cell) if letter == "w" else event.marks
                if letter == "s" and cell:
                    marks = self._with_symbol(replace(marks), cell)
                if marks is not event.marks:
                    events[index] = replace(event, marks=marks)
            self._put_back(bar, events)

    def _places(self, begin: Place) -> list[Place]:
        """Where every note and chord stands from `begin` on."""
        first, skipped = begin
        found = []
        for number in range(first, len(self.bars) + 1):
            events = self.bars[number].events if number < len(self.bars) else self._main_layer()
            start = skipped if number == first else 0
            found += [(number, i) for i in range(start, len(events)) if not isinstance(events[i], Rest)]
        return found

    def _sung(self, marks: Marks, verse: int, syllable: Syllable) -> Marks:
        """The marks with a syllable of this verse, from 0."""
        if not syllable:
            return marks
        before = marks.lyrics[:verse]
        return replace(marks, lyrics=(*before, *[""] * (verse - len(before)), syllable))

    def _put_back(self, bar: int, events: list[Event]) -> None:
        if bar < len(self.bars):
            self.bars[bar] = replace(self.bars[bar], events=tuple(events))
        elif self._layers:
            self._layers[0] = tuple(events)
        else:
            self._events = events
