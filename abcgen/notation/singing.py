"""A voice and the words sung to it: `w:` lines laid on the notes that were read before them.

How a line is cut into syllables is in `lyrics`. ABC 2.1, section 5.1.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby

from abcgen.notation.lyrics import Syllable, align
from abcgen.notation.tune import Rest
from abcgen.notation.voice import VoiceState

MAX_VERSES = 16
MAX_CONTINUED = 16


class SungVoice(VoiceState):
    """A voice that takes words."""

    _sung: tuple[int, int] | None = None  # bar and event with which the line to be sung begins
    _verse = 0
    _words = ""
    _continued = 0

    def _begin_sung(self) -> None:
        """Music goes on after words, or begins: the next words are sung from here."""
        if self._verse or self._sung is None:
            self._sung = (len(self.bars), len(self._main_layer()))
            self._verse = 0

    def read_words(self, text: str, number: int, column: int, *, more: bool = False) -> None:
        """A `w:` line: a syllable a note since the last line with words; the next is another verse.

        With `more` the line goes on with the verse before it (`+:`).
        """
        if more and self._verse:
            self._continued += 1
            if self._continued > MAX_CONTINUED:
                self.line = number
                self._say("too-large", f"words go on for more than {MAX_CONTINUED} lines", column - 1, text)
                return
            self._verse -= 1
            text = f"{self._words} {text}"
        else:
            self._continued = 0
        if self._sung is None or self._verse >= MAX_VERSES:
            return
        self._words = text
        places = self._sung_places()
        syllables, left = align(text, [bar for bar, _ in places])
        if left:
            self.line = number
            message = f"{left} syllables more than notes to sing them on"
            self._say("too-many-words", message, column - 1, text.strip()[-40:], "* passes over a note")
        sung = zip(places, syllables, strict=False)
        for bar, group in groupby(sung, key=lambda pair: pair[0][0]):
            self._sing(bar, [(index, syllable) for (_, index), syllable in group])
        self._verse += 1

    def _sung_places(self) -> list[tuple[int, int]]:
        """Bar and event index of every note and chord since the sung line began."""
        first, skipped = self._sung or (0, 0)
        found = []
        for number in range(first, len(self.bars) + 1):
            events = self.bars[number].events if number < len(self.bars) else self._main_layer()
            start = skipped if number == first else 0
            found += [(number, i) for i in range(start, len(events)) if not isinstance(events[i], Rest)]
        return found

    def _sing(self, bar: int, syllables: list[tuple[int, Syllable]]) -> None:
        """Lay syllables on the events of a bar that have these indexes."""
        events = list(self.bars[bar].events if bar < len(self.bars) else self._main_layer())
        for index, syllable in syllables:
            event = events[index]
            before = event.marks.lyrics[: self._verse]
            verses = (*before, *[""] * (self._verse - len(before)), syllable)
            if syllable or event.marks.lyrics:
                events[index] = replace(event, marks=replace(event.marks, lyrics=verses))
        if bar < len(self.bars):
            self.bars[bar] = replace(self.bars[bar], events=tuple(events))
        elif self._layers:
            self._layers[0] = tuple(events)
        else:
            self._events = events
