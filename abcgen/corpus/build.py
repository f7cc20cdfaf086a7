"""From sources to a corpus on disk: cleaned, without near-duplicates, split, with a report.

The corpus is a `datasets.DatasetDict` in a folder; beside it `manifest.json` says where every tune came from,
what was dropped and why, `clusters.jsonl` which tunes are near-duplicates, `dropped.jsonl` what is not here.
Tunes are cleaned by several processes and wait on disk; in memory stays what tells them apart.
"""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, replace
from itertools import islice
from pathlib import Path
from typing import Any

from abcgen.corpus.cleaning import Cleaned, clean_tunes
from abcgen.corpus.likeness import SHINGLE
from abcgen.corpus.provenance import RawTune, Source, SourceInfo
from abcgen.corpus.report import Report
from abcgen.corpus.selection import (
    NEAR_DUPLICATE,
    Clusters,
    Kept,
    find_clusters,
    part_what_leaks,
    split_corpus,
)
from abcgen.corpus.splits import RULE
from abcgen.corpus.store import CLUSTERS, CORPUS_FILES, DROPPED, Spool, frozen_test_hashes, save_rows
from abcgen.corpus.terms import TermsWatch, refusal
from abcgen.errors import CorpusError, InputError, OutputError
from abcgen.files import file_digest, folder_whole, write_whole

_CHUNK = 64
_AHEAD = 4  # chunks a worker that wait at most


