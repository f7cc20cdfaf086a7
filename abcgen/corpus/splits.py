"""Train, validation and test, so that no test tune has a likeness in train.

Tunes that share a title or are somewhat alike go to the same side together. Every source gives the same share
to each split; which of its tunes hangs on a hash of them, so that adding tunes moves few others. A frozen
list of test tunes overrules it.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

from abcgen.corpus.likeness import joined

#: Tunes this alike are kept on one side; near-duplicates are gone before.
TOGETHER = 0.3
TEST_SHARE = 0.10
VALIDATION_SHARE = 0.06
#: A title borne by more tunes than this names a kind of tune, not a tune.
COMMON_TITLE = 4
SPLITS = ("train", "validation", "test")
RULE = (
    f"groups joined by likeness >= {TOGETHER} or title; of every source, in the order of the SHA-256 of "
    f"a group's smallest tune hash, the first {TEST_SHARE:.0%} test, the next "
    f"{VALIDATION_SHARE:.0%} validation; frozen test tunes overrule it, what is grouped with them is left out"
)
_KINDS = frozenset(
    [
        "air",
        "march",
        "reel",
        "jig",
        "hornpipe",
        "waltz",
        "strathspey",
        "quickstep",
        "polka",
        "minuet",
        "untitled",
        "notitle",
        "allegro",
        "slowair",
        "marquisdance",
        "countrydance",
    ]
)


def title_key(title: str) -> str:
    """A title for comparing: letters only, without article, subtitle and number; "" when generic."""
    text = re.split(r"--|\(|,|\d", title.lower())[0]
    text = re.sub(r"^the\s+|\s+the$", "", text.strip())
    key = re.sub(r"[\W_]+", "", text)
    return "" if len(key) < 4 or key in _KINDS else key


def common_titles(titles: Iterable[str]) -> frozenset[str]:
    """The titles, as `title_key` has them, of so many tunes that they name none."""
    counts = Counter(map(title_key, titles))
    return frozenset(key for key, count in counts.items() if key and count > COMMON_TITLE)


def split_groups(
    titles: Sequence[str], pairs: Iterable[tuple[int, int, float]], common: Collection[str]
) -> list[int]:
    """For each tune the number of its group: tunes that must not be parted, by title or as `pairs` say."""
    groups = joined(len(titles), pairs)
    keys = [title_key(title) for title in titles]
    first: dict[str, int] = {}
    for i, key in enumerate(keys):
        if key and key not in common:
            groups.join(first.setdefault(key, i), i)
    return [groups.find(i) for i in range(len(titles))]


def assign(
    hashes: Sequence[str],
    groups: Sequence[int],
    sources: Sequence[str],
    frozen: Collection[str],
    settled: Collection[str],
) -> list[str]:
    """The split of each tune, or "" for those that sit beside a frozen test tune and are left out.

    `settled` names the sources whose test tunes are all in the frozen list: when any of these is here, no
    other tune of theirs becomes one.
    """
    members: dict[int, list[int]] = defaultdict(list)
    for i, group in enumerate(groups):
        members[group].append(i)
    splits = [""] * len(hashes)
    drawn: dict[str, list[list[int]]] = defaultdict(list)
    frozen_here = {h for h in hashes if h in frozen}
    for together in members.values():
        if any(hashes[i] in frozen_here for i in together):
            for i in together:
                splits[i] = "test" if hashes[i] in frozen_here else ""
        else:
            drawn[sources[min(together, key=hashes.__getitem__)]].append(together)
    owed = {"test": 0.0, "validation": 0.0}
    for source in sorted(drawn):
        without_test = bool(frozen_here) and source in settled
        for name, together in _drawn(drawn[source], hashes, owed, without_test):
            for i in together:
                splits[i] = name
    return splits


def _drawn(
    groups: list[list[int]], hashes: Sequence[str], owed: dict[str, float], without_test: bool
) -> Iterator[tuple[str, list[int]]]:
    """The split of every group of a source, by the order of their hashes.

    `owed` is how many tunes a split still has to get; what one source cannot give is left for the next.
    """
    count = sum(map(len, groups))
    owed["test"] += 0 if without_test else TEST_SHARE * count
    owed["validation"] += VALIDATION_SHARE * count
    for together in sorted(groups, key=lambda group: _place(min(hashes[i] for i in group))):
        wanted = ("validation",) if without_test else ("test", "validation")
        name = next((name for name in wanted if owed[name] >= len(together) / 2), "train")
        if name != "train":
            owed[name] -= len(together)
        yield name, together


def _place(key: str) -> str:
    """Where a group stands in the order of its source."""
    return hashlib.sha256(key.encode("ascii")).hexdigest()
