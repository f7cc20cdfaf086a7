"""How good a model is: bits per byte by one protocol, intervals, and the refusal of a leaking test.

The names below load torch only when they are first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from abcgen.lazy import lazy_names

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

__getattr__ = lazy_names(
    __name__,
    {
        "Interval": "statistics",
        "bits_per_byte": "likelihood",
        "body_bits": "likelihood",
        "body_bytes": "likelihood",
        "bootstrap_ratio": "statistics",
        "paired_difference": "statistics",
        "refuse_overlap": "overlap",
        "wilson": "statistics",
    },
)
