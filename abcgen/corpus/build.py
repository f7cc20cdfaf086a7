"""From sources to a corpus on disk: cleaned, without near-duplicates, split, with a report.

The corpus is a `datasets.DatasetDict` in a folder, beside it `manifest.json`: where every tune came
from, what was dropped and why. Nothing is dropped without being counted.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from abcgen.corpus.likeness import Grams, Groups, largest_likeness, like_pairs, step_grams
from abcgen.corpus.provenance import RawTune, Source, SourceInfo
from abcgen.corpus.sources import PUBLIC_DOMAIN
from abcgen.corpus.splits import RULE, SPLITS, assign, split_groups
from abcgen.corpus.terms import TermsWatch, refusal
from abcgen.errors import CorpusError, InputError, OutputError
from abcgen.files import folder_whole, write_whole
from abcgen.notation.dialect import DialectTune, NotInDialect, header_text, losses, rhythm_name, to_dialect
from abcgen.notation.parser import parse_tune
from abcgen.notation.sounding import music_hash
from abcgen.resources import resource

if TYPE_CHECKING:
    import datasets

#: No test tune may be this alike to a train tune, and of tunes this alike one is kept.
NEAR_DUPLICATE = 0.5
COLUMNS = (
    "id",
    "source",
    "place",
    "title",
    "rhythm",
    "meter",
    "key",
    "header",
    "body",
    "music_rights",
    "encoding_rights",
    "transcriber",
)
_EXAMPLES = 3
#: What a corpus folder holds; a folder that holds anything else is not replaced.
CORPUS_FILES = frozenset({"dataset_dict.json", "manifest.json", *SPLITS})
FROZEN_TEST = "datasets/public-domain/test-hashes.txt"


@dataclass(frozen=True, slots=True)
class _Clean:
    raw: RawTune
    text: DialectTune
    hash: str
    grams: Grams


@dataclass
class Report:
    """What became of every tune read. `dropped` counts by reason, `examples` shows a few of each."""

    read: int = 0
    without_tune: list[str] = field(default_factory=list)
    kept: dict[str, int] = field(default_factory=dict)
    dropped: Counter[str] = field(default_factory=Counter)
    left_off: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)
    by_source: dict[str, Counter[str]] = field(default_factory=dict)
    largest_likeness: float = 0.0
    largest_pair: tuple[str, str] = ("", "")

    def drop(self, raw: RawTune, reason: str, detail: str) -> None:
        self.dropped[reason] += 1
        self.by_source.setdefault(raw.source, Counter())["dropped"] += 1
        shown = self.examples.setdefault(reason, [])
        if len(shown) < _EXAMPLES:
            shown.append(f"{raw.source} {raw.place}: {detail}")

    def lines(self) -> list[str]:
        """The report as a table of plain lines."""
        total = sum(self.kept.values())
        lines = [f"{'read':<28}{self.read:>7}", f"{'kept':<28}{total:>7}"]
        if self.without_tune:
            lines.insert(0, f"{'files without a tune':<28}{len(self.without_tune):>7}")
        lines += [f"  {name:<26}{count:>7}" for name, count in self.kept.items()]
        lines.append(f"{'dropped':<28}{sum(self.dropped.values()):>7}")
        lines += [f"  {reason:<26}{count:>7}" for reason, count in self.dropped.most_common()]
        lines.append("left off, music unchanged (tunes)")
        lines += [f"  {name:<26}{count:>7}" for name, count in self.left_off.most_common()]
        lines.append("by source (kept, dropped)")
        lines += [f"  {name:<26}{c['kept']:>7}{c['dropped']:>7}" for name, c in self.by_source.items()]
        lines.append(
            f"largest likeness of a test tune to a train tune: {self.largest_likeness:.3f} "
            f"(below {NEAR_DUPLICATE} is right)"
        )
        return lines


def build_corpus(
    sources: Sequence[Source],
    out: Path,
    *,
    frozen: Collection[str] | None = None,
    overwrite: bool = False,
    permission: str = "",
    progress: Callable[[str], None] = lambda _: None,
) -> Report:
    """Build a corpus from `sources` into the folder `out`; gives the report, also in its manifest.

    `frozen` are tune hashes that are the test split wherever they occur (default: the shipped list).
    `permission` says who allowed the use of a source whose terms forbid it, and when; it is recorded.
    Raises InputError when such a source comes without it, or one cannot be read, CorpusError when too
    little is left or the splits leak, OutputError when `out` is taken.
    """
    frozen = frozen_test_hashes() if frozen is None else frozen
    report = Report()
    _refuse_own_source(out, sources)
    with folder_whole(out, overwrite=overwrite, owned=CORPUS_FILES) as folder:
        infos = [source.info() for source in sources]  # it reads every byte: once is enough
        clean = _clean(list(zip(sources, infos, strict=True)), report, permission, progress)
        progress(f"{len(clean)} tunes cleaned; looking for near-duplicates")
        kept = _without_near_duplicates(clean, report, frozen)
        progress(f"{len(kept)} tunes kept; splitting")
        parts = _split(kept, report, frozen)
        _prove(parts, report)
        for name, tunes in parts.items():
            report.kept[name] = len(tunes)
            for tune in tunes:
                report.by_source.setdefault(tune.raw.source, Counter())["kept"] += 1
        _save(parts, folder)
        write_whole(folder / "manifest.json", _manifest(infos, parts, report, permission))
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


def load_corpus(path: Path) -> datasets.DatasetDict:
    """A built corpus. Raises CorpusError when the folder holds none."""
    import datasets

    if not (path / "dataset_dict.json").is_file():
        raise CorpusError(f"{path} is no corpus; make one with: abcgen corpus build --out {path}")
    try:
        corpus = datasets.load_from_disk(str(path))
    except Exception as error:  # whatever pyarrow and datasets make of a damaged folder
        raise CorpusError(f"{path} cannot be read as a corpus ({type(error).__name__}: {error})") from error
    for split in SPLITS:
        if split not in corpus or not len(corpus[split]):
            raise CorpusError(f"{path} is no whole corpus: its split {split} is missing or empty")
        for column in ("id", "header", "body"):
            if column not in corpus[split].column_names:
                raise CorpusError(f"{path} is no corpus of ours: {split} has no column {column}")
    return corpus


def corpus_hash(path: Path) -> str:
    """The SHA-256 over a corpus's rows, from its manifest. Raises CorpusError without one."""
    try:
        return str(json.loads((path / "manifest.json").read_text("utf-8"))["rows_sha256"])
    except (OSError, ValueError, KeyError, TypeError):
        raise CorpusError(f"{path} has no manifest.json that names its rows_sha256; build it anew") from None


