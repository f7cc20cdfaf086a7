"""The optimiser, its schedule and the average of the weights: plain functions of the step.

Nothing here remembers anything but the moments and the average itself, so a checkpoint is small and
resuming is exact. It knows modules and tensors, not tunes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch
from torch import nn

if TYPE_CHECKING:
    from abcgen.training.recipe import Recipe


def make_optimizers(model: nn.Module, recipe: Recipe) -> list[torch.optim.Optimizer]:
    """What moves the weights of `model`: AdamW, or Muon for its layers' matrices and AdamW for the rest.

    Matrices decay; embeddings, norms and biases do not. I. Loshchilov and F. Hutter, "Decoupled weight decay
    regularization", ICLR 2019; K. Jordan, "Muon", 2024, its rate scaled to AdamW's (`match_rms_adamw`).
    """
    embeddings = {id(module.weight) for module in model.modules() if isinstance(module, nn.Embedding)}
    head = _head(model)
    hidden: list[nn.Parameter] = []
    outer: list[nn.Parameter] = []
    kept: list[nn.Parameter] = []
    for parameter in model.parameters():
        if not parameter.requires_grad:
            continue
        if parameter.ndim < 2 or id(parameter) in embeddings:
            kept.append(parameter)
        else:
            (hidden if parameter.ndim == 2 and parameter is not head else outer).append(parameter)
    rate, decay = recipe.learning_rate, recipe.weight_decay
    groups = [{"params": outer, "weight_decay": decay}, {"params": kept, "weight_decay": 0.0}]
    optimizers: list[torch.optim.Optimizer] = []
    if recipe.optim == "muon":
        scaled = "match_rms_adamw"
        optimizers.append(torch.optim.Muon(hidden, lr=rate, weight_decay=decay, adjust_lr_fn=scaled))
    else:
        groups[0] = {"params": [*hidden, *outer], "weight_decay": decay}
    adam = torch.optim.AdamW(
        [group for group in groups if group["params"]],
        lr=rate,
        betas=(recipe.adam_beta1, recipe.adam_beta2),
        eps=recipe.adam_epsilon,
    )
    return [*optimizers, adam]


def _head(model: nn.Module) -> nn.Parameter | None:
    """The weight of the layer that gives the logits, where the model is one of transformers."""
    find = getattr(model, "get_output_embeddings", None)
    layer = find() if callable(find) else None
    return getattr(layer, "weight", None)


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
def update_average(
    average: Sequence[torch.Tensor], weights: Sequence[torch.Tensor], decay: float, step: int
) -> None:
    """Move `average` towards `weights` after step `step` (from 1), so that it forgets with `decay` a step.

    Early on the decay is less, (1 + step) / (10 + step), so that the first weights are soon forgotten.
    """
    weight = 1 - min(decay, (1 + step) / (10 + step))
    torch._foreach_lerp_(list(average), list(weights), weight)


def reseed(seed: int, step: int, rank: int) -> None:
    """Set torch's random state for one step of one process, so that chance is a function and not a state."""
    mixed = (seed * 1_000_003 + step) * 1_009 + rank
    torch.manual_seed(mixed % 2**63)
