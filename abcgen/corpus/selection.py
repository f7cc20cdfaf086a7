"""Which of the cleaned tunes a corpus holds, and in which split: near-duplicates, groups, what would leak.

Works on numbers of tunes and on their shingles; rows and folders are others' business.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from abcgen.corpus.cleaning import Cleaned
from abcgen.corpus.likeness import Keys, Likable, joined, largest_likeness, like_pairs
from abcgen.corpus.report import Report
from abcgen.corpus.sources import PUBLIC_DOMAIN
from abcgen.corpus.splits import SPLITS, TOGETHER, assign, common_titles, split_groups
from abcgen.errors import CorpusError

#: Tunes this alike are one tune; no test tune may be this alike to a train tune.
NEAR_DUPLICATE = 0.4
#: How the tunes of a cluster are kept: one of them, or all with weights that add up to one.
DUPLICATES = ("one", "weighted")


@dataclass(frozen=True, slots=True)
class Kept:
    """A cleaned tune whose row waits on disk at `offset`."""

    tune: Cleaned
    id: str
    offset: int


@dataclass(frozen=True, slots=True)
class Clusters:
    """For every cleaned tune its cluster, named by its first tune; all pairs that are somewhat alike."""

    of: list[int]
    pairs: list[tuple[int, int, float]]

    def members(self) -> list[list[int]]:
        """The tunes of every cluster, in order."""
        found: dict[int, list[int]] = {}
        for i, cluster in enumerate(self.of):
            found.setdefault(cluster, []).append(i)
        return list(found.values())

    def passports(
        self, clean: Sequence[Kept], parts: Mapping[str, Sequence[int]]
    ) -> dict[int, dict[str, str | float]]:
        """For every tune of the corpus its cluster, and its weight; those of a cluster add up to one."""
        sizes = Counter((name, self.of[i]) for name, numbers in parts.items() for i in numbers)
        return {
            i: {"cluster": clean[self.of[i]].id, "weight": 1 / sizes[name, self.of[i]]}
            for name, numbers in parts.items()
            for i in numbers
        }


def _likable(tune: Cleaned) -> tuple[Likable, Keys]:
    """A tune's shingles and keys, which every tune with music has."""
    if tune.like is None or tune.keys is None:
        raise AssertionError("a cleaned tune has its shingles")
    return tune.like, tune.keys


def find_clusters(clean: Sequence[Kept], dropped: Sequence[Cleaned], report: Report) -> Clusters:
    """Which tunes are near-duplicates, and how many of the dropped ones are, of one that is kept."""
    others = [tune for tune in dropped if tune.like is not None]
    every = [*(kept.tune for kept in clean), *others]
    known = [_likable(tune) for tune in every]
    pairs = list(like_pairs([like for like, _ in known], [keys for _, keys in known], TOGETHER))
    near = [pair for pair in pairs if pair[2] >= NEAR_DUPLICATE]
    report.dropped_duplicates = len({j for i, j, _ in near if i < len(clean) <= j})
    groups = joined(len(clean), (pair for pair in near if pair[1] < len(clean)))
    clusters = [groups.find(i) for i in range(len(clean))]
    report.duplicates = len(clean) - len(set(clusters))
    return Clusters(clusters, [pair for pair in pairs if pair[1] < len(clean)])


def split_corpus(
    clean: Sequence[Kept], clusters: Clusters, report: Report, frozen: Collection[str], duplicates: str
) -> dict[str, list[int]]:
    """The numbers of the tunes in each split. Of a cluster one is kept: a frozen one, else the first."""
    members = clusters.members()
    common = common_titles(clean[tunes[0]].tune.title for tunes in members)
    report.common_titles = sorted(common)
    groups = split_groups([kept.tune.title for kept in clean], clusters.pairs, common)
    sources = [kept.tune.source for kept in clean]
    names = assign([kept.id for kept in clean], groups, sources, frozen, PUBLIC_DOMAIN)
    parts: dict[str, list[int]] = {name: [] for name in SPLITS}
    for tunes in members:
        chosen = next((i for i in tunes if clean[i].id in frozen), tunes[0])
        taken: set[str] = set()
        for i in tunes:
            name, id_ = names[i], clean[i].id
            stays = i == chosen or (id_ in frozen and id_ not in taken)  # every frozen tune stays, once
            weighted = duplicates == "weighted" and name == "train" and id_ not in taken
            if not stays and not weighted:
                report.drop(clean[i].tune, "near-duplicate", f"of {clean[chosen].tune.where}")
            elif not name:
                report.drop(clean[i].tune, "beside-test", "shares a title or phrases with a frozen test tune")
            else:
                parts[name].append(i)
                taken.add(id_)
    parts = {name: sorted(numbers) for name, numbers in parts.items()}
    empty = [name for name, numbers in parts.items() if not numbers]
    if empty:
        raise CorpusError(
            f"too few to split: nothing of {len(clean)} tunes falls into {' and '.join(empty)}; at least 20 "
            "are needed that are not alike nor on the list of test tunes, and 100 are a small corpus"
        )
    return parts


def part_what_leaks(clean: Sequence[Kept], parts: Mapping[str, list[int]], report: Report) -> None:
    """Leave out of train what is a near-duplicate of a tune held out; measured exactly, without any hash.

    The largest likeness that is left between test and train is reported.
    """
    while True:
        train = parts["train"]
        likes = [_likable(clean[i].tune)[0] for i in train]
        held = [(name, i) for name in ("test", "validation") for i in parts[name]]
        leaking: dict[int, int] = {}
        best = (0.0, -1, -1)
        for number, j, found in largest_likeness([_likable(clean[i].tune)[0] for _, i in held], likes):
            name, i = held[number]
            if found >= NEAR_DUPLICATE:
                leaking.setdefault(train[j], i)
            if name == "test" and j >= 0:
                best = max(best, (found, i, train[j]))
        if not leaking:
            break
        for j, i in leaking.items():
            report.drop(clean[j].tune, "beside-test", f"near {clean[i].tune.where}")
        parts["train"][:] = [j for j in train if j not in leaking]
    report.largest_likeness = best[0]
    if best[1] >= 0:
        report.largest_pair = (clean[best[1]].tune.title, clean[best[2]].tune.title)