def frozen_test_hashes() -> frozenset[str]:
    """The music hashes of the frozen public-domain test set."""
    try:
        text = resource(FROZEN_TEST).read_text("ascii")
    except InputError:
        return frozenset()
    return frozenset(line.strip() for line in text.splitlines() if line.strip() and line[0] != "#")


def _clean(
    sources: Sequence[tuple[Source, SourceInfo]],
    report: Report,
    permission: str,
    progress: Callable[[str], None],
) -> list[_Clean]:
    clean: list[_Clean] = []
    for source, info in sources:
        progress(f"reading {info.name}: {info.files} files")
        if info.notice:
            progress(info.notice)
        for raw in _watched(source, info, report, permission):
            report.read += 1
            try:
                text = _with_rhythm(to_dialect(raw.tune), raw)
            except NotInDialect as verdict:
                report.drop(raw, verdict.reason, str(verdict))
                continue
            bars = parse_tune(text.text).bars
            hash_ = music_hash(bars)
            if hash_ != music_hash(raw.tune.bars):
                report.drop(raw, "changed-by-cleaning", "the dialect's spelling has other notes")
                continue
            report.left_off.update(losses(raw.tune))
            clean.append(_Clean(raw, text, hash_, step_grams(bars)))
    if not clean:
        raise CorpusError("no tune is left after cleaning: " + _why(report))
    return clean


def _watched(source: Source, info: SourceInfo, report: Report, permission: str) -> Iterator[RawTune]:
    """The tunes of a source. Raises InputError once they are known as those of somebody who forbids it."""
    watch = TermsWatch(info.columns)
    for raw in source.tunes(report.without_tune.append):
        watch.look(raw.tune)
        yield raw
    verdict = watch.verdict()
    if verdict is not None and not permission:
        raise refusal(info.name, verdict)


def _why(report: Report) -> str:
    reasons = ", ".join(f"{count} {reason}" for reason, count in report.dropped.most_common(5))
    return reasons or "the sources hold no tune; a tune begins with X:"


def _with_rhythm(text: DialectTune, raw: RawTune) -> DialectTune:
    """A tune without R: gets the rhythm that its title ends with, as in `The Lark's Reel`."""
    tune = raw.tune
    if rhythm_name(tune.rhythm) or not tune.title:
        return text
    last = tune.title.rstrip(" .").split()[-2:]
    rhythm = rhythm_name(" ".join(last)) if last else ""
    return DialectTune(header_text(tune.meter.plain(), tune.key.plain(), rhythm), text.body)


