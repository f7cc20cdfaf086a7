"""The guarantee, shown: tunes under all sorts of wishes, at all temperatures, before independent referees.

    python benchmarks/guarantee.py [-n 2000] [--weights embedded|random] [--seed 7] [--tasks] [--failures F]

Wishes are put together by chance, from every metre, key, form and the rest; what `Controls` refuses is
counted. Each tune is judged as a person gets it, in idiomatic ABC with a title: by the validity ladder with
music21, by what was asked for, by abc2midi (Debian's package abcmidi) and by abcjs (npm; ABCGEN_NODE_MODULES
names the folder of node modules). With `--tasks` bars of some tunes are filled in and varied besides, parts
are added, and beginnings are gone on with. Ends with 1 where anything fails a check; what else abc2midi says
is counted only.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, fields, replace
from functools import partial
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import torch
from steering import is_as_asked

from abcgen.errors import InputError, UsageError
from abcgen.files import write_whole
from abcgen.generation import Controls, Sampling, TuneSource, answer, continue_tune, infill, vary
from abcgen.generation.controls import FINALS
from abcgen.models import build_model, load_model
from abcgen.notation import Tune, parse_tune, steering, to_dialect, write_abc
from abcgen.notation.instruments import INSTRUMENTS
from abcgen.notation.ladder import broken_steps
from abcgen.notation.splice import InFile
from abcgen.notation.start import is_decided, may_begin_with
from abcgen.resources import embedded_model
from abcgen.scores import score_problem

PER_WISH, SHOWN = 6, 5
KINDS = ("tune", "infill", "vary", "answer", "continue")
METERS = ("2/4", "3/4", "4/4", "2/2", "3/2", "6/8", "9/8", "12/8", "5/4", "7/8", "3/8", "C", "C|")
ODDER_METERS = ("6/4", "9/4", "4/2", "5/8", "7/4", "8/8", "11/8", "15/8", "9/16")
FORMS = ("A", "AA", "AB", "AAB", "ABA", "ABB", "ABC", "AABA", "AABB", "ABAB", "ABAC", "ABCD", "AABC")
LONGER_FORMS = ("AABBCC", "AABBCCDD", "ABACADA", "ABCDEFGH")
BARS, LENGTHS = (1, 2, 3, 4, 4, 5, 6, 7, 8, 8, 8, 12, 16, 32), (4, 7, 8, 16, 24, 32, 32, 48, 64, 128)
PICKUPS = ("0", "1/16", "1/8", "1/8", "3/16", "1/4", "1/4", "3/8", "1/2", "5/8", "3/4", "7/8")
STARTS = ("|:dBAG", "(3ABc", "[CEG]2", "z2", "^c", "A-A", "D2|:G", "(3:2:2A2B", "A,,", "c'''", "=f/2e/4")
BESIDE = ("", "", "", "", "", "", " ^g", " =c", " _b _e", " exp ^f")
TEMPERATURES, TOP_PS = (0.0, 0.5, 1.0, 2.0, 5.0), (1.0, 0.95, 0.5)
TOP_KS, MIN_PS = (0, 0, 0, 5), (0.0, 0.0, 0.1)
WRITTEN, LADDER, ASKED = "can be written", "valid: all steps, music21's too", "as asked"
ERRORS, BAR_LENGTHS, CLEAN = "abc2midi: no error", "abc2midi: bars as long as M:", "abcjs: no warning"
#: What judges each check.
CHECKS = {WRITTEN: "", LADDER: "", ASKED: "", ERRORS: "abc2midi", BAR_LENGTHS: "abc2midi", CLEAN: "abcjs"}
#: Reads texts as a JSON list, and prints what abcjs warns of in each.
ABCJS = """
const abcjs = require(process.argv[1] + '/abcjs');
const texts = JSON.parse(require('fs').readFileSync(0, 'utf8'));
console.log(JSON.stringify(texts.map(text => abcjs.parseOnly(text).flatMap(tune => tune.warnings || []))));
"""


@dataclass(frozen=True)
class Wish:
    """What is asked for, how freely it is drawn, and with which seed."""

    controls: Controls
    sampling: Sampling
    seed: int

    def __str__(self) -> str:
        asked = ((one.name, getattr(self.controls, one.name), one.default) for one in fields(Controls))
        told = ", ".join(f"{name}={value!r}" for name, value, default in asked if value != default)
        return f"Controls({told}), {self.sampling}, seed={self.seed}"


@dataclass
class Judged:
    """What came of a wish: its text, what each check has against it, what abc2midi says besides, its traits.

    `task` is what a task was to do to the tune, `refused` why it would not.
    """

    kind: str
    wish: Wish
    number: int
    text: str = ""
    faults: dict[str, str] = field(default_factory=dict)
    said: set[str] = field(default_factory=set)
    traits: dict[str, str] = field(default_factory=dict)
    task: str = ""
    refused: str = ""

    def __str__(self) -> str:
        told = (f"{self.kind} {self.number} of {self.wish}", self.task, *self.faults.values(), self.text)
        return "\n".join(filter(None, told))


# -- wishes ----------------------------------------------------------------------------------------


def some_wish(rng: random.Random) -> Wish | Judged | None:
    """Any wish; None where no tune can be so; what went wrong where that is not told as it should be."""
    lowest = rng.randrange(steering.LOWEST, steering.HIGHEST - 4)
    highest = min(steering.HIGHEST, lowest + rng.choice((4, 7, 12, 19, 24, 36)))
    odd = f"{rng.choice(steering.NUMERATORS)}/{rng.choice(steering.DENOMINATORS)}"
    asked: dict[str, tuple[float, Any]] = {  # how often, and what
        "rhythm": (0.15, rng.choice(list(steering.RHYTHMS))),
        "meter": (0.85, rng.choice((*METERS, *ODDER_METERS, odd, odd, odd))),
        "key": (0.85, rng.choice(steering.keys()) + rng.choice(BESIDE)),
        "form": (0.6, rng.choice((*FORMS, *LONGER_FORMS))),
        "bars": (0.3, rng.choice(BARS)),
        "pickup": (0.3, rng.choice(PICKUPS)),
        "endings": (0.3, rng.choice((True, False))),
        "final": (0.3, rng.choice(FINALS)),
        "range": (0.15, f"{steering.pitch_name(lowest)}..{steering.pitch_name(highest)}"),
        "instrument": (0.15, rng.choice(list(INSTRUMENTS))),
        "origin": (0.2, rng.choice(list(steering.ORIGINS))),
        "length": (0.15, rng.choice(LENGTHS)),
        "start": (0.15, rng.choice(STARTS)),
    }
    chosen = {name: value for name, (often, value) in asked.items() if rng.random() < often}
    freely = rng.choice(TEMPERATURES), rng.choice(TOP_PS), rng.choice(TOP_KS), rng.choice(MIN_PS)
    seed = rng.randrange(1000)
    try:
        return Wish(Controls(**chosen), Sampling(*freely), seed)
    except UsageError:
        return None
    except Exception as error:  # whatever it is, it breaks the guarantee, and is told
        return Judged(
            "tune",
            Wish(Controls(), Sampling(*freely), seed),
            1,
            faults={WRITTEN: repr(error)},
            task=str(chosen),
        )


def wishes(n: int, seed: int) -> tuple[list[tuple[Wish, int]], int, list[Judged]]:
    """Wishes, each with the number of its tunes, `n` in all; how many more were refused; what went wrong."""
    rng = random.Random(seed)  # noqa: S311 - not for secrets
    found: list[tuple[Wish, int]] = []
    wrong: list[Judged] = []
    refused = 0
    while (left := n - len(wrong) - sum(count for _, count in found)) > 0:
        wish = some_wish(rng)
        if wish is None:
            refused += 1
        elif isinstance(wish, Judged):
            wrong.append(wish)
        else:  # at temperature 0 all tunes are the same
            found.append((wish, min(left, PER_WISH) if wish.sampling.temperature else 1))
    return found, refused, wrong


# -- tunes and what comes of them, in a process of its own -----------------------------------------

_loaded: list[Any] = []


def source_of(wish: Wish, controls: Controls) -> TuneSource:
    return TuneSource(_loaded[0], _loaded[1], controls, wish.sampling, wish.seed)


def load(weights: str, seed: int) -> None:
    """The model and the tokenizer, once a process."""
    torch.set_num_threads(1)
    model, tokenizer = load_model(embedded_model())
    if weights == "random":
        model = build_model(tokenizer, "lfm2", "tiny", seed=seed)
    _loaded[:] = model, tokenizer


def outcomes(wish: Wish, count: int, tasks: bool) -> list[Judged]:
    """The tunes of a wish, and with `tasks` what is made of the first."""
    found: list[Judged] = []
    try:
        source = source_of(wish, wish.controls)
        for one in source.tunes(count):
            text = write_abc(replace(one.tune, titles=(source.title(one),), reference=one.number))
            tune = parse_tune(text)
            found.append(
                judged(Judged("tune", wish, one.number, text), tune, tune_as_asked(tune, wish.controls))
            )
    except Exception as error:  # whatever it is, it breaks the guarantee, and is told
        found.append(Judged("tune", wish, len(found) + 1, "", {WRITTEN: repr(error)}))
    if tasks and found[0].text:
        found += [worked(kind, wish, found[0].text) for kind in KINDS[1:]]
    return found


def tune_as_asked(tune: Tune, controls: Controls) -> bool:
    """Whether all holds that was asked for, the accidentals beside the key and the start among it."""
    key = controls.key in {"", tune.key.plain()}
    return key and begins_so(tune, controls.start) and is_as_asked(tune, replace(controls, key=""))


def begins_so(tune: Tune, start: str) -> bool:
    """Whether the music begins with this text, read in the tune's key; its last note may be longer."""
    if not start:
        return True
    if tune.key.plain() == tune.key.tonic_and_mode:
        return is_decided(body := to_dialect(tune).body, start) and may_begin_with(body, start)
    there = parse_tune(f"X:1\nM:{tune.meter.plain()}\nL:1/8\nK:{tune.key.plain()}\n{start}")
    one, two = ([event for bar in each.bars for event in bar.events] for each in (there, tune))
    same = all(a.pitches == b.pitches for a, b in zip(one, two, strict=False))
    alike = all(a.duration == b.duration for a, b in zip(one[:-1], two, strict=False))
    return same and alike and (not one or one[-1].duration <= two[len(one) - 1].duration)


