"""How many tunes come out otherwise in batches than alone, by the noise of floats.

    python benchmarks/flips.py [-n 1000] [--seed 7]

A draw is an argmax over logits plus noise that hangs on seed, tune and step alone. The logits of a row hang,
in their last bits, on how many rows are multiplied together, and where two tokens all but tie, the other one
wins; from there on the tune is another, as valid.
"""

from __future__ import annotations

import argparse
from itertools import takewhile

from abcgen.generation import TuneSource, Vocabulary
from abcgen.generation.loop import ROWS
from abcgen.models import load_tokenizer
from abcgen.resources import embedded_model


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("-n", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    source = TuneSource.open(embedded_model(), seed=arguments.seed)
    vocabulary = Vocabulary(load_tokenizer(embedded_model()))
    together = [found.text for found in source.tunes(arguments.n)]
    alone = [next(source.tunes(1, first=number)).text for number in range(arguments.n)]
    tokens = sum(len(vocabulary.encode(text)) for text in alone)
    differing = [(one, other) for one, other in zip(together, alone, strict=True) if one != other]
    print(f"{len(differing)} of {arguments.n} tunes differ in batches of {ROWS}, of {tokens:,} tokens drawn")
    for one, other in differing:
        same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
        print(
            f"  after {same} characters: {one[same : same + 9]!r} together, {other[same : same + 9]!r} alone"
        )


if __name__ == "__main__":
    main()
