"""The optimiser, its schedule and the average of the weights: plain functions of the step.

Nothing here remembers anything but AdamW's moments and the average itself, so a checkpoint is small and
resuming is exact. It knows modules and tensors, not tunes.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch
from torch import nn

if TYPE_CHECKING:
    from abcgen.training.recipe import Recipe


def make_optimizer(model: nn.Module, recipe: Recipe) -> torch.optim.AdamW:
    """AdamW (Loshchilov and Hutter, 2019); matrices decay, embeddings, norms and biases do not."""
    embeddings = {id(module.weight) for module in model.modules() if isinstance(module, nn.Embedding)}
    decayed: list[nn.Parameter] = []
    kept: list[nn.Parameter] = []
    for parameter in model.parameters():
        if parameter.requires_grad:
            (decayed if parameter.ndim >= 2 and id(parameter) not in embeddings else kept).append(parameter)
    groups = [
        {"params": decayed, "weight_decay": recipe.weight_decay},
        {"params": kept, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(
        [group for group in groups if group["params"]],
        lr=recipe.learning_rate,
        betas=(recipe.adam_beta1, recipe.adam_beta2),
        eps=recipe.adam_epsilon,
    )


def learning_rate(recipe: Recipe, step: int, total: int) -> float:
    """The rate of step `step` (counted from 0) of `total`: a linear warm-up, then the schedule down to 0."""
    warmup = recipe.warmup_steps * total if recipe.warmup_steps < 1 else recipe.warmup_steps
    if step < warmup:
        return recipe.learning_rate * (step + 1) / (warmup + 1)
    if recipe.lr_scheduler_type == "constant":
        return recipe.learning_rate
    progress = min(1.0, (step - warmup) / max(1.0, total - warmup))
    if recipe.lr_scheduler_type == "linear":
        return recipe.learning_rate * (1 - progress)
    return recipe.learning_rate * 0.5 * (1 + math.cos(math.pi * progress))


@torch.no_grad()
def update_average(average: nn.Module, model: nn.Module, decay: float, step: int) -> None:
    """Move `average` towards `model` after step `step` (from 1): weights that forget with `decay` a step.

    Early on the decay is less, (1 + step) / (10 + step), so that the first weights are soon forgotten.
    """
    weight = 1 - min(decay, (1 + step) / (10 + step))
    own: list[torch.Tensor] = list(average.parameters())
    torch._foreach_lerp_(own, list(model.parameters()), weight)


def reseed(seed: int, step: int, rank: int) -> None:
    """Set torch's random state for one step of one process, so that chance is a function and not a state."""
    mixed = (seed * 1_000_003 + step) * 1_009 + rank
    torch.manual_seed(mixed % 2**63)
