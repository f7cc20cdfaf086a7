"""A recipe: everything that decides a training run, as frozen values read from YAML.

Names are those of `transformers.TrainingArguments` wherever it has one. A key that is unknown or of the
wrong type is refused with the nearest right one. The module knows nothing of models or data.
"""

from __future__ import annotations

import contextlib
import dataclasses
import difflib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_type_hints

import yaml

from abcgen.errors import UsageError
from abcgen.files import read_text

SCHEDULES = ("cosine", "linear", "constant")
ATTENTIONS = ("sdpa", "eager", "flash_attention_2")
OPTIMIZERS = ("adamw_torch", "muon")
TRACKERS = ("none", "tensorboard", "trackio", "wandb")
#: The largest seed that torch takes as it is, more passes than any run makes, and samples enough to judge by.
MOST_SEED = 2**63 - 1
MOST_EPOCHS = 1_000_000
MOST_SAMPLES = 1_000
#: No optimiser learns at a rate beyond it.
MOST_RATE = 1_000.0


@dataclass(frozen=True)
class ModelRecipe:
    """What to build: see `abcgen.models.build.SIZES`. `dropout` 0 to below 1.

    `name_or_path`: a model to go on from, any that transformers loads, by its folder, as `embedded` or as
    `user/name@REVISION` on the Hub, as the recipe's `tokenizer` can be, too; its shape is its own then, and
    the other lines but dropout and attention say nothing. `attn_implementation`: how attention is computed
    while training, by transformers' name (`sdpa`, `eager`).
    """

    name_or_path: str = ""
    architecture: str = "lfm2"
    size: str = "small"
    dropout: float = 0.2
    tie_word_embeddings: bool = True
    attn_implementation: str = "sdpa"


@dataclass(frozen=True)
class Recipe:
    """One run. Paths are relative to the folder that the command is given in.

    `max_steps` counts optimiser steps; when it is 0, `num_train_epochs` passes over the corpus are made.
    `warmup_steps` below 1 is a share of all steps. `tokens_per_batch` is the size of a global batch in
    tokens, padding included, whatever the number of processes; `gradient_accumulation_steps` cuts each
    process's share of it into that many pieces, for a machine with little memory. `optim` muon moves the
    matrices of the layers by Muon and all else by AdamW. `bf16` is used where the machine has it.
    `ema_decay` 0 turns the averaging of weights off. A checkpoint is written every `eval_steps` too, and
    `eval_samples` tunes are drawn and judged then. `early_stopping_patience` ends the run when so many
    evaluations brought nothing better; 0 never does. `report_to` names a tracker. `augment_keys` has half
    of the tunes moved, in each epoch, to another key of their tradition, as far as one is in their range.
    `steering_rate`: of each tune a share of the lines that steer is given, drawn evenly from 0 to twice the
    rate (and `R:` at least half of the time); 0 leaves headers plain. `infill_rate`: the share of tunes laid
    out with a gap to be filled.
    """

    output_dir: str
    model: ModelRecipe = field(default_factory=ModelRecipe)
    corpus: str = "data/pd"
    tokenizer: str = "tokenizer"
    num_train_epochs: float = 20.0
    max_steps: int = 0
    tokens_per_batch: int = 4096
    gradient_accumulation_steps: int = 1
    optim: str = "adamw_torch"
    learning_rate: float = 1.5e-3
    weight_decay: float = 0.1
    adam_beta1: float = 0.9
    adam_beta2: float = 0.98
    adam_epsilon: float = 1e-8
    max_grad_norm: float = 1.0
    lr_scheduler_type: str = "cosine"
    warmup_steps: float = 0.05
    ema_decay: float = 0.0
    early_stopping_patience: int = 0
    eval_steps: int = 100
    eval_samples: int = 0
    logging_steps: int = 10
    save_total_limit: int = 2
    report_to: str = "none"
    seed: int = 0
    bf16: bool = False
    augment_keys: bool = False
    steering_rate: float = 0.0
    infill_rate: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """Plain values, the model's nested under `model`."""
        return dataclasses.asdict(self)

    def as_yaml(self) -> str:
        """The recipe as text that `read_recipe` reads back to the same values."""
        return yaml.safe_dump(self.as_dict(), sort_keys=False, allow_unicode=True)


def read_recipe(path: str | Path, overrides: Iterable[str] = ()) -> Recipe:
    """Read a recipe from YAML and apply `overrides` such as `learning_rate=3e-4` or `model.size=tiny`.

    Raises InputError when the file cannot be read, UsageError when a key or a value is wrong.
    """
    path = Path(path)
    try:
        values = yaml.safe_load(read_text(path))
    except (yaml.YAMLError, ValueError) as error:  # a date that is none comes as the latter
        raise UsageError(f"{path} is not YAML: {' '.join(str(error).split())}") from error
    if not isinstance(values, dict):
        raise UsageError(f"{path} is not a recipe: it should hold lines such as `output_dir: runs/small`")
    for override in overrides:
        _override(values, override)
    return recipe_from(values, where=str(path))