def worked(kind: str, wish: Wish, text: str) -> Judged:
    """What a task makes of a tune."""
    rng = random.Random(f"{wish.seed} {kind} {text}")  # noqa: S311 - not for secrets
    found = Judged(kind, wish, 1, text)
    file = InFile(text)
    heard = Controls(range=wish.controls.range, instrument=wish.controls.instrument)
    asked = replace(wish.controls, start="", key="") if kind == "continue" else heard
    source = source_of(wish, asked)
    bars = len(file.tune.bars)
    first = rng.randrange(bars)
    last = min(bars - 1, first + rng.choice((0, 1, 3, 7)))
    begun = text[: rng.randrange(text.index("\nK:") + 4, len(text))].rstrip("<>([-:. \n")
    amount = rng.choice((0.1, 0.3, 0.6, 1.0))
    found.task = {"infill": f"bars {first} to {last}", "vary": f"{amount}", "continue": f"{begun!r}"}.get(
        kind, ""
    )
    works: dict[str, Callable[[], InFile]] = {
        "infill": lambda: infill(source, file, first, last),
        "vary": lambda: vary(source, file, amount).file,
        "answer": lambda: answer(source, file),
        "continue": lambda: continue_tune(source, InFile(begun)),
    }
    try:
        made = works[kind]()
    except (InputError, UsageError) as error:
        found.refused = str(error)
        return found
    except Exception as error:  # whatever it is, it breaks the guarantee, and is told
        found.faults[WRITTEN] = repr(error)
        return found
    found.text = made.text
    if kind == "continue":
        kept = made.text.startswith(begun) and tune_as_asked(made.tune, asked)
    elif kind == "answer":
        kept = made.text.startswith(text.rstrip("|]\n "))
    else:
        changed = range(first, last + 1) if kind == "infill" else range(bars - 1)
        kept = all(
            one == other if at not in changed else one.ticks == other.ticks
            for at, (one, other) in enumerate(zip(file.tune.bars, made.tune.bars, strict=True))
        )
    return judged(found, made.tune, kept)


