"""Language models: sizes of a stock Transformer, recurrent networks, and a Kneser-Ney n-gram to beat.

The names below load torch only when they are first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from abcgen.lazy import lazy_names

if TYPE_CHECKING:
    from abcgen.models.build import build_model
    from abcgen.models.loading import load_model, load_tokenizer
    from abcgen.models.ngram import KneserNey

__all__ = ["KneserNey", "build_model", "load_model", "load_tokenizer"]

__getattr__ = lazy_names(
    __name__,
    {
        "KneserNey": "ngram",
        "build_model": "build",
        "load_model": "loading",
        "load_tokenizer": "loading",
    },
)
