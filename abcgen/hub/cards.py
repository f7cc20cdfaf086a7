"""Cards that are filled anew while what people wrote into them stays.

A card ends with a comment that holds a checksum of every section and every entry of its YAML as they were
filled, and names the files that were published with it. What does not match was changed by hand, and is kept;
so is what was added, or taken out, and all that stands after the comment.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from abcgen.errors import InputError

_MARK = re.compile(r"<!-- abcgen (\{[^\n]*?\}) -->")
_FRONT = re.compile(r"\A\s*---[ \t]*\n(?:(.*?)\n)?(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.S)
_HEADING = re.compile(r"#{1,6}\s+\S")
_FENCE = re.compile(r"\s{0,3}(?P<fence>`{3,}|~{3,})(?P<info>.*)")
#: Code within a line: what stands in it means nothing.
_CODE = re.compile(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)")


@dataclass(frozen=True)
class Card:
    """A card as text: the entries of its YAML, and its sections by their headings ("" before the first).

    `values` are those of the entries. `filled` are the checksums of what was filled, `files` the names of
    what was published with it, `added` what somebody wrote below.
    """

    entries: Mapping[str, str]
    values: Mapping[str, Any]
    sections: Mapping[str, str]
    filled: Mapping[str, str] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    added: str = ""


def merged_card(
    fresh: str, there: str | None, *, files: Collection[str] = (), place: str = "the card"
) -> str:
    """The card `fresh` with what people changed in `there`, the card that it takes the place of, at `place`.

    `files` are published with it. Raises InputError when the YAML of either cannot be read.
    """
    new, old = read_card(fresh, "the new card"), read_card(there or "", place)
    entries = _merged(new.entries, old.entries, old.filled, _entry_name)
    sections = _merged(new.sections, old.sections, old.filled, _section_name)
    sums = {_entry_name(name): _sum(text) for name, text in new.entries.items()}
    sums |= {_section_name(name): _sum(text) for name, text in new.sections.items()}
    told = {"filled": sums, "files": sorted(files)}
    mark = f"<!-- abcgen {json.dumps(told, separators=(',', ':'))} -->"
    front = "".join(f"{text}\n" for text in entries.values() if text)
    body = "\n\n".join(text for text in sections.values() if text)
    added = f"\n{old.added}\n" if old.added else ""
    return f"---\n{front}---\n\n{body}\n\n{mark}\n{added}"


def is_untouched(card: Card) -> bool:
    """Whether a card is as it was filled: nobody has changed it, taken out of it or added to it."""
    sums = {_entry_name(name): _sum(text) for name, text in card.entries.items()}
    sums |= {_section_name(name): _sum(text) for name, text in card.sections.items()}
    return sums == dict(card.filled) and not card.added


def read_card(text: str, place: str = "the card") -> Card:
    """A card as it is. Raises InputError, which names its `place`, when its YAML cannot be read."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    entries: dict[str, str] = {}
    values: dict[str, Any] = {}
    if front := _FRONT.match(text):
        text = text[front.end() :]
        entries, values = _entries(front[1] or "", place)
    filled: dict[str, str] = {}
    files: tuple[str, ...] = ()
    added = ""
    if (mark := _mark_in(text)) is not None:
        text, added = text[: mark.start()], text[mark.end() :].strip("\n")
        filled, files = _marked(mark[1]) or (filled, files)
    return Card(entries, values, _sections(text), filled, files, added)


def _mark_in(text: str) -> re.Match[str] | None:
    """The last mark: a whole one before one that is damaged, one that is no quotation before one that is."""
    marks = list(_MARK.finditer(text))
    seen: set[int] = set()
    at = 0
    for line, is_seen in _lines(text):
        seen |= {mark.start() for mark in marks if is_seen and at <= mark.start() <= at + len(line)}
        at += len(line) + 1
    ranked = ((_marked(mark[1]) is not None, mark.start() in seen, mark.start(), mark) for mark in marks)
    return max(ranked, default=(None,), key=lambda found: found[:3])[-1]