def build_corpus(
    sources: Sequence[Source],
    out: Path,
    *,
    frozen: Collection[str] | None = None,
    overwrite: bool = False,
    permission: str = "",
    duplicates: str = "one",
    workers: int = 1,
    arguments: Mapping[str, Any] | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Report:
    """Build a corpus from `sources` into the folder `out`; gives the report, also in its manifest.

    `frozen` are tune hashes that are the test split wherever they occur (default: the shipped list).
    `permission` says who allowed the use of a source whose terms forbid it, and when; it is recorded, as are
    `arguments`. `duplicates` is one of `DUPLICATES`; however many `workers`, the rows are the same.

    Raises InputError when a source comes without its permission, or cannot be read, CorpusError when too
    little is left, OutputError when `out` is taken or cannot be written.
    """
    frozen = frozen_test_hashes() if frozen is None else frozen
    report = Report()
    _refuse_own_source(out, sources)
    place = folder_whole(out, overwrite=overwrite, owned=CORPUS_FILES, proof="manifest.json")
    with place as folder, Spool(folder) as spool:
        infos = [source.info() for source in sources]  # it reads every byte: once is enough
        clean, dropped = _clean(sources, infos, report, permission, workers, spool, progress)
        progress(f"{len(clean)} tunes cleaned; looking for near-duplicates")
        clusters = find_clusters(clean, dropped, report)
        parts = split_corpus(clean, clusters, report, frozen, duplicates)
        part_what_leaks(clean, parts, report)
        progress(f"{sum(map(len, parts.values()))} tunes kept; writing")
        passport = clusters.passports(clean, parts)
        for name, numbers in parts.items():
            for i in numbers:
                report.keep(clean[i].tune, name)
        places = {name: [clean[i].offset for i in numbers] for name, numbers in parts.items()}
        rows_sha256 = save_rows(folder, places, spool, [passport[i] for part in parts.values() for i in part])
        told_lists = _write_lists(folder, clean, clusters, parts, dropped)
        every = dict.fromkeys(filter(None, [permission, *(info.permission for info in infos)]))
        told = {"arguments": dict(arguments or {}), "duplicates": duplicates, "permission": "; ".join(every)}
        told["lists_sha256"] = told_lists
        write_whole(folder / "manifest.json", _manifest(infos, rows_sha256, report, told))
    return report


def _refuse_own_source(out: Path, sources: Sequence[Source]) -> None:
    """Raise OutputError when the corpus would take the place of what it is made from."""
    place = out.resolve()
    for source in sources:
        path = getattr(source, "path", None)
        if path is None:
            continue
        where = Path(path).resolve()
        if place == where or place in where.parents:
            raise OutputError(f"{out} holds the source {path}; write the corpus elsewhere")


def _clean(
    sources: Sequence[Source],
    infos: Sequence[SourceInfo],
    report: Report,
    permission: str,
    workers: int,
    spool: Spool,
    progress: Callable[[str], None],
) -> tuple[list[Kept], list[Cleaned]]:
    """Every tune of every source, in order: those that can be kept, their rows on disk, and the others."""
    clean: list[Kept] = []
    dropped: list[Cleaned] = []
    with _Cleaners(workers) as cleaners:
        for source, info in zip(sources, infos, strict=True):
            progress(f"reading {info.name}: {info.files} files")
            if info.notice:
                progress(info.notice)
            watch = TermsWatch(info.columns)
            for tune in cleaners.cleaned(source.tunes(report.without_tune.append)):
                watch.look(tune.place.rpartition(" line ")[0], tune.traits)
                report.take(tune)
                if tune.row is None:
                    dropped.append(tune)
                else:
                    offset = spool.put(tune.row)
                    clean.append(Kept(replace(tune, row=None), tune.row["id"], offset))
            verdict = watch.verdict()
            if verdict is not None and not permission:
                terms, file = verdict
                raise refusal(f"{info.name} {file}".strip(), terms)
            if info.permission and not permission:
                raise InputError(
                    f"{info.name} was built with permission ({info.permission}); say whose yours is: "
                    '--i-have-permission "who, when"'
                )
    if not clean:
        raise CorpusError("no tune is left after cleaning: " + _why(report))
    return clean, dropped


def _leave_with(parent: int) -> None:
    """Have this process end when told, and soon after its parent, which may be killed without a word."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent is told, too

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


class _Cleaners:
    """Cleans tunes in this process, or shares them out among several; the order is that of the tunes."""

    def __init__(self, workers: int) -> None:
        self._pool = None
        if workers > 1:
            self._pool = ProcessPoolExecutor(workers, initializer=_leave_with, initargs=(os.getpid(),))
        self._ahead = _AHEAD * workers

    def __enter__(self) -> _Cleaners:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def cleaned(self, tunes: Iterator[RawTune]) -> Iterator[Cleaned]:
        """What becomes of each tune; no more than a few chunks are in the works at a time."""
        if self._pool is None:
            for tune in tunes:
                yield from clean_tunes([tune])
            return
        waiting: list[Future[list[Cleaned]]] = []
        try:
            yield from self._shared(tunes, waiting)
        except BrokenProcessPool:
            raise CorpusError(
                "a process that cleaned tunes was killed, perhaps for want of memory; --workers 1 needs least"
            ) from None

    def _shared(self, tunes: Iterator[RawTune], waiting: list[Future[list[Cleaned]]]) -> Iterator[Cleaned]:
        """As `cleaned`, by the processes of the pool."""
        assert self._pool is not None  # noqa: S101 - for the types
        while chunk := list(islice(tunes, _CHUNK)):
            waiting.append(self._pool.submit(clean_tunes, chunk))
            if len(waiting) > self._ahead:
                yield from waiting.pop(0).result()
        for future in waiting:
            yield from future.result()


def _why(report: Report) -> str:
    reasons = ", ".join(f"{count} {reason}" for reason, count in report.dropped.most_common(5))
    if report.dropped["free-meter"] == report.read and report.read:
        reasons += "; no tune says its metre: of a table, name its column with --columns body=...,M=..."
    return reasons or "the sources hold no tune; a tune begins with X:"


def _write_lists(
    folder: Path,
    clean: Sequence[Kept],
    clusters: Clusters,
    parts: Mapping[str, Sequence[int]],
    dropped: Sequence[Cleaned],
) -> dict[str, str]:
    """The clusters of more than one tune, and every tune that could not be cleaned, a JSON object a line.

    Gives the SHA-256 of each list by its name.
    """
    split_of = {i: name for name, numbers in parts.items() for i in numbers}
    lines = []
    for members in clusters.members():
        tunes = [
            {"id": clean[i].id, "where": clean[i].tune.where, "split": split_of.get(i, "")} for i in members
        ]
        if len(tunes) > 1:
            lines.append(json.dumps({"cluster": tunes[0]["id"], "tunes": tunes}, ensure_ascii=False))
    write_whole(folder / CLUSTERS, "".join(line + "\n" for line in lines))
    lines = [
        json.dumps(
            {"where": tune.where, "title": tune.title, "reason": tune.reason, "detail": tune.detail},
            ensure_ascii=False,
        )
        for tune in dropped
    ]
    write_whole(folder / DROPPED, "".join(line + "\n" for line in lines))
    return {name: file_digest([folder / name]) for name in (CLUSTERS, DROPPED)}


def _manifest(infos: Sequence[SourceInfo], rows_sha256: str, report: Report, told: Mapping[str, Any]) -> str:
    from abcgen import __version__

    content: dict[str, Any] = {
        "abcgen": __version__,
        "code_sha256": _code_sha256(),
        **told,
        "sources": [asdict(info) for info in infos],
        "near_duplicate": f"Jaccard of {SHINGLE}-step shingles, of melody or beats, >= {NEAR_DUPLICATE}",
        "split_rule": RULE,
        "rows_sha256": rows_sha256,
        **report.as_dict(),
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _code_sha256() -> str:
    """A fingerprint of the code that makes a corpus: this package and `notation`."""
    rooms = (Path(__file__).parents[1] / name for name in ("corpus", "notation"))
    return file_digest(path for room in rooms for path in sorted(room.glob("*.py")))
