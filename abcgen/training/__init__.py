"""Train a model from a recipe, on Accelerate, with checkpoints that resume to the last bit.

The names below load torch only when they are first asked for. `python -m abcgen.training RECIPE` is the same
run for `accelerate launch`.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from abcgen.training.loop import TrainingResult, train
    from abcgen.training.recipe import ModelRecipe, Recipe, read_recipe

__all__ = ["ModelRecipe", "Recipe", "TrainingResult", "read_recipe", "train"]

_HOME = {
    "ModelRecipe": "recipe",
    "Recipe": "recipe",
    "TrainingResult": "loop",
    "read_recipe": "recipe",
    "train": "loop",
}


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(importlib.import_module(f"abcgen.training.{_HOME[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
