"""Tunes gathered, cleaned, freed of near-duplicates and split, each with its provenance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abcgen.lazy import lazy_names

if TYPE_CHECKING:
    from abcgen.corpus.build import build_corpus
    from abcgen.corpus.columns import Columns, parse_columns
    from abcgen.corpus.index import CorpusIndex
    from abcgen.corpus.report import Report
    from abcgen.corpus.sources import PUBLIC_DOMAIN, find_sources, known_sources
    from abcgen.corpus.store import load_corpus, load_manifest, whole_corpus
    from abcgen.corpus.tables import TableSource
    from abcgen.corpus.tunebooks import TunebookSource

__all__ = [
    "PUBLIC_DOMAIN",
    "Columns",
    "CorpusIndex",
    "Report",
    "TableSource",
    "TunebookSource",
    "build_corpus",
    "find_sources",
    "known_sources",
    "load_corpus",
    "load_manifest",
    "parse_columns",
    "whole_corpus",
]

__getattr__ = lazy_names(
    __name__,
    {
        "PUBLIC_DOMAIN": "sources",
        "Columns": "columns",
        "CorpusIndex": "index",
        "Report": "report",
        "TableSource": "tables",
        "TunebookSource": "tunebooks",
        "build_corpus": "build",
        "find_sources": "sources",
        "known_sources": "sources",
        "load_corpus": "store",
        "load_manifest": "store",
        "parse_columns": "columns",
        "whole_corpus": "store",
    },
)
