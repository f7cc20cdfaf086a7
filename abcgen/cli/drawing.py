"""The options of every command that draws with a model."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import click

from abcgen.generation.controls import Sampling, checked_seed

P = ParamSpec("P")
R = TypeVar("R")
SAMPLING = Sampling()

_RANGE = click.option("--range", "range_", default="", metavar="LOW..HIGH", help="D4..B5; middle C is C4.")
_INSTRUMENT = click.option(
    "--instrument", default="", metavar="NAME", help="tin-whistle-d, fiddle, highland-pipes …"
)
_MODEL = click.option(
    "--model",
    default="",
    metavar="MODEL",
    help="A model's folder, or its name on the Hub (user/name); the embedded one when left out.",
)
_SEED = click.option(
    "--seed", type=int, metavar="N", help="Same seed, same notes; drawn and told when left out."
)
_TEMPERATURE = click.option(
    "--temperature",
    default=SAMPLING.temperature,
    show_default=True,
    type=float,
    metavar="T",
    help="0 is greedy.",
)
_TOP_P = click.option("--top-p", default=SAMPLING.top_p, show_default=True, type=float, metavar="P")
_TOP_K = click.option(
    "--top-k", default=SAMPLING.top_k, type=int, metavar="K", help="0, the default, is all."
)
_MIN_P = click.option("--min-p", default=SAMPLING.min_p, type=float, metavar="P")


def drawing(command: Callable[P, R]) -> Callable[..., R]:
    """Options for the model, the seed, what may be played and how freely to draw.

    The command gets `model`, `seed`, which is drawn where none is given, `seed_given`, `range_`,
    `instrument` and `sampling`.
    """

    @wraps(command)
    def with_sampling(
        *args: Any,
        temperature: float,
        top_p: float,
        top_k: int,
        min_p: float,
        seed: int | None,
        **others: Any,
    ) -> R:
        sampling = Sampling(temperature, top_p, top_k, min_p)
        chosen = secrets.randbelow(1_000_000) if seed is None else checked_seed(seed)
        given: Any = command
        result: R = given(*args, sampling=sampling, seed=chosen, seed_given=seed is not None, **others)
        return result

    found: Any = with_sampling
    for option in (_MIN_P, _TOP_K, _TOP_P, _TEMPERATURE, _MODEL, _SEED, _INSTRUMENT, _RANGE):
        found = option(found)
    drawn: Callable[..., R] = found
    return drawn