def judged(found: Judged, tune: Tune, as_asked: bool) -> Judged:
    """With what the ladder and abc2midi have against it."""
    if steps := broken_steps(tune, score_problem):
        why = tune.problems[0].message if tune.problems else score_problem(tune)
        found.faults[LADDER] = f"steps {sorted(steps)}: {why}"
    if not as_asked:
        found.faults[ASKED] = "not as asked"
    for message in heard_from_abc2midi(found.text) if shutil.which("abc2midi") else ():
        if message.startswith("Error"):
            found.faults.setdefault(ERRORS, message)
        elif "time units" in message:
            found.faults.setdefault(BAR_LENGTHS, message)
        else:
            found.said.add(kind_of(message))
    events = [event for bar in tune.bars for event in bar.events]
    lines = dict(line.split(" ", 1) for line in steering.steering_lines(tune) if line.startswith("%%"))
    traits = {
        "tuplets": any(event.tuplet for event in events),
        "ties": any(event.tie for event in events),
        "chords": any(len(event.pitches) > 1 for event in events),
        "pickups": lines.get("%%pickup") != "0",
        "endings": lines["%%endings"] == "yes",
        "repeats": any(bar.closing and bar.closing.ends for bar in tune.bars),
    }
    found.traits = {"metre": tune.meter.plain(), "key": tune.key.plain(), "mode": tune.key.mode}
    found.traits |= {"form": lines.get("%%form", "none")} | {name: name for name, so in traits.items() if so}
    return found


