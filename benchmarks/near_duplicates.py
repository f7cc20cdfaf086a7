"""How well near-duplicates are known for what they are, by kind of variation.

    python benchmarks/near_duplicates.py [--corpus data/pd] [-n 500] [--seed 7]

Each kind of variation is put into n tunes of the corpus. `alike`: the share that is still at or above the
threshold of near-duplicates, measured exactly. `found`: the share of those that the hashes bring together, as
the build needs. The last line measures chance: pairs of different tunes drawn at random.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from abcgen.corpus import load_corpus
from abcgen.corpus.likeness import likable, likeness, signatures
from abcgen.corpus.selection import NEAR_DUPLICATE
from abcgen.errors import UsageError
from abcgen.evaluation import wilson
from abcgen.notation import Tune, parse_tune
from abcgen.notation.meter import parse_meter
from abcgen.notation.transpose import transpose_by
from abcgen.notation.tune import Bar, Event, Note, Pitch


def with_events(tune: Tune, change: Callable[[Bar], tuple[Event, ...]]) -> Tune:
    bars = tuple(replace(bar, events=change(bar)) for bar in tune.bars)
    return replace(tune, voices=(replace(tune.voices[0], bars=bars),))


def other_key(tune: Tune, rng: random.Random) -> Tune:
    return transpose_by(tune, rng.choice([-5, -3, -2, 2, 3, 5]))


def octave(tune: Tune, rng: random.Random) -> Tune:
    return transpose_by(tune, 12)


def twice_as_long(tune: Tune, rng: random.Random) -> Tune:
    def slower(note: Note) -> Note:
        return replace(note, duration=2 * note.duration, written=2 * note.written)

    return with_events(tune, lambda bar: tuple(slower(e) for e in bar.events if isinstance(e, Note)))


def half_bars(tune: Tune, rng: random.Random) -> Tune:
    found: list[Bar] = []
    for bar in tune.bars:
        middle = len(bar.events) // 2
        found += [replace(bar, events=bar.events[:middle]), replace(bar, events=bar.events[middle:])]
    bars = tuple(bar for bar in found if bar.events)
    return replace(tune, voices=(replace(tune.voices[0], bars=bars),))


def halved_in_3_8(tune: Tune, rng: random.Random) -> Tune:
    """A tune in 3/4 as one in 3/8, and ornamented. Raises UsageError for any other tune."""
    if str(tune.meter) != "3/4":
        raise UsageError("a tune in 3/4 is needed")
    changed = notes_split(tune, rng)

    def faster(bar: Bar) -> tuple[Event, ...]:
        return tuple(replace(e, duration=e.duration / 2, written=e.written / 2) for e in bar.events)

    found = with_events(changed, faster)
    bars = tuple(replace(bar, meter=parse_meter("3/8")) for bar in found.bars)
    return replace(found, voices=(replace(found.voices[0], bars=bars),))


def neighbour(pitch: Pitch, rng: random.Random) -> Pitch:
    steps = "CDEFGAB"
    place = pitch.diatonic + rng.choice([-2, -1, 1, 2])
    return Pitch(steps[place % 7], 0, place // 7)


def notes_changed(share: float) -> Callable[[Tune, random.Random], Tune]:
    def vary(tune: Tune, rng: random.Random) -> Tune:
        def change(bar: Bar) -> tuple[Event, ...]:
            return tuple(
                replace(e, pitch=neighbour(e.pitch, rng))
                if isinstance(e, Note) and rng.random() < share
                else e
                for e in bar.events
            )

        return with_events(tune, change)

    return vary


def notes_split(tune: Tune, rng: random.Random) -> Tune:
    """A quarter of the notes become the note, its neighbour, and the note again."""

    def change(bar: Bar) -> tuple[Event, ...]:
        found: list[Event] = []
        for event in bar.events:
            if isinstance(event, Note) and event.tuplet is None and rng.random() < 0.25:
                half, quarter = event.duration / 2, event.duration / 4
                pitches = (event.pitch, neighbour(event.pitch, rng), event.pitch)
                found += [
                    replace(event, pitch=pitch, duration=length, written=length, tie=False)
                    for pitch, length in zip(pitches, (half, quarter, quarter), strict=True)
                ]
            else:
                found.append(event)
        return tuple(found)

    return with_events(tune, change)


def half_of_it(tune: Tune, rng: random.Random) -> Tune:
    bars = tune.bars[: len(tune.bars) // 2]
    return replace(tune, voices=(replace(tune.voices[0], bars=bars),))


VARIATIONS: dict[str, Callable[[Tune, random.Random], Tune]] = {
    "another key": other_key,
    "an octave up": octave,
    "notes twice as long": twice_as_long,
    "bars cut in two": half_bars,
    "a quarter ornamented": notes_split,
    "the same, 3/4 in 3/8": halved_in_3_8,
    "5 % of notes changed": notes_changed(0.05),
    "10 % of notes changed": notes_changed(0.1),
    "20 % of notes changed": notes_changed(0.2),
    "only the first half": half_of_it,
}


def line(name: str, alike: int, found: int, tried: int) -> str:
    share = wilson(alike, tried)
    recall = f"{found / alike:>8.3f}" if alike else f"{'':>8}"
    return f"{name:<24}{share.estimate:>8.3f}{f'[{share.low:.3f}, {share.high:.3f}]':>18}{recall}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", default="data/pd")
    parser.add_argument("-n", type=int, default=500)
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    rows = [row for split in load_corpus(Path(arguments.corpus)).values() for row in split]
    rng = random.Random(arguments.seed)  # noqa: S311 - not for secrets
    tunes = [parse_tune(row["header"] + row["body"]) for row in rng.sample(rows, arguments.n)]
    before = [likable(tune.bars) for tune in tunes]
    print(f"threshold {NEAR_DUPLICATE} | n {arguments.n} | seed {arguments.seed}")
    print(f"{'variation':<24}{'alike':>8}{'95 % interval':>18}{'found':>8}")
    for name, vary in VARIATIONS.items():
        alike = found = tried = 0
        for tune, like in zip(tunes, before, strict=True):
            try:
                after = likable(vary(tune, rng).bars)
            except UsageError:
                continue
            tried += 1
            if likeness(like, after) >= NEAR_DUPLICATE:
                alike += 1
                found += bool(np.any(signatures(like) == signatures(after)))
        print(line(name, alike, found, tried))
    pairs = [rng.sample(range(len(tunes)), 2) for _ in range(20_000)]
    alike = sum(likeness(before[i], before[j]) >= NEAR_DUPLICATE for i, j in pairs)
    print(line("two different tunes", alike, 0, len(pairs)))


if __name__ == "__main__":
    main()
