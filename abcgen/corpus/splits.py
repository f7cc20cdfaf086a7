"""Train, validation and test, so that no test tune has a likeness in train.

Tunes that share a title or are somewhat alike go to the same side together. Which side that is hangs
on a hash of the group alone, so adding tunes moves no others. A frozen list of test tunes overrules it.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence

from abcgen.corpus.likeness import joined

#: Tunes this alike are kept on one side; near-duplicates are gone before.
TOGETHER = 0.3
TEST_SHARE = 0.10
VALIDATION_SHARE = 0.06
#: A title borne by more tunes than this names a kind of tune, not a tune.
COMMON_TITLE = 4
SPLITS = ("train", "validation", "test")
RULE = (
    f"groups joined by likeness >= {TOGETHER} or title; SHA-256 of the group's smallest tune hash: "
    f"below {TEST_SHARE} test, below {TEST_SHARE + VALIDATION_SHARE:.2f} validation; "
    "frozen test tunes overrule it, what is grouped with them is left out"
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


def split_groups(titles: Sequence[str], pairs: Iterable[tuple[int, int, float]]) -> list[int]:
    """For each tune the number of its group: tunes that must not be parted, by title or as `pairs` say."""
    groups = joined(len(titles), pairs)
    keys = [title_key(title) for title in titles]
    common = {key for key, count in Counter(keys).items() if count > COMMON_TITLE}
    first: dict[str, int] = {}
    for i, key in enumerate(keys):
        if key and key not in common:
            groups.join(first.setdefault(key, i), i)
    return [groups.find(i) for i in range(len(titles))]


def assign(
    hashes: Sequence[str], groups: Sequence[int], frozen: Collection[str], settled: Sequence[bool]
) -> list[str]:
    """The split of each tune, or "" for those that sit beside a frozen test tune and are left out.

    `settled` marks the tunes of collections whose test tunes are all in the frozen list: when any of these is
    here, no other tune of theirs becomes one.
    """
    members: dict[int, list[int]] = defaultdict(list)
    for i, group in enumerate(groups):
        members[group].append(i)
    frozen_here = {h for h in hashes if h in frozen}
    splits = [""] * len(hashes)
    for together in members.values():
        in_test = any(hashes[i] in frozen_here for i in together)
        with_test = not (frozen_here and any(settled[i] for i in together))
        name = "" if in_test else _side(min(hashes[i] for i in together), with_test=with_test)
        for i in together:
            splits[i] = "test" if hashes[i] in frozen_here else name
    return splits


def _side(key: str, *, with_test: bool) -> str:
    """The split that a group's name falls into."""
    place = int(hashlib.sha256(key.encode("ascii")).hexdigest()[:8], 16) / 2**32
    if place < TEST_SHARE:
        return "test" if with_test else "train"
    return "validation" if place < TEST_SHARE + VALIDATION_SHARE else "train"
