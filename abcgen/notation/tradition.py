"""The keys in which traditional music is played, and the tunes of the dialect moved into them."""

from __future__ import annotations

from abcgen.errors import UsageError
from abcgen.notation.dialect import DialectTune, NotInDialect, to_dialect
from abcgen.notation.transpose import transpose_to
from abcgen.notation.tune import Tune

#: By mode, the keys that fiddles, whistles, flutes, pipes and free reeds play in.
KEYS: dict[str, tuple[str, ...]] = {
    "major": ("C", "G", "D", "A", "E", "F", "Bb", "Eb"),
    "minor": ("Am", "Em", "Bm", "F#m", "Dm", "Gm", "Cm"),
    "dorian": ("Ddor", "Ador", "Edor", "Bdor", "Gdor", "Cdor"),
    "mixolydian": ("Dmix", "Amix", "Gmix", "Emix", "Cmix", "Bmix"),
    "phrygian": ("Ephr", "Aphr", "Bphr", "Dphr", "F#phr"),
    "lydian": ("Glyd", "Dlyd", "Clyd", "Flyd", "Alyd"),
    "locrian": ("Bloc", "Eloc", "F#loc", "C#loc"),
}
#: The range in which a moved tune stays, unless it was beyond it: a fiddle's first position and a bit more.
LOWEST, HIGHEST = 55, 88


def in_another_key(tune: Tune, key: str) -> DialectTune | None:
    """A tune of the dialect in one of the `KEYS` of its mode; None where that is no place for it."""
    if not tune.key.tonic or tune.key.bagpipe:
        return None
    before = [pitch.midi for bar in tune.bars for event in bar.events for pitch in event.pitches]
    try:
        moved = transpose_to(tune, key)
        spelled = to_dialect(moved)
    except (UsageError, NotInDialect):
        return None
    after = [pitch.midi for bar in moved.bars for event in bar.events for pitch in event.pitches]
    if min(after) < min(LOWEST, *before) or max(after) > max(HIGHEST, *before):
        return None
    return spelled
