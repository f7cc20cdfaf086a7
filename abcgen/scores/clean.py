"""ABC text made safe and plain for the engraver.

The tune's own text is kept, line breaks and beams and all, so that the score looks as its writer
meant it. What could reach out of the score goes: directives (`%%`), instructions (`I:`), macros, and
every token that our own lexer does not know. Accidentals that readers carry differently are written
out, so that the picture shows the pitches we read.
"""

from __future__ import annotations

import html
import re

from abcgen.notation.key import parse_key
from abcgen.notation.lexer import Token, comment_start, lex
from abcgen.notation.tune import Bar, Chord, Event, Note, Tune

#: Fields whose value is text for people, and those whose value the engraver reads.
_TEXT_FIELDS = frozenset("TCORwW")
_READ_FIELDS = frozenset("XMLQKVP")
_BODY_FIELDS = frozenset("MLQKVPTwW")
_FIELD = re.compile(r"([A-Za-z+]):(.*)", re.DOTALL)
_USER_SYMBOL = re.compile(r"\s*[.~H-Wh-w]\s*=\s*[!+][\w.()<>]{1,40}[!+]\s*")
_MAJOR = re.compile(r"^([A-G][#b]?)\s*M(?![A-Za-z])")
_BAGPIPE = re.compile(r"^H[Pp]\b")
_FONT_SWITCH = re.compile(r"\$(?=\d)")  # the engraver takes $1 in a text for a change of font
_ACCIDENTAL = {0: "=", 1: "^", 2: "^^", -1: "_", -2: "__"}
_KEPT = frozenset(
    {
        *("space", "note", "bar", "ending", "tuplet", "slur_open", "slur_close", "grace_open"),
        *("grace_close", "chord_open", "chord_close", "rest", "bar_rest", "spacer", "tie"),
        *("overlay", "beam", "continuation"),
    }
)
_SLURS = frozenset({"slur_open", "slur_close"})
_INLINE_FIELDS = frozenset("KMLQVP")
_SHORTHAND = frozenset(".~HLMOPSTuv")

#: Our own settings: A4 less its margins, rhythm and composer below the title.
SETTINGS = """%%pagewidth 17.4cm
%%leftmargin 0
%%rightmargin 0
%%topspace 0
%%stretchlast 0.4
%%titleformat T, R-1 C1
"""


def engraver_text(tune: Tune, source: str, *, slurs: bool = True) -> str:
    """The text of `tune` for the engraver; `source` is its ABC, which `tune` was read from.

    Without `slurs` they are left out.
    """
    lines = _with_accidentals(tune, source.split("\n"))
    kept: list[str] = []
    in_header, in_block, keep_more = True, False, False
    symbols = set(_SHORTHAND)
    for line in lines:
        if line.startswith("%%"):
            in_block = line[2:].lstrip().startswith("begin") or (in_block and "end" not in line[2:7])
        if in_block or line.lstrip().startswith("%") or not line.strip():
            continue
        match = _FIELD.match(line)
        if match and (in_header or match[1] in _BODY_FIELDS or match[1] in "IUNRrsmZHSO+"):
            letter, value = match[1], match[2][: comment_start(match[2])]
            field = _field(letter, value, keep_more)
            if letter == "U" and field:
                symbols.add(value.strip()[0])
            keep_more = bool(field)
            if field:
                kept.append(field)
            if letter == "X" and in_header:
                kept += _inherited(tune)
            if letter == "K":
                in_header = False
        elif not in_header:
            kept.append(_music(line, symbols, slurs))
    return SETTINGS + "\n".join(kept) + "\n"


def _inherited(tune: Tune) -> list[str]:
    """The fields that hold for the tune because its file opens with them."""
    above = [f for f in tune.fields if f.line < tune.line]
    return [text for f in above if (text := _field(f.letter, f.text, keep_more=False))]


def _field(letter: str, value: str, keep_more: bool) -> str:
    """A field line, or "" for one that the engraver shall not see."""
    if letter in _TEXT_FIELDS or (letter == "+" and keep_more):
        return f"{letter}:{_plain_text(value)}"
    if letter == "K":
        return f"K:{_key(value)}"
    if letter in _READ_FIELDS or (letter == "U" and _USER_SYMBOL.fullmatch(value)):
        return f"{letter}:{value.replace('&', '&amp;')}"
    return ""


def _key(value: str) -> str:
    """A key as the engraver reads it: `EM` would be E minor to it, `e` C, and `HP` not in equal temper."""
    value = value.strip().replace("&", "&amp;")
    if value[:1].islower() and _tonic(value)[:1] == value[:1].upper():
        value = value[:1].upper() + value[1:]
    return _BAGPIPE.sub("D", _MAJOR.sub(r"\1", value))


def _tonic(value: str) -> str:
    try:
        return parse_key(value).tonic
    except ValueError:
        return ""


def _plain_text(text: str) -> str:
    """Text that stays text: entities read, and none of them left to the engraver."""
    return _FONT_SWITCH.sub("$\N{ZERO WIDTH NON-JOINER}", html.unescape(text).replace("&", "&amp;"))


def _music(line: str, symbols: set[str], slurs: bool) -> str:
    tokens = lex(line, comment_start(line))
    return "".join(_token(token, symbols) for token in tokens if slurs or token.kind not in _SLURS)


def _token(token: Token, symbols: set[str]) -> str:
    """What the engraver sees of one token; what it could trip over is left out."""
    if token.kind in _KEPT:
        return token.text
    if token.kind == "text":
        return f'"{_plain_text(token.match["quoted"])}"'
    if token.kind == "decoration":
        return f"!{token.match['mark'] or token.match['plus']}!"
    if token.kind == "field":
        name = token.match["name"]
        return f"[{_field(name, token.match['value'], False)}]" if name in _INLINE_FIELDS else ""
    if token.kind == "broken":
        return token.text[:3]
    if token.kind == "shorthand":
        return token.text if token.text in symbols else ""
    return "$" if token.text == "$" else ""


def _with_accidentals(tune: Tune, lines: list[str]) -> list[str]:
    """The lines with an accidental written before every note where the engraver would read another.

    We carry an accidental through all octaves of its bar, the engraver through its own octave only.
    """
    places: dict[tuple[int, int], int] = {}
    for voice in tune.voices:
        for bar in voice.bars:
            places.update(_missing_accidentals(bar))
    result = list(lines)
    for (line, column), alter in sorted(places.items(), reverse=True):
        index = line - tune.line
        if 0 <= index < len(result) and 0 < column <= len(result[index]):
            text = result[index]
            result[index] = text[: column - 1] + _ACCIDENTAL[alter] + text[column - 1 :]
    return result


def _missing_accidentals(bar: Bar) -> dict[tuple[int, int], int]:
    written: dict[tuple[str, int], int] = {}
    elsewhere: set[str] = set()
    places: dict[tuple[int, int], int] = {}
    for event in bar.events:
        for note in _notes(event):
            place = (note.pitch.step, note.pitch.octave)
            if note.accidental is not None:
                written[place] = note.accidental
                elsewhere.add(note.pitch.step)
            elif note.pitch.step in elsewhere and written.get(place) != note.pitch.alter:
                written[place] = note.pitch.alter
                places[note.line, note.column] = note.pitch.alter
    return places


def _notes(event: Event) -> tuple[Note, ...]:
    """The notes of an event in the order in which they stand in the text."""
    inner = (event,) if isinstance(event, Note) else event.notes if isinstance(event, Chord) else ()
    return (*event.marks.grace, *inner)
