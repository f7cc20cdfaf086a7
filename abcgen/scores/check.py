"""Step 5 of the validity ladder: a tune that music21 converts without changing a note."""

from __future__ import annotations

from abcgen.errors import ScoreError
from abcgen.notation.tune import Tune
from abcgen.scores.midi import to_midi
from abcgen.scores.musicxml import to_musicxml


def score_problem(tune: Tune) -> str | None:
    """Why `tune` does not pass step 5; None when it does.

    It passes when music21 gives a MIDI file of it, played through, and a MusicXML file, as written,
    and both hold the notes that we read: count, pitch, onset, duration.
    """
    try:
        to_midi(tune)
        to_musicxml(tune)
    except ScoreError as error:
        return str(error)
    return None
