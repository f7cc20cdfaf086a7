"""How good a model is: bits per byte by one protocol, intervals, and the refusal of a leaking test.

The names below load torch only when they are first asked for.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from abcgen.evaluation.likelihood import bits_per_byte, body_bits, body_bytes
    from abcgen.evaluation.overlap import refuse_overlap
    from abcgen.evaluation.statistics import Interval, bootstrap_ratio, paired_difference, wilson

__all__ = [
    "Interval",
    "bits_per_byte",
    "body_bits",
    "body_bytes",
    "bootstrap_ratio",
    "paired_difference",
    "refuse_overlap",
    "wilson",
]

_HOME = {
    "Interval": "statistics",
    "bits_per_byte": "likelihood",
    "body_bits": "likelihood",
    "body_bytes": "likelihood",
    "bootstrap_ratio": "statistics",
    "paired_difference": "statistics",
    "refuse_overlap": "overlap",
    "wilson": "statistics",
}


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(importlib.import_module(f"abcgen.evaluation.{_HOME[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
