"""A tune as an engraved score: one safe SVG, systems from top to bottom.

The engraver reads the tune's text for itself, so its reading is compared with ours, note for note,
before a picture is handed on. Pages are `sheets`' business.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from abcgen.errors import ScoreError
from abcgen.notation.key import clef_shift
from abcgen.notation.tune import Event, Rest, Tune, Voice
from abcgen.notation.voices import clef_of
from abcgen.scores.abc2svg import WHOLE_NOTE, Drawing, EngraverFault, draw, music_font
from abcgen.scores.clean import engraver_text
from abcgen.scores.limits import check_limits
from abcgen.scores.look import PLAIN, Look, checked_look, with_rows
from abcgen.scores.printable import printable
from abcgen.scores.svg import Picture, picture
from abcgen.scores.ties import with_true_ties

Drawn = tuple[tuple[int, tuple[int, ...]], ...]


def to_svg(tune: Tune, look: Look = PLAIN) -> str:
    """The score of `tune` as one SVG document that needs no other file.

    Raises ScoreError when the tune is too large, or the score would not show the notes that were read.
    """
    return engraved(tune, look).svg(tune.title or "score", music_font())


def engraved(tune: Tune, look: Look = PLAIN) -> Picture:
    """The systems of the score of `tune`. Raises ScoreError as `to_svg` does, UsageError for no such look."""
    check_limits(tune)
    tune = printable(with_true_ties(tune))
    shown = with_rows(tune, checked_look(look))
    try:
        drawing = draw(engraver_text(shown, look.scale))
    except EngraverFault:
        # It fails on some slurs that go on over the end of a line; a score without slurs is better than none.
        drawing = draw(engraver_text(shown, look.scale, slurs=False))
    _check_notes(tune, drawing)
    return picture(drawing.pieces)


def _check_notes(tune: Tune, drawing: Drawing) -> None:
    """Raise ScoreError at the first note that the engraver read otherwise than we did."""
    drawn = [notes for notes in drawing.voices.values() if notes]
    read = [notes for voice in tune.voices for layer in _layers(voice) if (notes := tuple(_written(layer)))]
    if sorted(drawn) == sorted(read):
        return
    if len(drawn) != len(read):
        raise ScoreError(f"the score would show {len(drawn)} voices with notes, the tune has {len(read)}")
    for ours, theirs in zip(read, drawn, strict=True):
        if len(ours) != len(theirs):
            raise ScoreError(f"the score would show {len(theirs)} notes, the tune has {len(ours)}")
        for index, ((length, pitches), (their_length, their_pitches)) in enumerate(
            zip(ours, theirs, strict=True), 1
        ):
            if pitches != their_pitches:
                raise ScoreError(f"note {index} of the score would be {their_pitches}, not {pitches}")
            if length != their_length:
                lengths = f"{Fraction(their_length, WHOLE_NOTE)}, not {Fraction(length, WHOLE_NOTE)}"
                raise ScoreError(f"note {index} of the score would last {lengths}")


def _layers(voice: Voice) -> Iterator[list[tuple[Event, int]]]:
    """The events of a voice, then those of its overlays, each a voice to the engraver.

    With each goes by how many semitones its clef moves it.
    """
    shifts = [clef_shift(clef_of(voice, bar)) for bar in voice.bars]
    bars = list(zip(voice.bars, shifts, strict=True))
    yield [(event, shift) for bar, shift in bars for event in bar.events]
    for depth in range(max((len(bar.overlays) for bar in voice.bars), default=0)):
        layers = ((layer, shift) for bar, shift in bars for layer in bar.overlays[depth : depth + 1])
        yield [(event, shift) for layer, shift in layers for event in layer]


def _written(events: list[tuple[Event, int]]) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Length as written, in the engraver's units, and pitches of every note and chord."""
    for event, shift in events:
        if not isinstance(event, Rest):
            pitches = tuple(sorted(pitch.midi + shift for pitch in event.pitches))
            yield int(event.written * WHOLE_NOTE), pitches
