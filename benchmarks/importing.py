"""How well tunes come back from MIDI and MusicXML: their notes, their bar lines, and from uneven playing.

    python benchmarks/importing.py [--corpus data/pd] [-n 360] [--split test]

Each tune is written, read again, and held beside what was written. Played unevenly: every onset is off by a
normal 12 or 30 thousandths of a quarter note (6, 15 ms at 120 a minute), every note up to an eighth shorter.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections import Counter
from fractions import Fraction
from pathlib import Path

from abcgen.corpus import load_corpus
from abcgen.errors import ScoreError
from abcgen.notation import Tune, parse_tune
from abcgen.notation.sounding import sound_bars
from abcgen.plots import table
from abcgen.scores import to_midi, to_musicxml
from abcgen.scores.quantise import quantised
from abcgen.scores.reading import read_score

#: Standard deviations of onsets in uneven playing, in quarter notes.
SPREADS = (0.012, 0.03)


def bar_lines(tune: Tune) -> set[Fraction]:
    """When the bars of a tune begin, in whole notes."""
    now, found = Fraction(0), set()
    for bar in tune.bars:
        found.add(now)
        now += bar.duration
    return found


def unevenly_played(tune: Tune, spread: float, rng: random.Random) -> list[tuple[Fraction, Fraction, int]]:
    notes = []
    for sound in sound_bars(tune.bars):
        onset, end = sound.onset * 4, (sound.onset + sound.duration) * 4
        moved = max(Fraction(0), onset + Fraction(rng.gauss(0, spread)).limit_denominator(960))
        notes.append((moved, end - (end - onset) * Fraction(rng.randrange(125), 1000), sound.midi))
    return notes


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", default="data/pd")
    parser.add_argument("--split", default="test")
    parser.add_argument("-n", type=int, default=360)
    arguments = parser.parse_args()
    rows = load_corpus(Path(arguments.corpus))[arguments.split].select(range(arguments.n))
    rng, found = random.Random(7), Counter[str]()  # noqa: S311 - chance, not secrets
    right = Counter[float | str]()
    with tempfile.TemporaryDirectory() as folder:
        for row in rows:
            tune = parse_tune(f"X:1\nT:Tune\n{row['header'].partition(chr(10))[2]}{row['body']}")
            played = tune.unfolded()
            found["tunes"] += 1
            for kind, write, want in ((".mid", to_midi, played), (".musicxml", to_musicxml, tune)):
                path = Path(folder) / f"tune{kind}"
                try:
                    path.write_bytes(write(tune))
                    read = read_score(path)
                except ScoreError:
                    continue
                found[f"{kind} read"] += 1
                found[f"{kind} same notes"] += sound_bars(read.bars) == sound_bars(want.bars)
                found[f"{kind} bar lines where they were"] += bar_lines(read) <= bar_lines(want)
                found[f"{kind} same key"] += read.key == tune.key
            meant = [(sound.onset, (sound.midi,)) for sound in sound_bars(played.bars)]
            for spread in SPREADS:
                notes = quantised(unevenly_played(played, spread, rng))
                onsets = [(note.onset / 4, note.midis) for note in notes]
                found[f"played unevenly, {spread}: all onsets"] += onsets == meant
                right[spread] += len(set(onsets) & set(meant))
            right["of"] += len(set(meant))
    print(table([("", "tunes"), *((name, str(count)) for name, count in found.items())]))
    for spread in SPREADS:
        share = right[spread] / right["of"]
        print(f"played unevenly, {spread}: {share:.2%} of {right['of']:,} notes begin as meant")


if __name__ == "__main__":
    main()
