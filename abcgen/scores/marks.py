"""What hangs on a note, as music21 has it: ornaments, bowing, chord symbols, fingerings, words.

Nothing here changes pitch or time; a mark that music21 has no word for is left out. Words that are held over
notes have no line there.
"""

from __future__ import annotations

import re
from typing import Any

from abcgen.notation.harmony import CHORD_SYMBOL, NO_CHORD
from abcgen.notation.tune import Event
from abcgen.scores.m21 import music21

_ARTICULATIONS = {
    "staccato": "Staccato",
    "accent": "Accent",
    ">": "Accent",
    "emphasis": "Accent",
    "tenuto": "Tenuto",
    "upbow": "UpBow",
    "downbow": "DownBow",
}
_EXPRESSIONS = {
    "fermata": "Fermata",
    "trill": "Trill",
    "turn": "Turn",
    "roll": "Turn",  # the sign that is nearest to it
    "irishroll": "Turn",
    "lowermordent": "Mordent",
    "mordent": "Mordent",
    "uppermordent": "InvertedMordent",
    "pralltriller": "InvertedMordent",
}
#: Signs from which, and to which, a player leaps.
_JUMPS = {
    "segno": "Segno",
    "coda": "Coda",
    "fine": "Fine",
    "D.C.": "DaCapo",
    "dacapo": "DaCapo",
    "dacs": "DalSegno",
    "D.S.": "DalSegno",
    "D.C.alfine": "DaCapoAlFine",
    "D.C.alcoda": "DaCapoAlCoda",
    "D.S.alfine": "DalSegnoAlFine",
    "D.S.alcoda": "DalSegnoAlCoda",
}
#: Kinds of chords as MusicXML names them, by how they are written; of several the usual one comes first.
KIND_NAMES = {
    "": "major",
    "maj": "major",
    "m": "minor",
    "min": "minor",
    "7": "dominant-seventh",
    "maj7": "major-seventh",
    "m7": "minor-seventh",
    "min7": "minor-seventh",
    "mmaj7": "minor-major-seventh",
    "dim": "diminished",
    "dim7": "diminished-seventh",
    "m7b5": "half-diminished-seventh",
    "+": "augmented",
    "aug": "augmented",
    "aug7": "augmented-seventh",
    "+7": "augmented-seventh",
    "sus2": "suspended-second",
    "sus4": "suspended-fourth",
    "sus": "suspended-fourth",
    "7sus4": "suspended-fourth-seventh",
    "7sus": "suspended-fourth-seventh",
    "5": "power",
    "6": "major-sixth",
    "m6": "minor-sixth",
    "9": "dominant-ninth",
    "maj9": "major-ninth",
    "m9": "minor-ninth",
}
_FINGER = re.compile(r"[0-5]")


def add_marks(event: Event, element: Any) -> None:
    """Hang the event's ornaments and fingering on its music21 note or chord."""
    m21 = music21()
    for name in event.marks.decorations:
        if name in _ARTICULATIONS:
            element.articulations.append(getattr(m21.articulations, _ARTICULATIONS[name])())
        elif name in _EXPRESSIONS:
            element.expressions.append(getattr(m21.expressions, _EXPRESSIONS[name])())
    for finger in _fingers(event):
        element.articulations.append(m21.articulations.Fingering(finger))


class Under:
    """What goes on from note to note of a voice: words, a syllable a verse, and slurs."""

    def __init__(self) -> None:
        self.slurs: list[Any] = []
        self._begun: list[Any] = []
        self._in_word: dict[int, bool] = {}

    def add(self, event: Event, first: Any, last: Any) -> None:
        """Take a note or chord; `first` and `last` are its music21 elements, several where it is tied."""
        for verse, syllable in enumerate(event.marks.lyrics, 1):
            self._sing(verse, _words(syllable), first)
        self._begun += [first] * event.marks.slurs_opened
        for _ in range(min(event.marks.slurs_closed, len(self._begun))):
            begin = self._begun.pop()
            if begin is not last:
                self.slurs.append(music21().spanner.Slur(begin, last))

    def _sing(self, verse: int, syllable: str, element: Any) -> None:
        text = syllable.removesuffix("-")
        if text in {"", "_"}:
            return
        before, after = self._in_word.get(verse, False), syllable.endswith("-")
        kind = {
            (False, False): "single",
            (False, True): "begin",
            (True, True): "middle",
            (True, False): "end",
        }
        element.lyrics.append(music21().note.Lyric(text, number=verse, syllabic=kind[before, after]))
        self._in_word[verse] = after


def add_words(event: Event, measure: Any) -> None:
    """Put the event's signs of jumps, chord symbol and annotations into the measure, where it comes next."""
    m21 = music21()
    for name in event.marks.decorations:
        if name in _JUMPS:
            measure.append(getattr(m21.repeat, _JUMPS[name])())
    symbol = event.marks.chord_symbol.strip()
    if match := CHORD_SYMBOL.fullmatch(symbol):
        root, bass = match[1] + match[2].replace("b", "-"), match[4]
        extra = {"bass": bass + (match[5] or "").replace("b", "-")} if bass else {}
        measure.append(m21.harmony.ChordSymbol(root=root, kind=KIND_NAMES[match[3]], **extra))
    elif NO_CHORD.fullmatch(symbol):
        measure.append(m21.harmony.NoChord())
    elif symbol and not _FINGER.fullmatch(symbol):
        measure.append(m21.expressions.TextExpression(_words(symbol)))
    for text in event.marks.annotations:
        words = _words(text[1:])
        if words and not _FINGER.fullmatch(words):
            measure.append(m21.expressions.TextExpression(words))


def _fingers(event: Event) -> list[int]:
    texts = [event.marks.chord_symbol, *(text[1:] for text in event.marks.annotations)]
    return [int(text) for text in map(str.strip, texts) if _FINGER.fullmatch(text)] if event.pitches else []


def _words(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text).strip()[:200]
