"""Do the wishes hold, are the tunes valid, and how fast do they come? A table over controls, n tunes each.

    python benchmarks/steering.py [-n 200] [--model DIR] [--weights random]

`valid`: share of the tunes that hold on every step of the validity ladder, music21's among them, read back
from the ABC that is written for people. `as asked`: share of them that have metre, key signature, rhythm,
form, bars a section, pickup, endings, length and range as they were asked for. `tunes/s`: drawn and read back
by abcgen, not by music21; the first tunes of a wish, with nothing remembered yet, are among them.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from abcgen.generation import Controls, Sampling, TuneSource
from abcgen.models import build_model, load_model
from abcgen.notation import Tune, parse_tune, write_abc
from abcgen.notation.beginnings import ALL_PITCHES
from abcgen.notation.instruments import sounding_pitches
from abcgen.notation.ladder import broken_steps
from abcgen.notation.shape import ends_on_tonic
from abcgen.notation.steering import origin_name, steering_lines
from abcgen.resources import embedded_model
from abcgen.scores import score_problem

WISHES = {
    "nothing": Controls(),
    "jig 6/8 Edor": Controls("jig", "6/8", "Edor"),
    "reel, AABB of 8 bars": Controls("reel", form="AABB", bars=8),
    "Em, ABAC, pickup 1/8": Controls(key="Em", form="ABAC", pickup="1/8"),
    "hornpipe with endings": Controls("hornpipe", endings=True),
    "7/8 Dphr": Controls(meter="7/8", key="Dphr"),
    "waltz of 32 bars": Controls("waltz", length=32),
    "Scottish, D4..A5": Controls(origin="Scotland", range="D4..A5"),
    "tin-whistle-d": Controls(instrument="tin-whistle-d"),
    "highland-pipes": Controls(instrument="highland-pipes"),
    "|:dBAG": Controls(start="|:dBAG"),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=200)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--weights", choices=["trained", "random"], default="trained")
    parser.add_argument("--temperature", type=float, default=Sampling().temperature)
    arguments = parser.parse_args()
    path = arguments.model or embedded_model()
    model, tokenizer = load_model(path)
    if arguments.weights == "random":
        model = build_model(tokenizer, "lfm2", "tiny", seed=arguments.seed)
    sampling = Sampling(arguments.temperature)
    drawn = f"T {sampling.temperature} top-p {sampling.top_p} | seed {arguments.seed}"
    print(f"n {arguments.n} | {drawn} | model {path.name}, {arguments.weights} weights")
    print(f"{'asked':<24}{'valid':>9}{'as asked':>10}{'tunes/s':>9}")
    for name, controls in WISHES.items():
        source = TuneSource(model, tokenizer, controls, sampling, arguments.seed)
        started = time.perf_counter()
        found = list(source.tunes(arguments.n))
        taken = time.perf_counter() - started
        tunes = [parse_tune(write_abc(generated.tune)) for generated in found]
        valid = sum(not broken_steps(tune, score_problem) for tune in tunes) / len(tunes)
        asked = sum(is_as_asked(tune, controls) for tune in tunes) / len(tunes)
        print(f"{name:<24}{valid:>9.1%}{asked:>10.1%}{len(tunes) / taken:>9.1f}", flush=True)


def is_as_asked(tune: Tune, controls: Controls) -> bool:
    """Whether a tune, as anybody reads it, is all that was asked for."""
    lines = {
        f"R:{tune.rhythm}",
        f"O:{origin_name(tune.field_text('O'))}",
        f"M:{tune.meter.plain()}",
        f"K:{tune.key.plain()}",
        *steering_lines(tune),
    }
    pitches = controls.wishes.pitches
    in_range = pitches == ALL_PITCHES or all(pitches >> midi & 1 for midi in sounding_pitches(tune))
    final = controls.wishes.final
    home = not final or ends_on_tonic(tune) == (final == "tonic")
    return lines.issuperset(controls.wishes.lines) and in_range and home


if __name__ == "__main__":
    main()