def heard_from_abc2midi(text: str) -> list[str]:
    """Its errors and warnings."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tune.abc"
        path.write_text(text, "utf-8")
        command = ["abc2midi", str(path), "-o", f"{folder}/tune.mid"]
        done = subprocess.run(command, capture_output=True, check=False, timeout=60)
    said = done.stdout.decode("latin-1").splitlines()
    died = [f"Error: abc2midi ended with {done.returncode}"] if done.returncode else []
    return [line for line in said if line.startswith(("Error", "Warning"))] + died


def kind_of(message: str) -> str:
    """A message without where it stands, and without numbers."""
    plain = re.sub(r"<[^>]*>", "", message)
    plain = re.sub(r" in line-char [0-9-]+ |Music Line:[0-9]+:[0-9]+", "", plain)
    return re.sub(r"[0-9]+(/[0-9]+)?", "N", plain)[:90]


# -- the table -------------------------------------------------------------------------------------


def ask_abcjs(every: list[Judged]) -> bool:
    """Let abcjs judge all texts in one process; False where it is not here."""
    folder = Path(os.environ.get("ABCGEN_NODE_MODULES", "node_modules")).resolve()
    if shutil.which("node") is None or not (folder / "abcjs").is_dir():
        return False
    texts = json.dumps([one.text for one in every])
    command = ["node", "-e", ABCJS, str(folder)]
    done = subprocess.run(command, input=texts, capture_output=True, text=True, check=True)
    for one, warnings in zip(every, json.loads(done.stdout), strict=True):
        if warnings:
            one.faults[CLEAN] = warnings[0]
    return True


def print_table(every: list[Judged], kinds: tuple[str, ...], absent: set[str]) -> None:
    print(f"{'':<34}" + "".join(f"{kind + 's' if kind == 'tune' else kind:>12}" for kind in kinds))
    of = {kind: [one for one in every if one.kind == kind and not one.refused] for kind in kinds}
    for check, referee in CHECKS.items():
        if referee in absent:
            print(f"{check:<34}  not judged: {referee} is not here")
            continue
        good = {kind: sum(check not in one.faults for one in ones) for kind, ones in of.items()}
        print(f"{check:<34}" + "".join(f"{f'{good[kind]}/{len(of[kind])}':>12}" for kind in kinds))
    print(
        f"{'refused':<34}"
        + "".join(f"{sum(o.kind == k and o.refused != '' for o in every):>12}" for k in kinds)
    )


def print_words(every: list[Judged]) -> None:
    """What the referees said, and what there was to say it of."""
    for title, said in (
        ("abc2midi says besides, of tunes:", (word for one in every for word in one.said)),
        ("against tunes:", (f"{name}: {kind_of(why)}" for one in every for name, why in one.faults.items())),
        ("refused, of tasks:", (f"{one.kind}: {kind_of(one.refused)}" for one in every if one.refused)),
    ):
        for word, count in Counter(said).most_common(12):
            print(f"{title:<34}{count:>12}  {word}")
            title = ""
    traits = [one.traits for one in every if one.kind == "tune"]
    kinds = {name: {one[name] for one in traits if name in one} for name in ("metre", "key", "mode", "form")}
    print("among them: " + ", ".join(f"{len(values)} {name}s" for name, values in kinds.items()))
    having = Counter(name for one in traits for name in one if name not in kinds)
    print("tunes with: " + ", ".join(f"{name} {count}" for name, count in having.most_common()))


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("-n", type=int, default=2000)
    parser.add_argument("--weights", choices=["embedded", "random"], default="embedded")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--failures", type=Path, help="write all that failed into this file, not only some")
    parser.add_argument("--tasks", action="store_true", help="infill, vary, answer and continue some of them")
    arguments = parser.parse_args()
    asked, refused, every = wishes(arguments.n, arguments.seed)
    start = partial(ProcessPoolExecutor, arguments.jobs, get_context("spawn"), load)
    with start((arguments.weights, arguments.seed)) as pool:
        chosen, counts = zip(*asked, strict=True)
        for ones in pool.map(outcomes, chosen, counts, repeat(arguments.tasks)):
            every += ones
    absent = {"abc2midi"} if shutil.which("abc2midi") is None else set()
    absent |= set() if ask_abcjs(every) else {"abcjs"}
    print(
        f"{len(asked)} wishes, {refused} more refused | {arguments.weights} weights | seed {arguments.seed}"
    )
    print_table(every, KINDS if arguments.tasks else KINDS[:1], absent)
    print_words(every)
    failed = [one for one in every if one.faults]
    firsts = {(one.kind, kind_of(why)): one for one in reversed(failed) for why in one.faults.values()}
    for one in list(firsts.values())[::-1][:SHOWN]:
        print(f"\n{one}")
    if arguments.failures:
        write_whole(arguments.failures, "\n\n".join(map(str, failed)), overwrite=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
