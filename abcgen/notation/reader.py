"""One tune from its lines: header, body fields, voices. What the music says is read by `music`.

ABC 2.1, sections 3 and 7.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from abcgen.notation.check import check_tune
from abcgen.notation.fields import (
    KNOWN_FIELDS,
    TEXT_FIELDS,
    field_text,
    in_text_block,
    is_body_field,
    is_field,
)
from abcgen.notation.header import MEANT, Header
from abcgen.notation.lexer import FIELD, comment_start
from abcgen.notation.music import VoiceReader
from abcgen.notation.problems import ProblemLog
from abcgen.notation.settings import is_setting
from abcgen.notation.text import decode_text
from abcgen.notation.tune import Field, Tune, Voice
from abcgen.notation.voice import MAX_BARS
from abcgen.notation.voices import MAX_VOICES, share_parts

#: A tune larger than this is not a tune.
MAX_TUNE_CHARACTERS = 64 * 1024
MAX_LINE_CHARACTERS = 16 * 1024

_UNIQUE = frozenset("MLKR")
#: Fields that are read into the values of the tune.
_SETTLED = frozenset("XMLKVws")
#: What the tune reads within a line of music, not the voice; a quoted text is none.
#: How a block of another program's text opens and closes; `%%endings` is a line of our own.
_BLOCK_END = re.compile(r"\s*(?:begin|end(?!ings\b))")
_INLINE = re.compile(rf'"[^"]*"|\[([VUmI]):([^\]]{{0,256}})(?<!\|)\]|{FIELD}')


class TuneReader:
    """Reads one tune. `defaults` are the fields of the file header, `start` is its first line in the file."""

    def __init__(self, start: int, defaults: Sequence[Field]) -> None:
        self.start = start
        self._defaults = defaults
        self._log = ProblemLog()
        self._report = self._log.report
        self._key_line = 0
        self._seen: set[str] = set()
        self._fields: list[Field] = []
        self._voices: dict[str, VoiceReader] = {}
        self._header = Header(self._log)
        self._current: VoiceReader | None = None
        self._held: list[Field] = []  # a remark that `+:` may go on with, and the directives after it
        self._waiting: list[Field] = []  # remarks before the first voice
        self._in_body = False
        self._words_go_on = False  # a backslash ended the last w: line
        self._part = ""
        self._continued = ""  # the letter of the field that `+:` would continue

    def read(self, lines: Sequence[str], *, whole: bool = True) -> Tune:
        """The tune in these lines; they are not all there when it is not `whole`."""
        self._take_defaults(lines)
        self._key_line = next((n for n, line in enumerate(lines, self.start) if line[:2] == "K:"), 0)
        in_header, in_block = True, False
        if not whole or sum(map(len, lines)) + len(lines) > MAX_TUNE_CHARACTERS:
            self._report("too-large", f"a tune of more than {MAX_TUNE_CHARACTERS} characters", self.start, 1)
            lines = lines[:1]
        for number, line in enumerate(self._without_nul(lines), self.start):
            if line[:1] == "%" or in_block:
                in_block = in_text_block(line, inside=in_block)
                if line.startswith("%%") and not in_block:
                    self._directive(line[2:], number)
            elif len(line) > MAX_LINE_CHARACTERS:
                message = f"a line of more than {MAX_LINE_CHARACTERS} characters"
                self._report("too-large", message, number, 1)
            elif in_header:
                in_header = self._header_line(line, number)
            elif is_body_field(line):
                self._body_field(line, number)
            elif not line.lstrip().startswith("%"):
                self._music(line, number)
        return self._tune(lines, in_header)

    def _without_nul(self, lines: Sequence[str]) -> Sequence[str]:
        """The lines with a space for every NUL, which is reported: no field of a tune ever holds one."""
        if not any("\0" in line for line in lines):
            return lines
        for number, line in enumerate(lines, self.start):
            if "\0" in line:
                at = line.index("\0") + 1
                self._report("illegal-character", "a NUL, which no text holds", number, at, "\0")
        return [line.replace("\0", " ") for line in lines]

    # -- header ------------------------------------------------------------------------------

    def _take_defaults(self, lines: Sequence[str]) -> None:
        if not self._defaults:
            return
        own = set()
        for line in lines:
            if is_field(line):
                own.add(line[0])
                if line[0] == "K":
                    break
        held = [f for f in self._defaults if f.letter not in own or f.letter in "Um%"]
        for default in held:
            if default.letter in MEANT:
                self._header.take(default, 1)
        self._fields = held

    def _header_line(self, line: str, number: int) -> bool:
        """One line of the header; False once K: has ended it."""
        if not is_field(line):
            if not line.strip():
                return True
            if number < self._key_line:
                hint = "a header line is a letter, a colon and a text"
                message = "this line of the header is no field"
                self._report("bad-field", message, number, 1, line[:40], hint)
                return True
            hint = "K: ends the header"
            self._report("no-key", "music stands before K:", number, 1, line.strip()[:20], hint)
            self._begin_body()
            self._music(line, number)
            return False
        letter, text = line[0], field_text(line)
        if letter == "+":
            self._continue(text, number)
            return True
        if letter in _UNIQUE and letter in self._seen:
            self._report("duplicate-field", f"{letter}: stands twice in the header", number, 1, line)
        field = Field(letter, text, letter == "W", number)
        self._fields.append(field)
        self._seen.add(letter)
        if letter not in KNOWN_FIELDS:
            self._report("unknown-field", f"no field has the letter {letter}", number, 1, line[:40])
        self._continued = letter
        if letter in MEANT:
            self._header.take(field, len(line) - len(line[2:].lstrip()) + 1)
        if letter == "K":
            self._begin_body()
            return False
        return True

    def _directive(self, text: str, number: int) -> None:
        """A `%%` line; kept as a field of letter `%`."""
        if _BLOCK_END.match(text) or not text.strip():
            return
        field = Field("%", text[: comment_start(text)].strip(), self._in_body, number)
        self._header.settings.take("%", field.text)
        if field.body:
            self._remark(field)
        else:
            self._fields.append(field)

    def _continue(self, text: str, number: int) -> None:
        """`+:` goes on with the field before it. ABC 2.1, section 3.3."""
        if self._continued not in TEXT_FIELDS | {"w", "s"}:
            self._report(
                "bad-field", "+: continues a field of text, and none stands before it", number, 1, "+:"
            )
            return
        if self._continued in {"w", "s"}:
            if self._current is not None:
                self._current.read_under(self._continued, text, number, 3, more=True)
            return
        held = any(field.letter == self._continued for field in self._held)
        fields = self._held if held else self._fields
        last = max(i for i, field in enumerate(fields) if field.letter == self._continued)
        fields[last] = replace(fields[last], text=f"{fields[last].text} {text}".strip())

    def _remark(self, field: Field) -> None:
        """A field among the music that changes no note: held back, for `+:` may go on with it."""
        if field.letter != "%":
            self._give_remarks()
        self._held.append(field)

    def _give_remarks(self) -> None:
        """The remarks that were held back go to the current voice, or to the first that there will be."""
        held, self._held = self._held, []
        for field in held:
            if not field.text or is_setting(field):
                continue
            if self._current is None:
                self._waiting.append(field)
            else:
                self._current.remark(field)

    def _begin_body(self) -> None:
        """The first voice that the header declares; without one the music or a V: line in it says which."""
        self._in_body = True
        if self._header.declared.properties:
            self._switch(next(iter(self._header.declared.properties)), self.start)

    def _voice(self, number: int) -> VoiceReader | None:
        """The voice that is being read."""
        if self._current is None:
            self._switch("1", number)
        return self._current

    # -- body --------------------------------------------------------------------------------

    def _body_field(self, line: str, number: int) -> None:
        letter, value = line[0], field_text(line)
        column = 3 + len(line[2:]) - len(line[2:].lstrip())
        if letter == "+":
            self._continue(value, number)
            return
        self._continued = letter
        if letter == "V":  # what was held back belongs to the music that follows
            self._go_to_voice(value, number)
            return
        self._give_remarks()
        field = Field(letter, value, True, number)
        if letter not in KNOWN_FIELDS:
            self._report("unknown-field", f"no field has the letter {letter}", number, 1, line[:40])
        if letter in "UmI":
            self._header.take(field, column)
        if letter == "W":
            self._fields.append(field)
        elif letter not in _SETTLED and letter != "P":
            self._remark(field)
        elif letter == "P":
            self._part = decode_text(value)
            for voice in self._voices.values():
                voice.set_part(self._part)
        elif letter in "KMLws" and (reader := self._voice(number)) is not None:
            reader.line = number
            self._change(reader, letter, value, column)

    def _change(self, reader: VoiceReader, letter: str, value: str, column: int) -> None:
        """What a body field changes in the current voice."""
        if letter == "K":
            reader.set_key(value, column - 1)
        elif letter == "M":
            reader.set_meter(value, column - 1)
        elif letter == "L":
            reader.set_unit(value, column - 1)
        else:
            goes_on = letter == "w" and value.endswith("\\") and not value.endswith("\\\\")
            text = value[:-1] if goes_on else value
            reader.read_under(letter, text, reader.line, column, more=letter == "w" and self._words_go_on)
            self._words_go_on = goes_on

    def _go_to_voice(self, text: str, number: int) -> None:
        """V: among the music, with its name and its properties."""
        name, counts = self._header.declared.declare(text, number)
        known = self._voices.get(name)
        if counts and known:
            octave, transpose = self._header.declared.shifts(name, number)
            if not known.shift(octave, transpose):
                message = f"V:{name} is moved after it has begun"
                hint = "say octave=, transpose= and the clef before its first note"
                self._report("bad-voice", message, number, 3, text, hint)
        self._switch(name, number)

    def _switch(self, name: str, number: int) -> None:
        """Go on in the voice `name`, which begins now if it is new."""
        if name not in self._voices:
            if len(self._voices) >= MAX_VOICES:
                self._report("too-large", f"more than {MAX_VOICES} voices", number, 1, name)
                return
            octave, transpose = self._header.declared.shifts(name, number)
            self._voices[name] = VoiceReader(
                self._header.meter,
                self._header.key,
                self._header.unit,
                self._report,
                self._header.settings,
                octave=octave,
                transpose=transpose,
            )
            first = next(iter(self._voices.values()))
            if first is self._voices[name]:
                first.set_part(self._part)
            elif part := first.first_part:
                self._voices[name].set_part(part)
        self._current = self._voices[name]
        for field in self._waiting:
            self._current.remark(field)
        self._waiting = []

    def _music(self, line: str, number: int) -> None:
        """A line of music, in as many pieces as it has voices and macros."""
        self._continued = ""
        if not line.lstrip().startswith("[V:"):
            self._give_remarks()
        if "%" in line:
            line = line[: comment_start(line)]
        text = line.rstrip()
        joined = text.endswith("\\")
        if joined:
            line = text[:-1]
        begin = 0
        for match in _INLINE.finditer(line) if "[" in line else ():
            if match[1] is None:
                continue
            self._expanded(line[begin : match.start()], number, begin)
            begin = match.end()
            value, column = match[2].strip(), match.start(2) + 1
            if match[1] != "V":
                self._header.take(Field(match[1], value, True, number), column)
                self._remark(Field(match[1], value, True, number))
                self._give_remarks()
                continue
            self._go_to_voice(value, number)
            self._give_remarks()
        self._expanded(line[begin:] if begin else line, number, begin)
        if self._current is not None:
            self._current.end_line(joined=joined)

    def _expanded(self, text: str, number: int, at: int) -> None:
        """A line of music, or the part of it that begins at `at`, its macros replaced."""
        if not text or text.isspace() or (reader := self._voice(number)) is None:
            return
        try:
            pieces = self._header.settings.expanded(text)
        except ValueError as error:
            self._report("too-large", str(error), number, 1)
            return
        for piece, offset in pieces:
            reader.read_line(piece, number, at + offset)

    # -- the whole ---------------------------------------------------------------------------

    def _tune(self, lines: Sequence[str], header_only: bool) -> Tune:
        """Close the voices, check them, and put the tune together."""
        reference = self._reference()
        last_line = self.start + len(lines) - 1
        if header_only:
            hint = "add a line such as K:D, then the music"
            self._report("no-key", "the header has no K:", last_line, 1, "", hint)
        self._give_remarks()
        for voice in self._voices.values():
            voice.finish()
            self._fields += voice.remarks_left()
        self._fields += self._waiting
        if self._part and len(self._voices) > 1:
            share_parts([voice.bars for voice in self._voices.values()])
        properties = self._header.declared.properties
        voices = tuple(
            Voice(name, tuple(v.bars[:MAX_BARS]), properties.get(name, ""), v.octave, v.transpose)
            for name, v in self._voices.items()
            if v.bars
        )
        if not header_only and not voices:
            self._report("no-music", "the tune has no notes", last_line, 1)
        tune = Tune(
            reference,
            tuple([f.text for f in self._fields if f.letter == "T" and not f.body and f.text]),
            self._header.meter,
            self._header.unit,
            self._header.key,
            voices,
            # W: in the header belongs to what stands after the music, as it is written.
            tuple(sorted([f for f in self._fields if _kept(f)], key=lambda f: f.body)),
            (),
            "\n".join(lines) + "\n",
            self.start,
        )
        if not self._log.too_large:
            check_tune(tune, self._report)
        return replace(tune, problems=self._log.found(lines, self.start)) if self._log else tune

    def _reference(self) -> int:
        text = next((f.text for f in self._fields if f.letter == "X"), None)
        if text is None:
            self._report("no-reference", "the tune has no number", self.start, 1, "", "begin it with X:1")
            return 0
        if not text.isascii() or not text.isdigit() or len(text) > 9:
            hint = "write a whole number, as in X:1"
            self._report("no-reference", f"X: is {text[:20]!r}", self.start, 1, "X:" + text, hint)
            return 0
        return int(text)


def _kept(field: Field) -> bool:
    """Whether a field says what nothing else in the tune does; an empty `W:` parts two verses."""
    settled = field.letter in _SETTLED or (field.letter == "T" and not field.body)
    return bool(field.text or field.letter == "W") and not settled and not is_setting(field)