def recipe_from(values: Mapping[str, Any], *, where: str = "recipe") -> Recipe:
    """A recipe from plain values; `where` opens the message when one is wrong. Raises UsageError."""
    values = dict(values)
    if "model" in values:
        if not isinstance(values["model"], Mapping):
            raise UsageError(f"{where}: model should hold lines of its own, such as `size: small`")
        values["model"] = ModelRecipe(**_checked(ModelRecipe, values["model"], where, "model."))
    if not values.get("output_dir"):
        raise UsageError(f"{where}: output_dir is missing; it names the folder for the run")
    recipe = Recipe(**_checked(Recipe, values, where, ""))
    _check_ranges(recipe, where)
    _check_names(recipe, where)
    return recipe


def _override(values: dict[str, Any], override: str) -> None:
    name, equals, text = override.partition("=")
    if not equals or not name.strip():
        raise UsageError(f"--set takes name=value, such as learning_rate=3e-4, not {override!r}")
    try:
        value = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError) as error:
        raise UsageError(f"--set {override}: the value is not YAML") from error
    head, dot, rest = name.strip().partition(".")
    if dot:
        inner = values.get(head) or {}
        if not isinstance(inner, Mapping):
            raise UsageError(f"--set {override}: {head} has no {rest}")
        values[head] = {**inner, rest: value}
    else:
        values[head] = value


def _checked(kind: type[Any], values: Mapping[Any, Any], where: str, prefix: str) -> dict[str, Any]:
    """The values with the types that `kind` declares; UsageError names the first that is wrong."""
    types = get_type_hints(kind)
    checked = {}
    for name, value in values.items():
        if name not in types:
            near = difflib.get_close_matches(str(name), types, n=1, cutoff=0.4)
            hint = f"did you mean {prefix}{near[0]}?" if near else f"there are {', '.join(types)}"
            raise UsageError(f"{where}: no such key {prefix}{name}; {hint}")
        checked[name] = _typed(value, types[name], f"{where}: {prefix}{name}")
    return checked


def _typed(value: Any, kind: type[Any], where: str) -> Any:
    if kind is float:
        with contextlib.suppress(ValueError, OverflowError):
            # YAML 1.1 reads 3e-4 as text
            number = float(value) if isinstance(value, (int, float, str)) else math.nan
            if math.isfinite(number) and not isinstance(value, bool):
                return number
    elif kind is int:
        if isinstance(value, int) and not isinstance(value, bool):
            return value
    elif isinstance(value, kind):
        return value
    names = {float: "a number", int: "a whole number", bool: "true or false", str: "text"}
    raise UsageError(f"{where} should be {names.get(kind, kind.__name__)}, not {value!r}")


def _check_ranges(recipe: Recipe, where: str) -> None:
    """UsageError for values no run can use."""
    sizes = ("tokens_per_batch", "gradient_accumulation_steps", "learning_rate", "adam_epsilon")
    for name in (*sizes, "eval_steps", "logging_steps", "save_total_limit"):
        if getattr(recipe, name) <= 0:
            raise UsageError(f"{where}: {name} should be above 0, not {getattr(recipe, name)}")
    counts = ("max_steps", "num_train_epochs", "early_stopping_patience", "eval_samples", "seed")
    for name in ("weight_decay", "max_grad_norm", "warmup_steps", *counts):
        if getattr(recipe, name) < 0:
            raise UsageError(f"{where}: {name} should be 0 or more, not {getattr(recipe, name)}")
    most_of: dict[str, float] = {
        "seed": MOST_SEED,
        "num_train_epochs": MOST_EPOCHS,
        "eval_samples": MOST_SAMPLES,
        "learning_rate": MOST_RATE,
        "weight_decay": MOST_RATE,
    }
    for name, most in most_of.items():
        if getattr(recipe, name) > most:
            raise UsageError(f"{where}: {name} should be at most {most}, not {getattr(recipe, name)}")
    _check_shares(recipe, where)
    if not recipe.max_steps and not recipe.num_train_epochs:
        raise UsageError(f"{where}: one of max_steps and num_train_epochs should be above 0")


def _check_shares(recipe: Recipe, where: str) -> None:
    """UsageError for a share that is none."""
    shares = {name: getattr(recipe, name) for name in ("adam_beta1", "adam_beta2", "ema_decay")}
    shares["model.dropout"] = recipe.model.dropout
    for name, value in shares.items():
        if not 0 <= value < 1:
            raise UsageError(f"{where}: {name} should be at least 0 and below 1, not {value}")
    for name in ("steering_rate", "infill_rate"):
        if not 0 <= getattr(recipe, name) <= 1:
            raise UsageError(f"{where}: {name} should be from 0 to 1, not {getattr(recipe, name)}")


def _check_names(recipe: Recipe, where: str) -> None:
    """UsageError for a name that is none of those there are, or does not go with the rest."""
    if recipe.model.attn_implementation not in ATTENTIONS:
        raise UsageError(f"{where}: model.attn_implementation should be one of {', '.join(ATTENTIONS)}")
    if recipe.model.attn_implementation == "flash_attention_2" and not recipe.bf16:
        raise UsageError(f"{where}: model.attn_implementation flash_attention_2 works only with bf16: true")
    for name, known in (("lr_scheduler_type", SCHEDULES), ("optim", OPTIMIZERS), ("report_to", TRACKERS)):
        value = getattr(recipe, name)
        if value not in known:
            near = difflib.get_close_matches(value, known, n=1, cutoff=0.0)
            raise UsageError(
                f"{where}: no {name} {value!r}; did you mean {near[0]}? There are {', '.join(known)}"
            )
