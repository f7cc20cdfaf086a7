"""The dialect's acceptor over the public-domain corpus: what it takes, what it refuses, how fast it is.

    python benchmarks/acceptor.py [--corpus data/pd] [-n 1000] [--seed 7]

Every tune must be taken, with all header lines that steer. Then each kind of fault of `faults.py` is put into
n tunes, one at a time, into a bar that is whole; `refused` is the share that the acceptor does not take.
"""

from __future__ import annotations

import argparse
import random
import time
from pathlib import Path

from faults import FAULTS, faulty_ones

from abcgen.corpus import load_corpus
from abcgen.evaluation import wilson
from abcgen.notation import parse_tune
from abcgen.notation.acceptor import accepts
from abcgen.notation.steering import with_lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", default="data/pd")
    parser.add_argument("-n", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    rows = [row for split in load_corpus(Path(arguments.corpus)).values() for row in split]
    texts = [with_lines(row["header"], row["steering"].splitlines()) + row["body"] for row in rows]
    began = time.perf_counter()
    taken = sum(map(accepts, texts))
    seconds = time.perf_counter() - began
    print(f"{taken} of {len(texts)} tunes taken; {sum(map(len, texts)) / seconds:,.0f} characters a second")
    tunes = [parse_tune(text) for text in texts]
    print(f"n {arguments.n} | seed {arguments.seed}\n{'fault':<20}{'refused':>8}{'95 % interval':>20}")
    for name, fault in FAULTS.items():
        rng = random.Random(f"{arguments.seed} {name}")  # noqa: S311 - not for secrets
        refused = tried = 0
        for text, _, _ in faulty_ones(tunes, fault, arguments.n, rng):
            tried += 1
            refused += not accepts(text)
        interval = wilson(refused, tried)
        print(f"{name:<20}{interval.estimate:>8.3f}{f'[{interval.low:.3f}, {interval.high:.3f}]':>20}")


if __name__ == "__main__":
    main()
