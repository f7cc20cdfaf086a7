"""Trackers of Accelerate, each an extra: the curves of a run in TensorBoard, Trackio or Weights & Biases."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from abcgen.errors import MissingExtraError

if TYPE_CHECKING:
    from accelerate import Accelerator

    from abcgen.training.recipe import Recipe


def tracker_for(recipe: Recipe) -> str | None:
    """The tracker that a recipe names, by Accelerate's name. Raises MissingExtraError without its package."""
    name = recipe.report_to
    if name == "none":
        return None
    if find_spec(name) is None:
        raise MissingExtraError(f"report_to {name} needs its package: pip install 'abcgen[{name}]'")
    return name


def open_tracker(accelerator: Accelerator, recipe: Recipe) -> None:
    """Tell the tracker of a run, if there is one, of its recipe. It writes beneath the run's folder."""
    if recipe.report_to == "none":
        return
    values = recipe.as_dict()
    model = {f"model.{name}": value for name, value in values.pop("model").items()}
    folder = {"wandb": {"dir": accelerator.logging_dir}}
    accelerator.init_trackers("abcgen", config={**values, **model}, init_kwargs=folder)
