"""One training run as a command gives it: a recipe in, lines for people and an exit code out."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from abcgen.training.recipe import Recipe, read_recipe

if TYPE_CHECKING:
    from abcgen.training.loop import OnEvaluation


@dataclass(frozen=True)
class Wishes:
    """What the command says beside the recipe; "" leaves it to the recipe.

    `start`: a model to go on from, with its tokenizer, as a recipe names it. `corpus`: a corpus, or ABC that
    becomes one in the run's folder. `old_corpus`: what the first model was trained on, to see what is
    forgotten.
    """

    overrides: tuple[str, ...] = ()
    start: str = ""
    corpus: str = ""
    out: str = ""
    old_corpus: str = ""
    tracker: str = ""

    def words(self) -> list[str]:
        """The wishes as options of `abcgen train`."""
        names = {"from": self.start, "corpus": self.corpus, "out": self.out, "old-corpus": self.old_corpus}
        given = [(f"--{name}", value) for name, value in {**names, "tracker": self.tracker}.items() if value]
        settings = [("--set", item) for item in self.overrides]
        return [word for option in (*given, *settings) for word in option]


def run_command(
    recipe: str | Path,
    wishes: Wishes = Wishes(),
    *,
    resume: bool = False,
    say: Callable[[str], object],
) -> int:
    """Train, say where the model is or how to go on, and return 0, or 128 + the signal that stopped the run.

    Raises what `read_recipe` and `train` raise.
    """
    settings = read_recipe(recipe, _overrides(wishes))
    from abcgen.evaluation.rows import load_rows
    from abcgen.training.finetune import corpus_of, tell_what_changed
    from abcgen.training.loop import train
    from abcgen.training.start import named_folder

    if wishes.old_corpus:
        load_rows(wishes.old_corpus, ("test",))  # it is wanted only in the end, and refused at once
    corpus = corpus_of(Path(settings.corpus), Path(f"{Path(settings.output_dir)}-corpus"), say)
    settings = replace(settings, corpus=str(corpus))
    result = train(settings, resume=resume, on_evaluation=_watcher(settings))
    if result.signal:
        again = shlex.join([str(recipe), *wishes.words(), "--resume"])
        program = "the same launcher, with" if os.environ.get("LOCAL_RANK") else "abcgen train"
        say(f"stopped after step {result.step} of {result.total_steps}; go on with: {program} {again}")
        return 128 + result.signal
    figure = "not measured" if result.best_bpb is None else f"{result.best_bpb:.4f} bits per byte"
    early = ", no better since" if result.step < result.total_steps else ""
    say(
        f"{result.model}: validation {figure} (step {result.best_step} of {result.total_steps}{early}, "
        f"{result.elapsed / 60:.1f} minutes)"
    )
    if settings.model.name_or_path:
        before, old = named_folder(settings.model.name_or_path), wishes.old_corpus
        tell_what_changed(before, result.model, corpus, Path(old) if old else None, say)
    return 0


def _overrides(wishes: Wishes) -> list[str]:
    """The wishes that stand in the recipe, before those of `--set`, which have the last word."""
    values = {
        "model.name_or_path": wishes.start,
        "tokenizer": wishes.start,
        "corpus": wishes.corpus,
        "output_dir": wishes.out,
        "report_to": wishes.tracker,
    }
    given = [f"{name}={_quoted(value)}" for name, value in values.items() if value]
    return [*given, *wishes.overrides]


def _quoted(text: str) -> str:
    """Text as YAML that is read back as the same text, whatever it looks like."""
    return "'" + text.replace("'", "''") + "'"


def _watcher(recipe: Recipe) -> OnEvaluation | None:
    """The callback that draws samples after headers of the validation split, if the recipe wants any."""
    if not recipe.eval_samples:
        return None
    from abcgen.evaluation.rows import load_rows
    from abcgen.training.watching import sampler

    rows = load_rows(recipe.corpus, ["validation"])["validation"]
    headers = [rows[number % len(rows)]["header"] for number in range(recipe.eval_samples)]
    return sampler(Path(recipe.output_dir), headers, recipe.seed)
