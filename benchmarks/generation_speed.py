"""How fast tunes are written, beside plain `generate()` of transformers with the same weights, in one run.

    python benchmarks/generation_speed.py [-n 512] [--rounds 3] [--quick]

On two cores, with the embedded model at its own temperature. `useful` tokens are those up to the end mark of
each row; `all` counts a token for every row and step, also of rows that have ended. `loop, no masks` is our
loop told to let everything through: the same work as that of `generate()`. Ways take turns, and medians are
printed. What hangs on nothing being remembered is measured in processes of its own; their clock starts before
the model is loaded. Masks: the time in `Guide.mask`, `Guide.take`, and in putting masks together and on the
logits. Where others use the cores too, set OMP_WAIT_POLICY=PASSIVE, or threads that wait for each other take
most of the time, ours and theirs.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from statistics import median
from typing import Any, NamedTuple

import numpy as np
import torch

from abcgen.generation import Sampling, TuneSource, Vocabulary, loop
from abcgen.generation.decoders import decoders_of
from abcgen.generation.guide import Guide
from abcgen.resources import embedded_model

CORES, ROWS, MOST_TOKENS, SEED = 2, loop.ROWS, 1000, 7
#: Other engines, and why they are not compared.
ENGINES = {
    "llama_cpp": "llama.cpp has LFM2, but no tokenizer like ours; no GGUF file of the weights is made here",
    "ctranslate2": "CTranslate2 has no LFM2: neither its converter nor its engine has short convolutions",
}


class Work(NamedTuple):
    """What was done: useful tokens, all tokens, seconds."""

    useful: int
    all: int
    seconds: float


# -- ways of writing, all in this process ----------------------------------------------------------


class Anything:
    """Follows a text in which any token may come."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.given = (vocabulary.begin,)
        self._end, self._mask = vocabulary.end, np.ones(vocabulary.size, dtype=bool)
        self.taken, self.whole, self.in_common = 0, False, False

    def mask(self) -> Any:
        return self._mask

    def take(self, token: int, likelihood: float = 0.0) -> None:
        self.taken += 1
        self.whole = token == self._end or self.taken == MOST_TOKENS


