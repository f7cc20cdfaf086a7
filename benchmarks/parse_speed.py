"""Milliseconds a tune: abcgen's reading and checking against music21's reading alone, same tunes, same run.

python benchmarks/parse_speed.py [--tunes 200]
"""

from __future__ import annotations

import argparse
import random
import statistics
import time

from abcgen.corpus.sources import find_sources
from abcgen.notation import parse_book


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tunes", type=int, default=200)
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    from music21.abcFormat import ABCHandler
    from music21.abcFormat.translate import abcToStreamScore

    texts = [raw.tune.source for source in find_sources([]) for raw in source.tunes() if raw.tune.valid]
    texts = random.Random(arguments.seed).sample(texts, arguments.tunes)  # noqa: S311 - a sample, no secret
    ours: list[float] = []
    theirs: list[float] = []
    failed = 0
    for text in texts:
        started = time.perf_counter()
        parse_book(text)
        ours.append(time.perf_counter() - started)
        started = time.perf_counter()
        try:
            handler = ABCHandler()
            handler.process(text)
            abcToStreamScore(handler)
        except Exception as error:  # a peer that fails on a tune is counted, not timed
            failed += 1
            print(f"music21: {type(error).__name__} on {text.splitlines()[1]!r}")
            ours.pop()
            continue
        theirs.append(time.perf_counter() - started)
    mine, other = statistics.median(ours) * 1000, statistics.median(theirs) * 1000
    print(f"tunes {len(ours)} (music21 failed on {failed}) | seed {arguments.seed}")
    print(f"{'reader':<28}{'median ms a tune':>18}")
    print(f"{'abcgen, read and check':<28}{mine:>18.2f}")
    print(f"{'music21, read':<28}{other:>18.2f}")
    print(f"{'ratio':<28}{other / mine:>18.1f}")


if __name__ == "__main__":
    main()