def _without_near_duplicates(clean: list[_Clean], report: Report, frozen: Collection[str]) -> list[_Clean]:
    """One tune of every cluster of near-duplicates: a frozen one, else the first read."""
    groups = Groups(len(clean))
    for i, j, _ in like_pairs([tune.grams for tune in clean], NEAR_DUPLICATE):
        groups.join(i, j)
    chosen: dict[int, int] = {}
    for i, tune in enumerate(clean):
        group = groups.find(i)
        if group not in chosen or (tune.hash in frozen and clean[chosen[group]].hash not in frozen):
            chosen[group] = i
    kept = []
    for i, tune in enumerate(clean):
        keeper = chosen[groups.find(i)]
        if keeper == i:
            kept.append(tune)
        else:
            report.drop(
                tune.raw, "near-duplicate", f"of {clean[keeper].raw.source} {clean[keeper].raw.place}"
            )
    return kept


def _split(kept: list[_Clean], report: Report, frozen: Collection[str]) -> dict[str, list[_Clean]]:
    groups = split_groups([tune.grams for tune in kept], [tune.raw.tune.title for tune in kept])
    settled = [tune.raw.source in PUBLIC_DOMAIN for tune in kept]
    names = assign([tune.hash for tune in kept], groups, frozen, settled)
    parts: dict[str, list[_Clean]] = {name: [] for name in SPLITS}
    for tune, name in zip(kept, names, strict=True):
        if name:
            parts[name].append(tune)
        else:
            report.drop(tune.raw, "beside-test", "shares a title or phrases with a frozen test tune")
    empty = [name for name, tunes in parts.items() if not tunes]
    if empty:
        raise CorpusError(
            f"too few to split: nothing of {len(kept)} tunes falls into {' and '.join(empty)}; on which "
            "side a tune is hangs on its music, and about 100 tunes that are not alike are needed"
        )
    return parts


def _prove(parts: dict[str, list[_Clean]], report: Report) -> None:
    """Measure the largest likeness between test and train, exactly; refuse a corpus that leaks."""
    test, train = parts["test"], parts["train"]
    best, i, j = largest_likeness([t.grams for t in test], [t.grams for t in train])
    report.largest_likeness = best
    if i >= 0:
        report.largest_pair = (test[i].raw.tune.title, train[j].raw.tune.title)
    if best >= NEAR_DUPLICATE:
        raise CorpusError(f"the splits leak: {report.largest_pair} are {best:.3f} alike")


def row(tune: _Clean) -> dict[str, str]:
    """A tune as a row of the corpus, the columns `COLUMNS`."""
    header = tune.text.header
    fields = {line[0]: line[2:] for line in header.splitlines()}
    raw = tune.raw
    return {
        "id": tune.hash,
        "source": raw.source,
        "place": raw.place,
        "title": raw.tune.title,
        "rhythm": fields.get("R", ""),
        "meter": fields["M"],
        "key": fields["K"],
        "header": header,
        "body": tune.text.body,
        "music_rights": raw.music_rights,
        "encoding_rights": raw.encoding_rights,
        "transcriber": raw.transcriber,
    }


def _save(parts: dict[str, list[_Clean]], folder: Path) -> None:
    import datasets

    datasets.disable_progress_bars()
    features = datasets.Features({name: datasets.Value("string") for name in COLUMNS})
    whole = datasets.DatasetDict(
        {name: datasets.Dataset.from_list([row(t) for t in tunes], features) for name, tunes in parts.items()}
    )
    whole.save_to_disk(str(folder))


def _manifest(
    infos: Sequence[SourceInfo], parts: dict[str, list[_Clean]], report: Report, permission: str
) -> str:
    from abcgen import __version__

    rows = [json.dumps([name, row(t)], sort_keys=True) for name, tunes in parts.items() for t in tunes]
    content: dict[str, Any] = {
        "abcgen": __version__,
        "sources": [asdict(info) for info in infos],
        "permission": permission,
        "near_duplicate": f"Jaccard of 6-grams of semitone steps >= {NEAR_DUPLICATE}",
        "split_rule": RULE,
        "rows_sha256": hashlib.sha256("\n".join(rows).encode("utf-8")).hexdigest(),
        "files_without_a_tune": report.without_tune,
        "read": report.read,
        "kept": report.kept,
        "dropped": dict(report.dropped.most_common()),
        "left_off": dict(report.left_off.most_common()),
        "by_source": {name: dict(counts) for name, counts in report.by_source.items()},
        "examples": report.examples,
        "largest_likeness": round(report.largest_likeness, 4),
        "largest_pair": list(report.largest_pair),
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"
