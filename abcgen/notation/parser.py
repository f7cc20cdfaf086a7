"""ABC text into tunes: the header, the voices, and where one tune ends and the next begins.

`parse_book` never raises for bad data: every tune it could read is there, with its problems.
ABC 2.1, sections 2 and 3.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from fractions import Fraction

from abcgen.errors import NotationError
from abcgen.notation.check import check_voice
from abcgen.notation.key import Key, parse_key
from abcgen.notation.lexer import comment_start
from abcgen.notation.meter import Meter, default_unit_length, parse_meter, parse_unit_length
from abcgen.notation.music import MAX_BARS, VoiceReader
from abcgen.notation.problems import Problem
from abcgen.notation.tune import Book, Field, Tune, Voice

#: A tune larger than this is not a tune.
MAX_TUNE_CHARACTERS = 64 * 1024
MAX_LINE_CHARACTERS = 16 * 1024
MAX_VOICES = 16
MAX_PROBLEMS = 100

_FIELD = re.compile(r"([A-Za-z+]):(.*)", re.DOTALL)
_TUNE_START = re.compile(r"X:", re.ASCII)
#: Letters that begin a field line after K: whatever follows.
_BODY_FIELDS = frozenset("IKLMmNPQRrsTUVWwXZHSO+")
_UNIQUE = frozenset("MLKR")
_INLINE_VOICE = re.compile(r"\[V:([^\]]*)\]")
_USER_SYMBOL = re.compile(r"\s*([.~H-Wh-w])\s*=\s*[!+]?([^!+]+)[!+]?\s*")


def parse_book(text: str) -> Book:
    """Every tune of a tunebook. A tune begins at `X:` and ends at an empty line or the next `X:`.

    Text between tunes is free and passed over. `M:`, `L:`, `R:` and the like before the first tune
    hold for all tunes. A text without any `X:` that has a `K:` is read as one tune, with a problem.
    """
    lines = text.split("\n")
    starts = [i for i, line in enumerate(lines) if _TUNE_START.match(line)]
    if not starts:
        first = next((i for i, line in enumerate(lines) if _FIELD.match(line)), None)
        if first is None or not any(line.startswith("K:") for line in lines):
            return Book(())
        starts = [first]
    defaults = _file_header(lines[: starts[0]])
    tunes = []
    for begin, limit in zip(starts, [*starts[1:], len(lines)], strict=True):
        end = next((i for i in range(begin, limit) if not lines[i].strip()), limit)
        tunes.append(_Reader(begin + 1, defaults).read(lines[begin:end]))
    return Book(tuple(tunes))


def parse_tune(text: str) -> Tune:
    """The only tune in `text`. Raises NotationError when there is none or more than one."""
    tunes = parse_book(text).tunes
    if len(tunes) != 1:
        raise NotationError(f"one tune is needed, {len(tunes)} were found; a tune begins with X:")
    return tunes[0]


def _file_header(lines: list[str]) -> tuple[Field, ...]:
    """The fields of a file header: the block of fields that the file opens with. ABC 2.1, 2.2.2."""
    fields = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            break
        match = _FIELD.match(line)
        if match and match[1] in "MLRSOCZBDFHNUImr":
            fields.append(Field(match[1], _value(match[2]), number))
    return tuple(fields)


def _is_body_field(match: re.Match[str]) -> bool:
    """Whether a line after K: is a field; `A:|` is music, `B:a book` is not."""
    letter, text = match[1], match[2]
    return letter in _BODY_FIELDS or (letter in "ABCDEFG" and not text.lstrip().startswith(("|", ":", "]")))


def _value(text: str) -> str:
    return text[: comment_start(text)].strip()


@dataclass
class _Reader:
    """Reads one tune. `start` is the line in the file on which it begins."""

    start: int
    defaults: tuple[Field, ...]
    problems: list[Problem] = field(default_factory=list)
    fields: list[Field] = field(default_factory=list)
    meter: Meter = field(default_factory=lambda: parse_meter("4/4"))
    key: Key = field(default_factory=lambda: parse_key("C"))
    unit: Fraction | None = None
    voices: dict[str, VoiceReader] = field(default_factory=dict)
    current: VoiceReader | None = None
    symbols: dict[str, str] = field(default_factory=dict)

    def read(self, lines: list[str]) -> Tune:
        for default in self.defaults:
            self._header_field(default.letter, default.text, default.line, 1)
        self.fields = [f for f in self.defaults if f.letter not in {f.letter for f in _fields(lines)}]
        in_header = True
        in_block = False
        if sum(map(len, lines)) > MAX_TUNE_CHARACTERS:
            self._report("too-large", f"a tune of more than {MAX_TUNE_CHARACTERS} characters", self.start, 1)
            lines = lines[:1]
        for number, line in enumerate(lines, self.start):
            if line.startswith("%%"):
                in_block = line[2:].lstrip().startswith("begin") or (in_block and "end" not in line[2:7])
            if in_block or line.lstrip().startswith("%"):
                continue
            if len(line) > MAX_LINE_CHARACTERS:
                self._report("too-large", f"a line of more than {MAX_LINE_CHARACTERS} characters", number, 1)
                continue
            match = _FIELD.match(line)
            if in_header:
                key_follows = any(later.startswith("K:") for later in lines[number - self.start + 1 :])
                in_header = self._header_line(match, line, number, key_follows)
            elif match and _is_body_field(match):
                self._body_field(match[1], match[2], number)
            else:
                self._music(line, number)
        return self._tune(lines, in_header)

    def _header_line(self, match: re.Match[str] | None, line: str, number: int, key_follows: bool) -> bool:
        """One line of the header; False once K: has ended it."""
        if match is None and key_follows:
            hint = "a header line is a letter, a colon and a text"
            self._report("bad-field", "this line of the header is no field", number, 1, line[:40], hint)
            return True
        if match is None:
            if line.strip():
                hint = "K: ends the header"
                self._report("no-key", "music stands before K:", number, 1, line.strip()[:20], hint)
                self._begin_body()
                self._music(line, number)
                return False
            return True
        letter, text = match[1], _value(match[2])
        if letter in _UNIQUE and any(f.letter == letter and f.line >= self.start for f in self.fields):
            self._report("duplicate-field", f"{letter}: stands twice in the header", number, 1, line)
        self.fields.append(Field(letter, text, number))
        column = 3 + len(match[2]) - len(match[2].lstrip())
        self._header_field(letter, text, number, column)
        if letter == "K":
            self._begin_body()
            return False
        return True

    def _header_field(self, letter: str, text: str, number: int, column: int) -> None:
        try:
            if letter == "M":
                self.meter = parse_meter(text)
            elif letter == "L":
                self.unit = parse_unit_length(text)
            elif letter == "K":
                self.key = parse_key(text)
            elif letter == "U" and (match := _USER_SYMBOL.fullmatch(text)):
                self.symbols[match[1]] = match[2]
        except ValueError as error:
            code = {"M": "bad-meter", "L": "bad-unit-length", "K": "bad-key"}[letter]
            self._report(code, str(error), number, column, text)

    def _begin_body(self) -> None:
        declared = [f.text.split()[0] for f in self.fields if f.letter == "V" and f.text.split()]
        self._switch(declared[0] if declared else "1", self.start)

    def _body_field(self, letter: str, text: str, number: int) -> None:
        value = _value(text)
        column = 2 + len(text) - len(text.lstrip())
        if letter == "V":
            self._switch(value.split()[0] if value.split() else "1", number)
            return
        self.fields.append(Field(letter, value, number))
        if self.current is None:
            return
        self.current.line = number
        if letter == "K":
            self.current.set_key(value, column)
        elif letter == "M":
            self.current.set_meter(value, column)
        elif letter == "L":
            self.current.set_unit(value, column)
        elif letter == "m":
            self._report("unsupported", "macros (m:) are not read yet", number, 1, "m:")

    def _switch(self, name: str, number: int) -> None:
        """Go on in the voice `name`, which begins now if it is new."""
        if name not in self.voices:
            if len(self.voices) >= MAX_VOICES:
                self._report("too-large", f"more than {MAX_VOICES} voices", number, 1, name)
                return
            unit = self.unit or default_unit_length(self.meter)
            self.voices[name] = VoiceReader(self.meter, self.key, unit, self._report, self.symbols)
        self.current = self.voices[name]

    def _music(self, line: str, number: int) -> None:
        at = 0
        for match in _INLINE_VOICE.finditer(line):
            self._music_part(line, at, match.start(), number)
            self._switch(match[1].split()[0] if match[1].split() else "1", number)
            at = match.end()
        self._music_part(line, at, len(line), number)

    def _music_part(self, line: str, start: int, end: int, number: int) -> None:
        """Read part of a line in the current voice; blanks before it keep the columns right."""
        if self.current is not None and line[start:end].strip():
            self.current.read_line(" " * start + line[start:end], number)

    def _tune(self, lines: list[str], header_only: bool) -> Tune:
        """Close the voices, check them, and put the tune together."""
        reference = self._reference()
        if header_only:
            hint = "add a line such as K:D, then the music"
            self._report("no-key", "the header has no K:", self.start + len(lines) - 1, 1, "", hint)
        for voice in self.voices.values():
            voice.finish()
        voices = tuple(Voice(name, tuple(v.bars[:MAX_BARS])) for name, v in self.voices.items() if v.bars)
        if not header_only and not any(bar.events for voice in voices for bar in voice.bars):
            self._report("no-music", "the tune has no notes", self.start + len(lines) - 1, 1)
        tune = Tune(
            reference,
            tuple(f.text for f in self.fields if f.letter == "T" and f.text),
            self.meter,
            self.unit or default_unit_length(self.meter),
            self.key,
            voices,
            tuple(self.fields),
            (),
            "\n".join(lines) + "\n",
            self.start,
        )
        if not any(problem.code == "too-large" for problem in self.problems):
            for voice_value in voices:
                check_voice(voice_value, self._report)
        shown = [self._with_text(problem, lines) for problem in self.problems]
        return replace(tune, problems=tuple(sorted(shown, key=lambda p: (p.line, p.column))))

    def _reference(self) -> int:
        text = next((f.text for f in self.fields if f.letter == "X"), None)
        if text is None:
            self._report("no-reference", "the tune has no number", self.start, 1, "", "begin it with X:1")
            return 0
        if not text.isascii() or not text.isdigit() or len(text) > 9:
            hint = "write a whole number, as in X:1"
            self._report("no-reference", f"X: is {text[:20]!r}", self.start, 1, "X:" + text, hint)
            return 0
        return int(text)

    def _with_text(self, problem: Problem, lines: list[str]) -> Problem:
        """A problem about a bar stands on the bar's own text."""
        index = problem.line - self.start
        if problem.text or not 0 <= index < len(lines):
            return problem
        rest = lines[index][problem.column - 1 :]
        return replace(problem, text=re.split(r"[|%]", rest, maxsplit=1)[0].rstrip())

    def _report(
        self, code: str, message: str, line: int, column: int, text: str = "", hint: str = ""
    ) -> None:
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Problem(code, message, line, column, text[:200], hint))


def _fields(lines: list[str]) -> list[Field]:
    """The header fields of a tune, as written."""
    found = []
    for line in lines:
        match = _FIELD.match(line)
        if match:
            found.append(Field(match[1], _value(match[2])))
            if match[1] == "K":
                break
    return found
