"""Which sources there are, and how they are named: collections, files and folders, tables, the Hub.

music21's collections are read as text from the installed package and handed on to nobody; music21 itself is
not imported. Nothing is judged or cleaned here.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

from abcgen.corpus.columns import Columns
from abcgen.corpus.corpora import CorpusSource, corpus_folder
from abcgen.corpus.provenance import Source, called, licensed, require_license
from abcgen.corpus.tables import TableSource, is_table
from abcgen.corpus.terms import THE_SESSION
from abcgen.corpus.tunebooks import TunebookSource
from abcgen.errors import InputError, UsageError

_ENCODING = "transcribers' encodings, read from the installed music21 package and not handed on"
#: music21's collections whose music is in the public domain: folder, what was printed when.
PUBLIC_DOMAIN: dict[str, str] = {
    "oneills1850": "public domain: O'Neill's Music of Ireland, printed 1903",
    "ryansMammoth": "public domain: Ryan's Mammoth Collection, printed 1883",
    "airdsAirs": "public domain: Aird's Airs, printed 1782-1801",
    "miscFolk": "public domain: traditional and 19th-century military music",
}
#: Where the tunes of a collection are from, where that is one place.
ORIGINS = {"oneills1850": "Ireland"}
#: Collections with terms that a user has to accept first: the word for `--accept`, then the terms.
ON_TERMS: dict[str, tuple[str, str]] = {
    "essenFolksong": (
        "essen-noncommercial",
        "Essen Folksong Collection: free for non-commercial use alone, by the licence file beside it",
    ),
}
#: The names of all collections.
COLLECTIONS = (*PUBLIC_DOMAIN, *ON_TERMS)
_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+(:[\w.+-]+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class KnownSource:
    """A collection that has a name of its own. `size` is in bytes; no `files` when it is not at hand."""

    name: str
    files: int
    size: int
    terms: str
    accept: str = ""

    @property
    def at_hand(self) -> bool:
        return self.files > 0


def known_sources() -> list[KnownSource]:
    """The collections that can be named, and how much of each is installed."""
    found = []
    for name in COLLECTIONS:
        accept, terms = ON_TERMS.get(name, ("", PUBLIC_DOMAIN.get(name, "")))
        folder = _music21_folder(name)
        files = list(folder.rglob("*.abc")) if folder is not None else []
        found.append(KnownSource(name, len(files), sum(p.stat().st_size for p in files), terms, accept))
    return found


def _music21_folder(collection: str) -> Path | None:
    spec = importlib.util.find_spec("music21")
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = Path(next(iter(spec.submodule_search_locations))) / "corpus" / collection
    return folder if folder.is_dir() else None


def music21_source(collection: str) -> TunebookSource:
    """One of music21's collections. Raises InputError without music21 or without it."""
    folder = _music21_folder(collection)
    if folder is None:
        raise InputError(f"music21, whose package holds the collection {collection}, is not installed whole")
    version = f"music21 {importlib.metadata.version('music21')}"
    rights = PUBLIC_DOMAIN.get(collection) or ON_TERMS[collection][1]
    origin = ORIGINS.get(collection, "")
    return TunebookSource(folder, collection, rights, _ENCODING, version, origin=origin)


def find_sources(
    names: Sequence[str],
    *,
    accept: Collection[str] = (),
    columns: Columns | None = None,
    license_id: str = "",
    permission: str = "",
) -> list[Source]:
    """Sources by name or path; the public-domain four when none is named.

    `accept` holds the terms that the user accepts, `columns` what the columns of tables mean, `license_id`
    the licence under which files and tables may be handed on, as the Hub spells it, "" when they may not, and
    `permission` says who allowed the use of what is refused otherwise. Raises InputError for a name that is
    neither a collection, a path nor a dataset, and for terms that are not accepted; UsageError for a licence
    over what has terms of its own.
    """
    if license_id and not set(names) - set(COLLECTIONS):
        raise UsageError(
            "--license is for files and tables of your own; the collections have terms of theirs"
        )
    unknown = set(accept) - {word for word, _ in ON_TERMS.values()}
    if unknown:
        known = ", ".join(word for word, _ in ON_TERMS.values())
        raise UsageError(f"no collection has the terms {min(unknown)!r}; --accept takes: {known}")
    if not names:
        return [music21_source(name) for name in PUBLIC_DOMAIN]
    if "" in names:
        raise UsageError("--source is empty; give a path, a dataset or the name of a collection")
    if license_id:
        require_license(license_id)
    found: list[Source] = []
    taken = set(COLLECTIONS)
    for name in names:
        source = _source(name, accept, columns, license_id, permission)
        if name not in COLLECTIONS:
            source = replace(source, name=_unlike(called(name), taken))
        taken.add(source.name)
        found.append(source)
    return found


def _unlike(name: str, taken: Collection[str]) -> str:
    """The name, with a number where another source, or a known one, is called so."""
    numbered = (f"{name} ({number})" for number in count(2))
    return name if name not in taken else next(other for other in numbered if other not in taken)


def _refuse_unaccepted(name: str, accept: Collection[str]) -> None:
    word, terms = ON_TERMS.get(name, ("", ""))
    if word and word not in accept:
        raise InputError(f"{name} has terms to accept first: {terms}. If you do: --accept {word}")


def _source(
    name: str, accept: Collection[str], columns: Columns | None, license_id: str, permission: str
) -> TunebookSource | TableSource | CorpusSource:
    if name in COLLECTIONS:
        _refuse_unaccepted(name, accept)
        return music21_source(name)
    path = Path(name)
    if path.exists():
        return _on_disk(path, accept, columns, license_id)
    if path.is_symlink():
        raise InputError(f"{name} is a link to {path.readlink()}, which is not there")
    if "thesession" in name.lower() and not permission:
        raise InputError(f"{name} is refused: {THE_SESSION.reason}")
    if _HUB_ID.fullmatch(name):
        return TableSource(name, columns, encoding_rights=licensed(license_id), license=license_id)
    known = ", ".join(COLLECTIONS)
    raise InputError(f"{name} is no path, no dataset as user/name and no known collection (known: {known})")


def _on_disk(
    path: Path, accept: Collection[str], columns: Columns | None, license_id: str
) -> TunebookSource | TableSource | CorpusSource:
    if corpus_folder(path) is not None:
        if license_id or columns:
            what = "--license" if license_id else "--columns"
            raise UsageError(
                f"{path} is a corpus, whose tunes have terms and columns already; leave {what} off"
            )
        corpus = CorpusSource(path)
        for inner in corpus.names():
            _refuse_unaccepted(inner, accept)
        return corpus
    rights = licensed(license_id)
    if is_table(path):
        return TableSource(str(path), columns, encoding_rights=rights, license=license_id)
    if columns:
        raise UsageError(f"--columns is for tables; {path} holds ABC")
    return TunebookSource(path, encoding_rights=rights, license=license_id)
