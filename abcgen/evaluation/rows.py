"""Read the rows of a corpus folder: the columns that a likelihood needs, and no others.

It knows the layout that `datasets.load_from_disk` opens, not how a corpus is made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from abcgen.corpus import load_corpus
from abcgen.errors import CorpusError

#: `id`, `header` and `body` of one tune; the other columns where the corpus has them.
Row = Mapping[str, str]
_COLUMNS = ("id", "header", "body", "steering", "cluster", "source", "meter")


def load_rows(corpus: str | Path, splits: Iterable[str]) -> dict[str, list[Row]]:
    """Every tune of the wanted splits. Raises CorpusError."""
    loaded = load_corpus(Path(corpus))
    rows: dict[str, list[Row]] = {}
    for split in splits:
        if split not in loaded:
            raise CorpusError(f"the corpus at {corpus} has no split {split!r}")
        missing = {"id", "header", "body"}.difference(loaded[split].column_names)
        if missing:
            raise CorpusError(f"the corpus at {corpus} has no column {sorted(missing)[0]!r}")
        columns = [name for name in _COLUMNS if name in loaded[split].column_names]
        rows[split] = loaded[split].select_columns(columns).to_list()
        if not rows[split]:
            raise CorpusError(f"the split {split!r} of the corpus at {corpus} is empty")
        for number, row in enumerate(rows[split], start=1):
            wrong = [name for name, value in row.items() if not isinstance(value, str)]
            if wrong:
                raise CorpusError(f"row {number} of {split!r} in {corpus}: the {wrong[0]} is not text")
    return rows


def rows_sha256(rows: Mapping[str, Iterable[Row]], columns: Sequence[str] = ("id", "header", "body")) -> str:
    """A fingerprint of splits: their names, and those columns of each tune in order, "" where one is not."""
    digest = hashlib.sha256()
    for split, tunes in rows.items():
        for row in tunes:
            digest.update("\0".join((split, *(row.get(name, "") for name in columns), "")).encode())
    return digest.hexdigest()
