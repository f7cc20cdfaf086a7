"""Cards that are filled anew while what people wrote into them stays.

A card ends with a comment that holds a checksum of every section and every entry of its YAML as they were
filled. What does not match was changed by hand, and is kept; so is what was added, or taken out, and all that
stands after the comment.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import yaml

from abcgen.errors import InputError

_MARK = re.compile(r"^<!-- abcgen (\{.*\}) -->[ \t]*$", re.M)
_FRONT = re.compile(r"\A\s*---[ \t]*\n(?:(.*?)\n)?---[ \t]*(?:\n|\Z)", re.S)
_HEADING = re.compile(r"#{1,6}\s+\S")
_FENCE = re.compile(r"\s{0,3}(`{3,}|~{3,})")


class Card(NamedTuple):
    """A card: entries of its YAML, its sections by their headings ("" before the first), its checksums, and
    what somebody added after these.
    """

    entries: Mapping[str, Any]
    sections: Mapping[str, str]
    filled: Mapping[str, str]
    added: str = ""


def merged_card(fresh: str, there: str | None, *, place: str = "the card") -> str:
    """The card `fresh` with what people changed in `there`, the card that it takes the place of, at `place`.

    Raises InputError when the YAML of either cannot be read.
    """
    new, old = read_card(fresh, "the new card"), read_card(there or "", place)
    entries = _merged(new.entries, old.entries, old.filled, _entry_name)
    sections = _merged(new.sections, old.sections, old.filled, _section_name)
    marks = {_entry_name(name): _sum(value) for name, value in new.entries.items()}
    marks |= {_section_name(name): _sum(text) for name, text in new.sections.items()}
    front = yaml.safe_dump(entries, sort_keys=False, allow_unicode=True, width=110) if entries else ""
    body = "\n\n".join(text for text in sections.values() if text)
    mark = f"<!-- abcgen {json.dumps(marks, separators=(',', ':'))} -->"
    added = f"\n{old.added}\n" if old.added else ""
    return f"---\n{front}---\n\n{body}\n\n{mark}\n{added}"


def read_card(text: str, place: str = "the card") -> Card:
    """A card as it is. Raises InputError, which names its `place`, when its YAML cannot be read."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    filled: dict[str, str] = {}
    added = ""
    if marks := list(_MARK.finditer(text)):
        mark = marks[-1]
        text, added = text[: mark.start()], text[mark.end() :].strip("\n")
        try:
            filled = {str(name): str(value) for name, value in json.loads(mark[1]).items()}
        except (ValueError, RecursionError):
            filled = {}
    entries: dict[str, Any] = {}
    if front := _FRONT.match(text):
        text = text[front.end() :]
        entries = _entries(front[1] or "", place)
    return Card(entries, _sections(text), filled, added)


def _entries(front: str, place: str) -> dict[str, Any]:
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(front, yaml.SafeLoader)):
            raise InputError(f"{place}: its YAML has aliases (*), which a card cannot have; write them out")
        found = yaml.safe_load(front)
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f"line {mark.line + 2}: " if mark is not None else ""  # the first line is the ---
        said = getattr(error, "problem", None) or str(error).partition("\n")[0]
        raise InputError(f"{place}: {line}its YAML cannot be read ({said}); mend it there first") from error
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise InputError(f"{place}: its YAML is no list of names and values; mend it there first")
    return {str(name): value for name, value in found.items()}


def _sections(text: str) -> dict[str, str]:
    """The sections by their headings; of equal headings the later get a number."""
    found: dict[str, list[str]] = {"": []}
    name, fence = "", ""
    for line in text.strip("\n").split("\n"):
        if mark := _FENCE.match(line):
            fence = "" if fence and mark[1].startswith(fence) else fence or mark[1]
        elif not fence and _HEADING.match(line):
            name = base = line.strip()
            count = 1
            while name in found:
                count += 1
                name = f"{base} ({count})"
            found[name] = []
        found[name].append(line)
    return {name: "\n".join(lines).strip("\n") for name, lines in found.items()}


def _merged(
    new: Mapping[str, Any], old: Mapping[str, Any], filled: Mapping[str, str], mark_of: Any
) -> dict[str, Any]:
    """The new values; an old one where it is not as it was filled, or never was."""
    found: dict[str, Any] = {}
    for name, value in new.items():
        mark = filled.get(mark_of(name))
        if name in old and mark != _sum(old[name]) and old[name] not in ("", value):
            found[name] = old[name]
        elif name in old or mark is None:
            found[name] = value
    before: str | None = None
    for name, value in old.items():
        if name not in new and mark_of(name) not in filled:
            found = _inserted(found, name, value, before)
        before = name if name in found else before
    return found


def _inserted(values: dict[str, Any], name: str, value: Any, before: str | None) -> dict[str, Any]:
    """The values with one more, after the one that is called `before`, else at the end."""
    if before is None:
        return {**values, name: value}
    names = list(values)
    at = names.index(before) + 1
    return {key: values.get(key, value) for key in (*names[:at], name, *names[at:])}


def _entry_name(name: str) -> str:
    return f"---{name}"


def _section_name(name: str) -> str:
    return name or "#"


def _sum(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:12]
