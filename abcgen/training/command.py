"""One training run as a command gives it: a recipe's path in, lines for people and an exit code out."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable
from pathlib import Path

from abcgen.training.recipe import read_recipe


def run_command(
    recipe: str | Path,
    *,
    overrides: Iterable[str] = (),
    resume: bool = False,
    say: Callable[[str], object],
) -> int:
    """Train, say where the model is or how to go on, and return 0, or 128 + the signal that stopped the run.

    Raises what `read_recipe` and `train` raise.
    """
    overrides = list(overrides)
    settings = read_recipe(recipe, overrides)
    from abcgen.training.loop import train

    result = train(settings, resume=resume)
    if result.signal:
        settings_again = [word for item in overrides for word in ("--set", item)]
        again = shlex.join(["abcgen", "train", str(recipe), *settings_again, "--resume"])
        say(f"stopped after step {result.step} of {result.total_steps}; go on with: {again}")
        return 128 + result.signal
    figure = "not measured" if result.best_bpb is None else f"{result.best_bpb:.4f} bits per byte"
    say(
        f"{result.model}: validation {figure} (step {result.best_step} of {result.total_steps}, "
        f"{result.elapsed / 60:.1f} minutes)"
    )
    return 0
