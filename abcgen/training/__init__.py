"""Train a model from a recipe, on Accelerate, with checkpoints that resume to the last bit.

The names below load torch only when they are first asked for. `python -m abcgen.training RECIPE` is the same
run for several processes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from abcgen.lazy import lazy_names

if TYPE_CHECKING:
    from abcgen.training.loop import TrainingResult, train
    from abcgen.training.recipe import ModelRecipe, Recipe, read_recipe

__all__ = ["ModelRecipe", "Recipe", "TrainingResult", "read_recipe", "train"]

__getattr__ = lazy_names(
    __name__,
    {
        "ModelRecipe": "recipe",
        "Recipe": "recipe",
        "TrainingResult": "loop",
        "read_recipe": "recipe",
        "train": "loop",
    },
)
