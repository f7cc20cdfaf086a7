"""A model is not tested on tunes that it was made with: the check that says so.

A model folder keeps `train_hashes.txt`, one id a line, of the tunes that trained it and that chose its best
checkpoint. The module knows ids only.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from abcgen.errors import CorpusError
from abcgen.files import read_text

#: The file's name in a model folder.
TRAIN_HASHES = "train_hashes.txt"
#: An entry of it that stands for tunes of which nothing is known.
UNKNOWN = "unknown"


def train_hashes(folder: str | Path) -> frozenset[str] | None:
    """The ids that the model in `folder` was made with; None when it does not tell."""
    path = Path(folder) / TRAIN_HASHES
    return frozenset(read_text(path).split()) if path.is_file() else None


def refuse_overlap(folder: str | Path, ids: Iterable[str]) -> bool:
    """Raise CorpusError when one of `ids` is among the tunes that made the model in `folder`.

    True: checked and clean. False: the folder keeps no list, or not of all, so no more could be checked.
    """
    known = train_hashes(folder)
    if known is None:
        return False
    wanted = list(ids)
    shared = sorted(known.intersection(wanted))
    if shared:
        raise CorpusError(
            f"{len(shared)} of {len(wanted)} test tunes made the model in {folder} "
            f"(the first is {shared[0]}): test it on tunes that it has not seen"
        )
    return UNKNOWN not in known
