"""A corpus put to the proof from its files alone: what it says of itself holds, and its splits do not leak.

Likeness is measured exactly here, tune by tune, not by the hash that found the clusters.
"""

from __future__ import annotations

import contextlib
import json
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from abcgen.corpus.cleaning import COLUMNS
from abcgen.corpus.corpora import every_source
from abcgen.corpus.likeness import Likable, largest_likeness, likable
from abcgen.corpus.provenance import Source
from abcgen.corpus.selection import NEAR_DUPLICATE
from abcgen.corpus.sources import COLLECTIONS, music21_source
from abcgen.corpus.splits import SPLITS, title_key
from abcgen.corpus.store import CLUSTERS, DROPPED, load_corpus, rows_digest, whole_manifest
from abcgen.errors import InputError, NotationError
from abcgen.files import file_digest
from abcgen.notation.acceptor import accepts
from abcgen.notation.parser import parse_tune
from abcgen.notation.sounding import music_hash
from abcgen.notation.steering import steering_lines

Row = Mapping[str, Any]
#: Likeness is written with so few digits.
_ROUNDED = 1e-3


@dataclass
class Audit:
    """`figures` are what was measured, by name; `faults` say what does not hold, empty for a sound corpus."""

    figures: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def audit_corpus(path: Path, sources: Sequence[Source] = ()) -> Audit:
    """Put the corpus in a folder to the proof, and that `sources` are what it was built from.

    Collections that are installed need not be given. Raises CorpusError when the folder holds no corpus.
    """
    corpus, manifest = load_corpus(path, COLUMNS), whole_manifest(path)
    rows: dict[str, list[Row]] = {split: corpus[split].to_list() for split in SPLITS}
    audit = Audit()
    _rows_are_those_of_the_manifest(rows, manifest, audit)
    likes = {split: [_checked(row, split, audit) for row in rows[split]] for split in SPLITS}
    for split in ("test", "validation"):
        _no_neighbours(split, rows, likes, manifest["largest_likeness"], audit)
        _no_shared_titles(split, rows, manifest["common_titles"], audit)
    _weights_add_up(rows, audit)
    _passports_are_whole(rows, manifest, audit)
    _lists_are_those_of_the_manifest(path, rows, manifest, audit)
    _sources_are_the_same(manifest, sources, audit)
    return audit


def _rows_are_those_of_the_manifest(
    rows: Mapping[str, Sequence[Row]], manifest: Mapping[str, Any], audit: Audit
) -> None:
    digest = rows_digest(rows)
    audit.figures["rows"] = ", ".join(f"{len(tunes)} {split}" for split, tunes in rows.items())
    audit.figures["rows SHA-256"] = digest
    if digest != manifest["rows_sha256"]:
        audit.faults.append("the rows are not those of the manifest: their SHA-256 is another")
    kept = {split: len(tunes) for split, tunes in rows.items()}
    if manifest.get("kept") != kept:
        audit.faults.append(
            f"the manifest says that {manifest.get('kept')} tunes were kept; there are {kept}"
        )
    ids = Counter(row["id"] for tunes in rows.values() for row in tunes)
    again = [id_ for id_, count in ids.items() if count > 1]
    if again:
        audit.faults.append(f"{len(again)} tunes are here twice, such as {again[0]}")


def _checked(row: Row, split: str, audit: Audit) -> Likable:
    """The shingles of a row's tune, which must be valid, and be what the row's columns say."""
    name = f"{split} {row['id']} ({row.get('title')})"
    text = row["header"] + row["body"]
    try:
        tune = parse_tune(text)
    except NotationError as error:
        audit.faults.append(f"{name} is no tune: {error}")
        return likable(())
    if not tune.valid or music_hash(tune.bars) != row["id"]:
        audit.faults.append(f"{name} is not the music of its hash")
    elif not accepts(text):
        audit.faults.append(f"{name} is not in the dialect")
    else:
        origin = [line for line in str(row.get("steering", "")).splitlines() if line.startswith("O:")]
        true = [*origin[:1], *(line for line in steering_lines(tune) if not line.startswith("O:"))]
        said = (row.get("meter"), row.get("key"), row.get("rhythm"), row.get("steering"))
        if said != (tune.meter.plain(), tune.key.plain(), tune.rhythm, "\n".join(true)):
            audit.faults.append(f"{name}: its columns say something else than its text")
    return likable(tune.bars)


