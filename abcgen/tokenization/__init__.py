"""The tokenizer: ABC in the dialect cut into notes, bar lines and header lines.

The names below load the libraries of tables only when they are first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from abcgen.lazy import lazy_names

if TYPE_CHECKING:
    from abcgen.tokenization.corpus import read_recipe, train_from_corpus

__all__ = ["read_recipe", "train_from_corpus"]

__getattr__ = lazy_names(__name__, {"read_recipe": "corpus", "train_from_corpus": "corpus"})
