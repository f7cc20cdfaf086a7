"""Whose terms forbid that models are trained on their tunes, and how to know them under another name.

A collection is known by what its tunes look like, not by its file's name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from abcgen.errors import InputError
from abcgen.notation.tune import Tune


@dataclass(frozen=True, slots=True)
class Terms:
    """A collection that may not be used, and why."""

    name: str
    reason: str


THE_SESSION = Terms(
    "thesession.org",
    "the licence of its data (LICENSE.md, since October 2025) prohibits using it to train models",
)
#: Columns of its dump, whatever else a table has.
_SESSION_COLUMNS = frozenset({"tune_id", "setting_id", "abc"})
#: Its own words for rhythms, with the metre that each has there.
_SESSION_METERS = {
    "jig": "6/8",
    "reel": "4/4",
    "slip jig": "9/8",
    "hornpipe": "4/4",
    "polka": "2/4",
    "slide": "12/8",
    "waltz": "3/4",
    "barndance": "4/4",
    "strathspey": "4/4",
    "three-two": "3/2",
    "mazurka": "3/4",
    "march": "4/4",
}
_SESSION_KEY = re.compile(
    r"^K:\s*[A-G][b#]?(major|minor|dorian|mixolydian|phrygian|lydian|aeolian|locrian)\s*$", re.M
)
_SESSION_LINK = re.compile(r"thesession\.org/(tunes|members)/[0-9]")
#: A link in a field that says where a tune is from; elsewhere it may be a mere mention.
_SESSION_SOURCE = re.compile(r"^[SFZ]:.*thesession\.org/(tunes|members)/[0-9]", re.M)
#: IrishMAN and what is made from it.
_IRISHMAN_COLUMNS = frozenset({"control code", "abc notation"})
#: In so few tunes nearly all must have its spelling, in so many half of them.
_FEW, _MANY = 5, 20
_HALF, _NEARLY_ALL = 0.5, 0.95


class Traits(NamedTuple):
    """What a tune has of thesession.org's.

    `linked` is a link anywhere, `sourced` one that says where the tune is from; `mode` is the key's mode in
    its own spelling, "" in any other; `spelled` when rhythm and metre are spelled its way too.
    """

    linked: bool
    sourced: bool
    mode: str
    spelled: bool


def traits_of(tune: Tune) -> Traits:
    """What tells whose a tune is."""
    meter = _SESSION_METERS.get(tune.rhythm.strip().lower())
    key = _SESSION_KEY.search(tune.source)
    return Traits(
        linked=_SESSION_LINK.search(tune.source) is not None,
        sourced=_SESSION_SOURCE.search(tune.source) is not None,
        mode=key[1] if key else "",
        spelled=key is not None and meter == tune.meter.plain(),
    )


class _Count:
    """The traits of some tunes, added up."""

    def __init__(self) -> None:
        self.tunes = self.linked = self.sourced = self.keyed = self.spelled = 0
        self.modes: set[str] = set()

    def take(self, traits: Traits) -> None:
        self.tunes += 1
        self.linked += traits.linked
        self.sourced += traits.sourced
        self.keyed += bool(traits.mode)
        self.spelled += traits.spelled
        if traits.mode:
            self.modes.add(traits.mode)

    def are_the_sessions(self) -> bool:
        """Whether so large a share of the tunes has its traits that they are its tunes."""
        half, nearly_all = _HALF * self.tunes, _NEARLY_ALL * self.tunes
        if self.tunes < _FEW:
            return False
        if self.linked >= half or self.spelled >= (half if self.spelled >= _MANY else nearly_all):
            return True
        return self.tunes >= _MANY and len(self.modes) > 1 and self.keyed >= nearly_all


class TermsWatch:
    """Looks at the tunes of one source as they go by; `verdict` says whose they are, if anybody's.

    A dump is known whole or cut into files, and among other tunes.
    """

    def __init__(self, columns: Iterable[str] = ()) -> None:
        names = {name.strip().lower() for name in columns}
        self._by_columns = names >= _SESSION_COLUMNS
        self._all = _Count()
        self._by_file: dict[str, _Count] = {}

    def look(self, file: str, traits: Traits) -> None:
        """Take one more tune into account."""
        self._all.take(traits)
        self._by_file.setdefault(file, _Count()).take(traits)

    def verdict(self) -> tuple[Terms, str] | None:
        """Whose tunes they are, and the file that tells, "" where it is the source as a whole."""
        every = self._all
        if self._by_columns:
            return THE_SESSION, ""
        if len(self._by_file) > 1:
            found = (file for file, count in self._by_file.items() if count.are_the_sessions())
            if (file := next(found, None)) is not None:
                return THE_SESSION, file
        if every.are_the_sessions() or every.sourced >= _MANY or 0 < every.tunes == every.sourced:
            return THE_SESSION, ""
        return None


def refusal(source: str, terms: Terms) -> InputError:
    """The error for a source whose tunes are these."""
    return InputError(
        f"{source} holds tunes of {terms.name}: {terms.reason}. "
        'With the owner\'s permission say who gave it and when: --i-have-permission "who, when"'
    )


def notice_for(name: str, columns: Iterable[str]) -> str:
    """What a user should know of a table's terms; "" for nothing."""
    names = {column.strip().lower() for column in columns}
    if names >= _IRISHMAN_COLUMNS or "irishman" in name.lower():
        return (
            "IrishMAN was made in part from thesession.org and abcnotation.com; whether their owners "
            "allow that models are trained on it is not settled. Nothing that abcgen ships is trained on "
            "it; what you make is yours to answer for."
        )
    return ""