def _no_neighbours(
    split: str,
    rows: Mapping[str, Sequence[Row]],
    likes: Mapping[str, Sequence[Likable]],
    said: float,
    audit: Audit,
) -> None:
    best = (0.0, 0, -1)
    near = 0
    for i, j, found in largest_likeness(likes[split], likes["train"]):
        best = max(best, (found, i, j))
        near += found >= NEAR_DUPLICATE
    name = f"largest likeness of {split} to train"
    audit.figures[name] = f"{best[0]:.3f} (below {NEAR_DUPLICATE} is right)"
    if split == "test" and abs(best[0] - said) > _ROUNDED:
        audit.faults.append(f"the manifest says that the largest likeness is {said:.3f}; it is {best[0]:.3f}")
    if near:
        one, two = rows[split][best[1]]["title"], rows["train"][best[2]]["title"]
        audit.faults.append(f"{near} tunes of {split} are near a train tune, such as {one!r} and {two!r}")


def _weights_add_up(rows: Mapping[str, Sequence[Row]], audit: Audit) -> None:
    """The tunes of a cluster that one split holds count as one."""
    sums: dict[tuple[str, str], float] = defaultdict(float)
    for split, tunes in rows.items():
        for row in tunes:
            sums[split, str(row.get("cluster"))] += float(row.get("weight") or 0.0)
    wrong = sum(abs(total - 1) > 1e-9 for total in sums.values())
    if wrong:
        audit.faults.append(f"the weights of {wrong} clusters do not add up to one")


def _no_shared_titles(
    split: str, rows: Mapping[str, Sequence[Row]], common: Collection[str], audit: Audit
) -> None:
    """A title that names a tune, not a kind of tune, stands on one side."""
    keys = {name: {title_key(str(row.get("title") or "")) for row in tunes} for name, tunes in rows.items()}
    shared = sorted((keys[split] & keys["train"]) - set(common) - {""})
    audit.figures[f"titles in {split} and in train"] = str(len(shared))
    if shared:
        audit.faults.append(f"{len(shared)} titles are in {split} and in train, such as {shared[0]}")


def _passports_are_whole(
    rows: Mapping[str, Sequence[Row]], manifest: Mapping[str, Any], audit: Audit
) -> None:
    """Every tune says where it is from, and has the rights that its source has."""
    rights = {
        info["name"]: (info.get("music_rights"), info.get("encoding_rights"))
        for info in every_source(manifest)
    }
    for split, tunes in rows.items():
        for row in tunes:
            found = (row.get("music_rights"), row.get("encoding_rights"))
            if not row.get("place") or not all(found) or rights.get(row.get("source")) != found:
                audit.faults.append(f"{split} {row['id']} ({row.get('title')}): its passport is not whole")


def _lists_are_those_of_the_manifest(
    path: Path, rows: Mapping[str, Sequence[Row]], manifest: Mapping[str, Any], audit: Audit
) -> None:
    """The lists beside the rows are as they were written, and the rows are in the clusters listed."""
    for name in (CLUSTERS, DROPPED):
        file = path / name
        if not file.is_file() or file_digest([file]) != manifest["lists_sha256"].get(name):
            audit.faults.append(f"{name} is not that of the manifest")
            return
    cluster_of = {row["id"]: row.get("cluster") for tunes in rows.values() for row in tunes}
    for line in (path / CLUSTERS).read_text("utf-8").splitlines():
        cluster = json.loads(line)
        for tune in cluster["tunes"]:
            if tune["split"] and cluster_of.get(tune["id"]) != cluster["cluster"]:
                audit.faults.append(f"{tune['id']} is not in the cluster that {CLUSTERS} names")


def _sources_are_the_same(manifest: Mapping[str, Any], given: Sequence[Source], audit: Audit) -> None:
    """The sources that are at hand are those that the corpus was built from."""
    now = {}
    for source in given:
        info = source.info()
        now[info.name] = info.sha256
    told = {info["name"]: info.get("sha256") for info in [*manifest["sources"], *every_source(manifest)]}
    for name in told:
        if name in COLLECTIONS:
            with contextlib.suppress(InputError):  # not at hand any more
                now[name] = music21_source(name).info().sha256
    audit.figures["sources compared"] = f"{len(told.keys() & now.keys())} of {len(told)}"
    for name in now:
        if name not in told:
            audit.faults.append(f"{name} is no source of this corpus")
        elif now[name] != told[name]:
            audit.faults.append(f"the source {name} has changed since; build the corpus again")
