"""How fast the tokenizer cuts the tunes of a corpus, in batches, on one core.

python benchmarks/encoding.py [--corpus data/pd] [--tokenizer tokenizer]
"""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path

os.environ["RAYON_NUM_THREADS"] = "1"  # before tokenizers starts its threads

from abcgen.corpus import load_corpus
from abcgen.models import load_tokenizer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", default="data/pd")
    parser.add_argument("--tokenizer", default="tokenizer")
    arguments = parser.parse_args()
    texts = [
        row["header"] + row["body"] for rows in load_corpus(Path(arguments.corpus)).values() for row in rows
    ]
    tokenizer = load_tokenizer(arguments.tokenizer)
    rates = []
    for _ in range(5):
        began = time.perf_counter()
        tokenizer(texts)
        rates.append(sum(map(len, texts)) / (time.perf_counter() - began))
    print(f"{len(texts):,} tunes, one core: {sorted(rates)[2]:,.0f} characters a second (median of five)")


if __name__ == "__main__":
    main()
