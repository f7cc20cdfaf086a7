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
#: IrishMAN and what is made from it.
_IRISHMAN_COLUMNS = frozenset({"control code", "abc notation"})
_FEW = 5
_LINKED, _SPELLED = 0.5, 0.95


class Traits(NamedTuple):
    """What a tune has of thesession.org's: a link to it, its own spelling of rhythm, metre and key."""

    linked: bool
    spelled: bool


def traits_of(tune: Tune) -> Traits:
    """What tells whose a tune is."""
    meter = _SESSION_METERS.get(tune.rhythm.strip().lower())
    spelled = meter == tune.meter.plain() and _SESSION_KEY.search(tune.source) is not None
    return Traits(_SESSION_LINK.search(tune.source) is not None, spelled)


class TermsWatch:
    """Looks at the tunes of one source as they go by; `verdict` says whose they are, if anybody's."""

    def __init__(self, columns: Iterable[str] = ()) -> None:
        names = {name.strip().lower() for name in columns}
        self._by_columns = names >= _SESSION_COLUMNS
        self._tunes = self._linked = self._spelled = 0

    def look(self, traits: Traits) -> None:
        """Take one more tune into account."""
        self._tunes += 1
        self._linked += traits.linked
        self._spelled += traits.spelled

    def verdict(self) -> Terms | None:
        if self._by_columns:
            return THE_SESSION
        if self._tunes and self._linked >= _LINKED * self._tunes:
            return THE_SESSION
        if self._tunes >= _FEW and self._spelled >= _SPELLED * self._tunes:
            return THE_SESSION
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
