"""What would mend a problem: the edits that are worth a try, by the problem's code. ABC 2.1.

Nothing here decides; `repair` tries the edits and keeps one that is sure.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice

from abcgen.notation.edits import Edit, Versions, applied
from abcgen.notation.fields import is_body_field, is_field
from abcgen.notation.lexer import comment_start, lex
from abcgen.notation.meter import default_unit_length
from abcgen.notation.problems import Problem
from abcgen.notation.spelling import bar_and_ending, ending_numbers
from abcgen.notation.tune import Bar, Spot, Tune

#: So many wrong bars tell that it is the metre that is wrong.
MANY_BARS = 8
#: A bracket is closed within so many characters.
MAX_INSIDE = 40
#: How a text over a note begins.
_CHORD_SYMBOL = re.compile(
    r"[A-G][#b]?(?:maj|min|dim|aug|sus|add|[mM0-9+#b()-])*(?:/[A-G][#b]?)?|N\.?C\.?|[\^_<>@].*"
)
#: What is left at a line's end of text that was sent as quoted-printable.
_MAIL = re.compile(r"=(?:20)?\s*$")
#: Tokens that belong to the note after them.
_BEFORE_NOTE = frozenset(
    ["text", "decoration", "shorthand", "slur_open", "tuplet", "grace_close", "grace_open", "field"]
)

Mender = Callable[[Tune, list[str], Problem, Versions], Iterator[Edit]]


def _line(lines: list[str], number: int) -> str:
    return lines[number - 1] if 0 < number <= len(lines) else ""


def _replaced(lines: list[str], number: int, new: str, reason: str) -> Edit:
    return Edit(number, _line(lines, number), new, reason)


def _reference(tune: Tune, lines: list[str], problem: Problem, read: Versions) -> Iterator[Edit]:
    reason = "a tune begins with its number"
    if lines[0].startswith("X:"):
        yield _replaced(lines, 1, f"X:{read.reference}", reason)
    else:
        yield Edit(1, "", f"X:{read.reference}", reason, inserted=True)


def _key(tune: Tune, lines: list[str], problem: Problem, read: Versions) -> Iterator[Edit]:
    """K:C, which is how the music reads without it, before the first line that is no field."""
    first = next((i for i, line in enumerate(lines) if not is_field(line) and line[:1] != "%"), None)
    if first is not None and not any(line.startswith("K:") for line in lines):
        reason = "K: ends the header; without one the notes are read as in C"
        yield Edit(first + 1, "", "K:C", reason, inserted=True)


def unit_length(tune: Tune, lines: list[str]) -> Edit | None:
    """L: is written out where it was left to the rule of the standard."""
    key = next((i for i, line in enumerate(lines) if line.startswith("K:")), None)
    if key is None or any(line.startswith("L:") for line in lines[:key]):
        return None
    unit = default_unit_length(tune.meter)
    reason = f"L: is {unit} when it is not written, by the metre; readers differ on that"
    return Edit(key + 1, "", f"L:{unit.numerator}/{unit.denominator}", reason, inserted=True)


def _final_bar(tune: Tune, lines: list[str], problem: Problem, read: Versions) -> Iterator[Edit]:
    music = [
        i for i, line in enumerate(lines) if line[: comment_start(line)].strip() and not is_body_field(line)
    ]
    if music and len(tune.voices) == 1:
        line = lines[music[-1]]
        end = comment_start(line)
        if line[:end].rstrip(" \t\\").endswith(":"):
            return  # half a repeat sign
        new = line[:end].rstrip(" \t\\") + " |]" + (f" {line[end:]}" if line[end:] else "")
        yield _replaced(lines, music[-1] + 1, new, "a tune ends with a bar line")


def _bar_lines(tune: Tune, lines: list[str], problem: Problem, read: Versions) -> Iterator[Edit]:
    """A bar as long as several: bar lines where the metre puts them. Two short ones: none between."""
    yield from _meter(tune, lines, problem, read)
    bars = [bar for voice in tune.voices for bar in voice.bars]
    for index, bar in enumerate(bars):
        if bar.spot != (problem.line, problem.column):
            continue
        expected = bar.meter.bar_ticks or 0
        if expected and bar.ticks > expected and bar.ticks % expected == 0:
            yield from _inserted_bar(bar, expected, lines)
        for at in range(max(0, index - 1), min(index + 1, len(bars) - 1)):
            first, second = bars[at], bars[at + 1]
            others = (bars[max(0, at - 1) : at], bars[at + 2 : at + 3])
            # Of three short bars in a row, two pairs of which would do, nobody knows which is meant.
            either = any(b.short and b.ticks in (first.ticks, second.ticks) for o in others for b in o)
            if first.events and second.events and first.ticks + second.ticks == expected and not either:
                yield from _removed_bar(first, second, lines)


def _meter(tune: Tune, lines: list[str], problem: Problem, read: Versions) -> Iterator[Edit]:
    """M: where all whole bars of a tune last alike, and not what it says."""
    bars = [bar for voice in tune.voices for bar in voice.bars]
    at = next((i for i, line in enumerate(lines) if line.startswith("M:")), None)
    wrong = sum(p.code == "bar-length" for p in tune.problems)
    if at is None or wrong < MANY_BARS or len({bar.meter for bar in bars}) > 1:
        return
    length, count = Counter(bar.duration for bar in bars).most_common(1)[0]
    beats = length * max(tune.meter.denominator, length.denominator, 4)
    several = tune.meter.bar_length and not length % tune.meter.bar_length  # bar lines are lost, it may be
    if 2 * count > len(bars) and not several and beats.denominator == 1 and beats >= 2:
        new = f"M:{beats.numerator}/{max(tune.meter.denominator, length.denominator, 4)}"
        yield _replaced(lines, at + 1, new, f"the bars last {new[2:]}, all of them alike")


def _inserted_bar(bar: Bar, expected: int, lines: list[str]) -> Iterator[Edit]:
    """Every bar line that a bar as long as several has lost; all of them on one line of the text."""
    ticks = 0
    cuts: list[Spot] = []
    for event, spot in zip(bar.events, bar.spots, strict=True):
        if ticks and ticks % expected == 0:
            cuts.append(spot)
        ticks += event.ticks
    if len(cuts) != bar.ticks // expected - 1 or len({number for number, _ in cuts}) != 1:
        return
    number = cuts[0][0]
    line = _line(lines, number)
    begins = _begins_of_notes(line, [column - 1 for _, column in cuts])
    if begins == [0]:
        yield from _bar_line_above(number, bar, lines)
    elif 0 not in begins:
        ends = [*begins[1:], len(line)]
        parts = [line[: begins[0]], *(line[a:b] for a, b in zip(begins, ends, strict=True))]
        new = " | ".join(part.strip() for part in parts)
        yield _replaced(lines, number, new, "a bar line where the metre puts it")


def _bar_line_above(number: int, bar: Bar, lines: list[str]) -> Iterator[Edit]:
    """The bar ends with the line of music before this one: the bar line belongs there."""
    above = max((spot[0] for spot in bar.spots if spot[0] < number), default=0)
    line = _line(lines, above)
    end = comment_start(line)
    if above:
        music = line[:end].rstrip()
        joined = " \\" if music.endswith("\\") else ""
        music = music.removesuffix(joined.strip()).rstrip()
        text = f"{music} |{joined}" + (f" {line[end:]}" if line[end:] else "")
        yield _replaced(lines, above, text, "a bar line ends the line")


def _begins_of_notes(line: str, places: list[int]) -> list[int]:
    """Where what belongs to the notes at these offsets begins: chord symbols, grace notes, fields."""
    tokens = list(lex(line))
    index_at = {token.at: index for index, token in enumerate(tokens)}
    found = []
    for at in places:
        index = index_at.get(at, 0)
        inside_grace = False
        while index:
            kind = tokens[index - 1].kind
            inside_grace = kind == "grace_close" or (inside_grace and kind != "grace_open")
            if not inside_grace and kind not in _BEFORE_NOTE and kind != "space":
                break
            index -= 1
            if kind != "space":
                at = tokens[index].at
        found.append(at)
    return found


def _removed_bar(bar: Bar, following: Bar, lines: list[str]) -> Iterator[Edit]:
    """Take out the only bar line between two bars, a plain one; nothing where the lines have two."""
    last, first = bar.spots[-1], following.spot
    found = [
        (number, token)
        for number in range(last[0], first[0] + 1)
        if not is_body_field(_line(lines, number))
        for token in lex(_line(lines, number))
        if token.kind == "bar" and last < (number, token.at + 1) < first
    ]
    if len(found) != 1 or found[0][1].text != "|":
        return
    number, token = found[0]
    line = _line(lines, number)
    joined = f"{line[: token.at].rstrip()} {line[token.at + 1 :].lstrip()}".strip()
    if joined:
        yield _replaced(lines, number, joined, "two short bars are one, by the metre")


def _tuplet(tune: Tune, lines: list[str], problem: Problem, read: Versions) -> Iterator[Edit]:
    """`(3ab|`: as many notes as there are; the bar must come out right."""
    line = _line(lines, problem.line)
    at = problem.column - 1
    sign = next((token for token in lex(line) if token.at == at and token.kind == "tuplet"), None)
    if sign is None or sum(p.code == "bad-tuplet" and p.line == problem.line for p in tune.problems) > 1:
        return
    notes, last = 0, (0, "")
    for token in lex(line[at + len(sign.text) :]):
        if token.kind == "bar":
            break
        notes += token.kind in {"note", "rest", "chord_open"}
        if token.kind == "note":
            last = (at + len(sign.text) + token.at + len(token.text), token.text)
    if notes:
        # A note may as well have been lost: then the bar comes out right with one more, and nothing is sure.
        lost = int(sign.text[1:].split(":")[0]) - notes
        if lost > 0 and last[1]:
            yield _replaced(lines, problem.line, line[: last[0]] + last[1] * lost + line[last[0] :], "")
        p, q = [*sign.text[1:].split(":"), ""][:2]
        new = f"({p}:{q or 2}:{notes}"
        text = line[:at] + new + line[at + len(sign.text) :]
        reason = f"the tuplet has {notes} notes, and the bar is whole with them"
        yield _replaced(lines, problem.line, text, reason)
        text = line[:at] + line[at + len(sign.text) :]
        yield _replaced(lines, problem.line, text, "the bar is whole when its notes are no tuplet")


def _bracket(tune: Tune, lines: list[str], problem: Problem, read: Versions) -> Iterator[Edit]:
    """Close a chord, grace notes or a text at every place where it may end."""
    line = _line(lines, problem.line)
    opened = line[problem.column - 1 : problem.column]
    close = {"[": "]", "{": "}", '"': '"'}.get(opened)
    if close is None or is_field(line[problem.column :]):
        return  # where a field ends and the music begins nobody knows
    if opened == '"' and _may_close(lines, problem, read):
        return
    reason = f"{opened} is closed at the only place where the bar comes out right"
    for at in range(problem.column + 1, min(len(line), problem.column + MAX_INSIDE) + 1):
        if line[at - 1] in "|%":
            break
        if opened == '"' and line[at - 1].isspace():
            break  # a chord symbol has no blanks, and other text could end anywhere
        inside = line[problem.column : at]
        if opened == '"' and not _CHORD_SYMBOL.fullmatch(inside):
            continue
        if opened == "[" and sum(token.kind == "note" for token in lex(inside)) < 2:
            continue  # a chord of one note is not what was meant
        yield _replaced(lines, problem.line, line[:at] + close + line[at:], reason)


def _may_close(lines: list[str], problem: Problem, read: Versions) -> bool:
    """Whether a lone quote could also be the end of a text that was opened before it in its bar."""
    line = _line(lines, problem.line)
    for at in range(problem.column - 2, max(-1, problem.column - 2 - MAX_INSIDE), -1):
        if line[at] in "|%":
            break
        opened = _replaced(lines, problem.line, f'{line[:at]}"{line[at:]}', "")
        found = read(applied(lines, opened))
        if not any(p.is_error and p.line == problem.line for p in found.problems):
            return True
    return False


def _ending(tune: Tune, lines: list[str], problem: Problem, read: Versions) -> Iterator[Edit]:
    """`|2`, `|[2` or `||2` after a first ending that `:|` should have closed."""
    for number in range(problem.line, len(lines) + 1):
        line = _line(lines, number)
        if is_field(line):
            continue
        tokens = [t for t in lex(line) if t.kind != "space"]
        following = next((n for n in lines[number:] if not is_body_field(n) and n[:1] != "%"), "")
        for token, after in zip(tokens, [*tokens[1:], *islice(lex(following), 1), None], strict=False):
            if (number, token.at) <= (problem.line, problem.column) or token.kind != "bar":
                continue
            sign, ending = bar_and_ending(token.text)
            if not ending and after is not None and after.kind == "ending":
                ending = after.text
            if not sign.repeat and ending_numbers(ending) == (2,):
                new = f"{line[: token.at]}:|{line[token.at :].lstrip('|')}"
                yield _replaced(lines, number, new, "the first ending closes with :|")
                return


def _stray_sign(tune: Tune, lines: list[str], problem: Problem, read: Versions) -> Iterator[Edit]:
    """What mail programs put at the end of a line (`=`, `=20`); a `|:` that was cut apart by a line's end."""
    line = _line(lines, problem.line)
    at = problem.column - 1
    if (mail := _MAIL.search(line)) and at >= mail.start():
        reason = "= and =20 at a line's end are left from mail (quoted-printable)"
        yield _replaced(lines, problem.line, line[: mail.start()].rstrip(), reason)
    elif line[at : at + 1] == ":" and not line[:at].strip():
        reason = "the repeat sign was cut apart by the end of the line"
        yield _replaced(lines, problem.line, f"{line[:at]}|:{line[at + 1 :]}", reason)


def _text_line(tune: Tune, lines: list[str], problem: Problem, read: Versions) -> Iterator[Edit]:
    """A line of the header that is neither a field nor, having no bar line, music."""
    line = _line(lines, problem.line)
    if line and not is_field(line) and "|" not in line:
        yield _replaced(lines, problem.line, f"% {line}", "the line is no field; as a comment it stays")


MENDERS: dict[str, Mender] = {
    "no-reference": _reference,
    "no-key": _key,
    "no-final-bar": _final_bar,
    "bar-length": _bar_lines,
    "bad-tuplet": _tuplet,
    "unclosed-bracket": _bracket,
    "bad-ending": _ending,
    "illegal-character": _stray_sign,
    "bad-field": _text_line,
}
