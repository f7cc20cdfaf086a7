"""How new tunes compare with old ones, by temperature: their ends, repeats, steps, and what they copy.

    python benchmarks/style.py [-n 500] [--seed 7] [--model DIR] [--corpus data/pd]

Old tunes are those of the corpus's test split. Steps and lengths are compared in pairs, a note with the next,
by the Jensen-Shannon divergence in bits from old tunes (0: the same, 1: nothing in common); the row of
training tunes says what chance alone makes of it. A last note is short if it is less than an eighth, and
leaps if it is more than an octave from the note before it. Copied are bars in a row from one tune of the
training split, in any key; nothing is drawn again here.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np

from abcgen.corpus import CorpusIndex, load_corpus
from abcgen.corpus.index import INDEX
from abcgen.evaluation.statistics import wilson
from abcgen.generation import Choice, Controls, Sampling, TuneSource
from abcgen.notation import Tune, from_dialect
from abcgen.notation.shape import ends_on_tonic, repeated_share
from abcgen.plots import table
from abcgen.resources import embedded_model

SETTINGS = ((0.5, 0.95), (0.8, 0.95), (1.0, 0.95), (1.0, 1.0), (1.25, 0.9), (1.5, 0.9))
#: Steps beyond an octave count as one.
WIDEST = 13
Pairs = Counter[tuple[int, int]]


def pairs_of(tunes: Sequence[Tune]) -> tuple[Pairs, Pairs]:
    """How often a step follows a step, in semitones, and a length a length."""
    steps: Pairs = Counter()
    lengths: Pairs = Counter()
    for tune in tunes:
        events = [event for bar in tune.bars for event in bar.events if event.pitches]
        tops = [max(pitch.midi for pitch in event.pitches) for event in events]
        moves = [max(-WIDEST, min(WIDEST, after - before)) for before, after in pairwise(tops)]
        steps.update(pairwise(moves))
        lengths.update(pairwise([event.ticks for event in events]))
    return steps, lengths


def cadences(tunes: Sequence[Tune]) -> str:
    """How many last notes are shorter than an eighth, and how many leap over an octave."""
    short, leaps = 0, 0
    for tune in tunes:
        *_, one, last = (event for bar in tune.bars for event in bar.events if event.pitches)
        short += last.duration < Fraction(1, 8)
        leaps += abs(one.pitches[-1].midi - last.pitches[-1].midi) > 12
    return f"{short / len(tunes):.1%}, {leaps / len(tunes):.1%}"


def divergence(one: Pairs, other: Pairs) -> float:
    """The Jensen-Shannon divergence of two counts, in bits (Lin 1991)."""
    keys = sorted({*one, *other})
    p, q = (np.array([counts[key] for key in keys]) / counts.total() for counts in (one, other))
    mean = (p + q) / 2
    parts = [np.sum(each[each > 0] * np.log2(each[each > 0] / mean[each > 0])) for each in (p, q)]
    return float(sum(parts) / 2)


def row_of(
    name: str, tunes: Sequence[Tune], old: Sequence[Tune], index: CorpusIndex | None
) -> tuple[str, ...]:
    """The figures of some tunes, beside those of old ones."""
    homes = [home for home in map(ends_on_tonic, tunes) if home is not None]
    share = wilson(sum(homes), len(homes))
    repeats = np.array([repeated_share(tune) for tune in tunes])
    spread = 1.96 * repeats.std() / len(repeats) ** 0.5
    both = zip(pairs_of(tunes), pairs_of(old), strict=True)
    compared = [f"{divergence(*two):.3f}" if tunes is not old else "" for two in both]
    runs = [index.copied(tune.bars).run.bars for tune in tunes] if index else []
    limit = index.most_human if index else 0
    return (
        name,
        f"{share.estimate:.1%} [{share.low:.1%}, {share.high:.1%}]",
        f"{repeats.mean():.3f} [{repeats.mean() - spread:.3f}, {repeats.mean() + spread:.3f}]",
        *compared,
        cadences(tunes),
        f"{np.mean(runs):.2f}, at most {max(runs)}" if runs else "",
        f"{np.mean([run > limit for run in runs]):.1%}" if runs else "",
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("-n", type=int, default=500)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--model", type=Path, default=embedded_model())
    parser.add_argument("--corpus", type=Path, default=Path("data/pd"))
    arguments = parser.parse_args()
    splits = load_corpus(arguments.corpus)
    index = CorpusIndex.load(arguments.model / INDEX)
    old, train = (
        [from_dialect(row["header"] + row["body"]) for row in splits[split]] for split in ("test", "train")
    )
    some = [train[int(at)] for at in np.random.default_rng(1).permutation(len(train))[: len(old)]]
    rows = [
        (
            "temperature, top-p",
            "end on the tonic",
            "bars repeated",
            "steps, bits off",
            "lengths, bits off",
            "last notes short, leaping",
            "bars copied in a row",
            f"more than {index.most_human}",
        ),
        row_of("old tunes", old, old, index),
        row_of("training tunes", some, old, None),
    ]
    for temperature, top_p in SETTINGS:
        sampling, freely = Sampling(temperature, top_p), Choice(max_copied_bars=1000)
        source = TuneSource.open(arguments.model, Controls(), sampling, arguments.seed, freely)
        found = [one.tune for one in source.tunes(arguments.n)]
        rows.append(row_of(f"{temperature:g}, {top_p:g}", found, old, index))
    print(table(rows))


if __name__ == "__main__":
    main()