def _marked(text: str) -> tuple[dict[str, str], tuple[str, ...]] | None:
    """The checksums and the names in a mark; None for one that is damaged."""
    try:
        told = json.loads(text)
        filled = {str(name): str(value) for name, value in told["filled"].items()}
        return filled, tuple(str(name) for name in told["files"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _entries(front: str, place: str) -> tuple[dict[str, str], dict[str, Any]]:
    """The entries of YAML by their names, as text with the remarks that follow them, and as values."""
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(front, yaml.SafeLoader)):
            raise InputError(f"{place}: its YAML has aliases (*), which a card cannot have; write them out")
        values = yaml.safe_load(front)
        node = yaml.compose(front, yaml.SafeLoader)
    except (
        *(yaml.YAMLError, ValueError, TypeError, LookupError, AttributeError, RecursionError),
    ) as error:  # tags such as !!int are taken at their word by what cannot keep it
        mark = getattr(error, "problem_mark", None)
        line = f"line {mark.line + 2}: " if mark is not None else ""  # the first line is the ---
        said = getattr(error, "problem", None) or str(error).partition("\n")[0]
        raise InputError(f"{place}: {line}its YAML cannot be read ({said}); mend it there first") from error
    if node is None:
        return ({"": front} if front.strip() else {}), {}
    if not isinstance(values, dict) or not isinstance(node, yaml.MappingNode):
        raise InputError(f"{place}: its YAML is no list of names and values; mend it there first")
    values = {str(name): value for name, value in values.items()}
    if node.flow_style:
        dumped = {name: yaml.safe_dump({name: value}, allow_unicode=True) for name, value in values.items()}
        return {name: text.rstrip("\n") for name, text in dumped.items()}, values
    if indent := node.start_mark.column:
        return _entries(re.sub(rf"^ {{1,{indent}}}", "", front, flags=re.M), place)
    # of the marks their places count: for YAML more signs end a line than for Python's split
    begins = [key.start_mark.index - key.start_mark.column for key, _ in node.value]
    entries = {"": front[: begins[0]].rstrip("\n")} if begins[0] else {}
    for (key, _), begin, end in zip(node.value, begins, [*begins[1:], len(front)], strict=True):
        name, text = str(key.value), front[begin:end].rstrip("\n")
        entries[name] = f"{entries[name]}\n{text}" if name in entries else text
    return entries, values


def _sections(text: str) -> dict[str, str]:
    """The sections by their headings; of equal headings the later get a number."""
    found: dict[str, list[str]] = {"": []}
    name = ""
    for line, is_seen in _lines(text.strip("\n")):
        if is_seen and _HEADING.match(line):
            name = base = line.strip()
            count = 1
            while name in found:
                count += 1
                name = f"{base} ({count})"
            found[name] = []
        found[name].append(line)
    return {name: "\n".join(lines).strip("\n") for name, lines in found.items()}


def _lines(text: str) -> Iterator[tuple[str, bool]]:
    """The lines of Markdown, and whether each stands outside of code in fences and of comments before it."""
    fence, hidden = "", False
    for line in text.split("\n"):
        yield line, not fence and not hidden
        if fence:
            mark = _FENCE.fullmatch(line)
            if mark and mark["fence"].startswith(fence) and not mark["info"].strip():
                fence = ""
        elif hidden:
            hidden = "-->" not in line
        elif (mark := _FENCE.fullmatch(line)) and not (mark["fence"][0] == "`" and "`" in mark["info"]):
            fence = mark["fence"]
        else:
            plain = _CODE.sub("", line)
            hidden = "<!--" in plain and "-->" not in plain.rpartition("<!--")[2]


def _merged(
    new: Mapping[str, str],
    old: Mapping[str, str],
    filled: Mapping[str, str],
    mark_of: Callable[[str], str],
) -> dict[str, str]:
    """The new texts; an old one where it is not as it was filled, or never was."""
    found: dict[str, str] = {}
    for name, text in new.items():
        mark = filled.get(mark_of(name))
        if name in old and mark != _sum(old[name]) and old[name] not in ("", text):
            found[name] = old[name]
        elif name in old or mark is None:
            found[name] = text
    before: str | None = None
    for name, text in old.items():
        if name not in new and filled.get(mark_of(name)) != _sum(text):
            found = _inserted(found, name, text, before)
        before = name if name in found else before
    return found


def _inserted(texts: dict[str, str], name: str, text: str, before: str | None) -> dict[str, str]:
    """The texts with one more, after the one that is called `before`, else where such stand at first."""
    if before is None:
        return {name: text, **texts} if name == "" else {**texts, name: text}
    names = list(texts)
    at = names.index(before) + 1
    return {key: texts.get(key, text) for key in (*names[:at], name, *names[at:])}


def _entry_name(name: str) -> str:
    return f"---{name}"


def _section_name(name: str) -> str:
    return name or "#"


def _sum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