class Ways:
    """The ways, each of which writes so many texts in so many rows."""

    def __init__(self) -> None:
        from abcgen.models import load_model

        self.model: Any
        self.model, self.tokenizer = load_model(embedded_model())
        self.model.train(mode=False)
        self.number = 0

    def generate(self, texts: int, rows: int) -> Work:
        """Plain `generate()`, which draws from all tokens."""
        from transformers import GenerationConfig

        from abcgen.generation.sampling import only_these

        own = Sampling()
        settings = GenerationConfig(  # type: ignore[no-untyped-call]
            do_sample=True,
            temperature=own.temperature,
            top_p=own.top_p,
            top_k=0,
            max_new_tokens=MOST_TOKENS,
            eos_token_id=self.tokenizer.eos_token_id,
            pad_token_id=self.tokenizer.pad_token_id,
        )
        end = self.tokenizer.eos_token_id
        prompt = torch.full((rows, 1), self.tokenizer.bos_token_id)
        useful = every = 0
        started = time.perf_counter()
        with only_these(self.model, settings):
            for _ in range(texts // rows):
                written = self.model.generate(prompt, attention_mask=torch.ones_like(prompt))[:, 1:].tolist()
                useful += sum(row.index(end) + 1 if end in row else len(row) for row in written)
                every += sum(map(len, written))
        return Work(useful, every, time.perf_counter() - started)

    def unmasked(self, texts: int, rows: int) -> Work:
        """Our loop, letting everything through."""
        vocabulary = Vocabulary(self.tokenizer)
        decoders, sampling = decoders_of(self.model), Sampling()
        useful, first = 0, self.number
        self.number += texts
        started = time.perf_counter()
        with torch.inference_mode():
            for at in range(first, first + texts, rows):
                numbers = iter(range(at, at + rows))
                found = loop.decode(
                    decoders, lambda _: Anything(vocabulary), numbers, sampling, SEED, vocabulary.size, rows
                )
                useful += sum(text.taken for _, text in found)
        return Work(useful, useful, time.perf_counter() - started)

    def tunes(self, texts: int, rows: int) -> Work:
        """Valid tunes from a new source, `rows` of them asked for at once."""
        first = self.number
        self.number += texts
        started = time.perf_counter()
        source = TuneSource(self.model, self.tokenizer, seed=SEED)
        for at in range(first, first + texts, rows):
            for _ in source.tunes(rows, first=at):
                pass
        return Work(source.report.tokens, source.report.tokens, time.perf_counter() - started)


def print_speeds(texts: dict[int, int], rounds: int) -> None:
    """Tokens a second at each number of rows."""
    ways = Ways()
    names: dict[str, Callable[[int, int], Work]] = {
        "transformers, generate()": ways.generate,
        "our loop, no masks": ways.unmasked,
        "abcgen, valid tunes": ways.tunes,
    }
    print(f"{'tokens a second':<28}{'rows':>5}{'texts':>7}{'useful':>9}{'all':>9}{'ratio':>8}{'to all':>8}")
    for rows, count in texts.items():
        done: dict[str, list[Work]] = {name: [] for name in names}
        for _ in range(rounds):
            for name, way in names.items():
                done[name].append(way(count, rows))
        rates = {
            name: (median(w.useful / w.seconds for w in works), median(w.all / w.seconds for w in works))
            for name, works in done.items()
        }
        plain = rates["transformers, generate()"]
        for name, (useful, every) in rates.items():
            ratios = f"{useful / plain[0]:>8.2f}{useful / plain[1]:>8.2f}"
            print(f"{name:<28}{rows:>5}{count:>7}{useful:>9,.0f}{every:>9,.0f}{ratios}", flush=True)


# -- what is measured in a process of its own ------------------------------------------------------


class Stopwatch:
    """Adds up the seconds in what it is put around."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def around(self, work: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*arguments: Any) -> Any:
            started = time.perf_counter()
            try:
                return work(*arguments)
            finally:
                self.seconds += time.perf_counter() - started

        return timed


def masks_watched() -> Stopwatch:
    """A watch for the time in masks, from now on in this process."""
    watch = Stopwatch()
    for owner, name in ((Guide, "mask"), (Guide, "take"), (loop, "_allowed")):
        setattr(owner, name, watch.around(getattr(owner, name)))
    return watch


def child(tunes: int, rows: int, watched: bool) -> None:
    """Write tunes twice, the second time with what is remembered; the figures of both as JSON."""
    torch.set_num_threads(CORES)
    watch = masks_watched() if watched else Stopwatch()
    started = time.perf_counter()
    source = TuneSource.open(embedded_model(), seed=SEED)
    found = []
    for first in (0, tunes):
        for at in range(first, first + tunes, rows if rows == 1 else tunes):
            for _ in source.tunes(1 if rows == 1 else tunes, first=at):
                pass
        seconds = time.perf_counter() - started
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        found.append({"seconds": seconds, "share": watch.seconds / seconds, "peak": peak})
        watch.seconds, started = 0.0, time.perf_counter()
        if not watched:
            break
    print(json.dumps(found))


def figures(tunes: int, rows: int, *, watched: bool = False) -> list[dict[str, float]]:
    """What a process of its own finds, nothing remembered, then with what is."""
    command = [sys.executable, __file__, "--child", json.dumps([tunes, rows, watched])]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: list[dict[str, float]] = json.loads(done.stdout.splitlines()[-1])
    return found


def print_children(n: int, alone: int, memory: list[int], rounds: int) -> None:
    for rows, tunes in ((1, alone), (ROWS, n)):
        cold, warm = figures(tunes, rows, watched=True)
        shares = f"cold {cold['share']:>6.1%}, then warm {warm['share']:>6.1%}"
        print(f"share of masks, {rows} rows, {tunes} tunes: {shares}", flush=True)
    rates = [n / figures(n, ROWS)[0]["seconds"] for _ in range(rounds)]
    print(f"{n} tunes, cold, nothing asked: {median(rates):.1f} tunes a second", flush=True)
    for tunes in memory:
        peak = figures(tunes, ROWS)[0]["peak"]
        print(f"peak memory of a process that writes {tunes:>5} tunes: {peak:.0f} MiB", flush=True)


def print_start(runs: int) -> None:
    """The first tune from the command line, beside importing what others stand on."""

    def seconds(*arguments: str) -> float:
        started = time.perf_counter()
        subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
        return time.perf_counter() - started

    job = ["-m", "abcgen", "generate", "-n", "1", "--to", "abc", "--seed", "1", "--out"]
    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as folder:
        for run in range(runs + 1):  # the first warms the disk's cache
            ours.append(seconds(*job, f"{folder}/{run}"))
            theirs.append(seconds("-c", "import torch, transformers"))
    first, other = median(ours[1:]), median(theirs[1:])
    print(f"abcgen generate -n 1 --to abc: {first:.2f} s; import torch, transformers: {other:.2f} s")
    print(f"ratio: {first / other:.2f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("-n", type=int, default=512)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="small numbers, to try it")
    parser.add_argument("--child", type=json.loads, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    os.environ["OMP_NUM_THREADS"] = str(CORES)
    torch.set_num_threads(CORES)
    if arguments.child:
        child(*arguments.child)
        return
    quick = arguments.quick
    n, rounds = (min(arguments.n, 128), 1) if quick else (arguments.n, arguments.rounds)
    print(f"{CORES} cores, torch {torch.__version__}, {embedded_model().name}, {rounds} rounds, seed {SEED}")
    torch.manual_seed(SEED)
    print_speeds({1: 2, ROWS: ROWS} if quick else {1: 10, ROWS: 2 * ROWS}, rounds)
    print_children(n, 4 if quick else 64, [64, 128] if quick else [64, 256, 1024], rounds)
    print_start(1 if quick else 5)
    for engine, why in ENGINES.items():
        there = "installed" if importlib.util.find_spec(engine) else "not installed"
        print(f"{engine} is {there}, and not compared: {why}")


if __name__ == "__main__":
    main()
