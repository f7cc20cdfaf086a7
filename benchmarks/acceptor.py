"""The dialect's acceptor over the public-domain corpus: what it takes, what it refuses, how fast it is.

    python benchmarks/acceptor.py [--corpus data/pd] [-n 1000] [--seed 7]

Every tune must be taken, with all header lines that steer. Then each kind of fault of `faults.py` is put into
n tunes, one at a time, into a bar that is whole; so are a whole bar lost, one played twice, and a header line
of another tune that is not so of this one. `refused` is the share that the acceptor does not take.
"""

from __future__ import annotations

import argparse
import random
import re
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from faults import FAULTS, faulty_ones

from abcgen.corpus import load_corpus
from abcgen.evaluation import wilson
from abcgen.notation import parse_tune
from abcgen.notation.acceptor import accepts
from abcgen.notation.steering import with_lines

#: A bar between plain bar lines, with the one after it.
_INNER_BAR = re.compile(r"(?<=[^|:]\|)[^|:\]\d][^|:]*\|(?=[^|:\]\d])")


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
        tell(name, [text for text, _, _ in faulty_ones(tunes, fault, arguments.n, rng)])
    rng = random.Random(arguments.seed)  # noqa: S311 - not for secrets
    tell("bar lost", list(islice(with_bars(texts, 0, rng), arguments.n)))
    tell("bar played twice", list(islice(with_bars(texts, 2, rng), arguments.n)))
    tell("false header line", list(islice(with_false_lines(texts, rng), arguments.n)))


def tell(name: str, faulty: list[str]) -> None:
    """Print the share of the texts that the acceptor refuses."""
    interval = wilson(sum(not accepts(text) for text in faulty), len(faulty))
    print(f"{name:<20}{interval.estimate:>8.3f}{f'[{interval.low:.3f}, {interval.high:.3f}]':>20}")


def with_bars(texts: list[str], times: int, rng: random.Random) -> Iterator[str]:
    """Texts in which one bar within a section stands so many times."""
    for text in rng.sample(texts, len(texts)):
        header, _, body = text.partition("\nK:")
        bars = list(_INNER_BAR.finditer(body))
        if bars:
            bar = rng.choice(bars)
            yield f"{header}\nK:{body[: bar.start()]}{times * bar[0]}{body[bar.end() :]}"


def with_false_lines(texts: list[str], rng: random.Random) -> Iterator[str]:
    """Texts with one of their header lines as it stands in another tune."""
    for text in rng.sample(texts, len(texts)):
        line = rng.choice([line for line in text.split("\n") if line.startswith("%%")])
        kind = line.partition(" ")[0]
        others = [one for one in rng.choice(texts).split("\n") if one.partition(" ")[0] == kind]
        if others and others[0] != line:
            yield text.replace(line, others[0], 1)


if __name__ == "__main__":
    main()
