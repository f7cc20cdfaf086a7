"""Do the wishes hold, and what do they cost? A table over controls, n tunes each.

    python benchmarks/steering.py [-n 200] [--model DIR]

`meter` and `key`: share of the tunes handed out that have what was asked, read back from the written ABC.
`raw valid`: share of first draws that were valid, with its 95 % Wilson interval. `redrawn`: share of tunes
that needed more than one draw. The last line counts draws that failed by their first fault.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from pathlib import Path

from abcgen.evaluation import wilson
from abcgen.generation import Controls, Sampling, TuneSource
from abcgen.models import load_model
from abcgen.notation import parse_tune, write_abc
from abcgen.notation.key import parse_key
from abcgen.notation.meter import parse_meter
from abcgen.resources import embedded_model

WISHES = (
    Controls("jig", "6/8", "Edor"),
    Controls(meter="6/8"),
    Controls(key="Edor"),
    Controls(),
)


def percent(held: list[bool]) -> str:
    """The share that held, for the table; nothing where nothing was asked."""
    return f"{sum(held) / len(held):.0%}" if held else ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=200)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--model", type=Path)
    arguments = parser.parse_args()
    path = arguments.model or embedded_model()
    model, tokenizer = load_model(path)
    sampling = Sampling()
    drawn = f"T {sampling.temperature} top-p {sampling.top_p} | seed {arguments.seed}"
    print(f"n {arguments.n} | {drawn} | model {path.name}")
    print(f"{'asked':<24}{'meter':>8}{'key':>8}{'raw valid':>22}{'redrawn':>9}{'draws':>8}{'tunes/s':>9}")
    reasons: Counter[str] = Counter()
    for wishes in WISHES:
        source = TuneSource(model, tokenizer, wishes, sampling, arguments.seed)
        started = time.perf_counter()
        tunes = [parse_tune(write_abc(found.tune)) for found in source.tunes(arguments.n)]
        taken = time.perf_counter() - started
        meters = [t.meter == parse_meter(wishes.meter) for t in tunes if wishes.meter]
        keys = [t.key == parse_key(wishes.key) for t in tunes if wishes.key]
        first = len(tunes) - source.report.redrawn
        share = wilson(first, len(tunes))
        name = " ".join(filter(None, (wishes.rhythm, wishes.meter, wishes.key))) or "(nothing)"
        raw = f"{share.estimate:.3f} [{share.low:.3f}, {share.high:.3f}]"
        redrawn = source.report.redrawn / len(tunes)
        draws = source.report.draws / len(tunes)
        print(
            f"{name:<24}{percent(meters):>8}{percent(keys):>8}{raw:>22}{redrawn:>9.0%}{draws:>8.2f}"
            f"{len(tunes) / taken:>9.2f}",
            flush=True,
        )
        reasons += source.report.reasons
    print("why draws failed: " + ", ".join(f"{reason} {count}" for reason, count in reasons.most_common()))


if __name__ == "__main__":
    main()
