"""A voice and what hangs on its notes: slurs, grace notes, decorations, chord symbols, annotations.

All of it waits in `_pending` for the note that follows, but for the end of a slur. ABC 2.1, sections 4.11
to 4.19.
"""

from __future__ import annotations

from dataclasses import replace

from abcgen.notation.notetable import LONE_SLUR, decorated, slur_closed
from abcgen.notation.spelling import DECORATIONS, KNOWN_DECORATIONS, nearest_decoration
from abcgen.notation.text import decode_text
from abcgen.notation.tune import NO_MARKS, Marks
from abcgen.notation.voice import MAX_GRACE_NOTES, VoiceState

#: On a note, and as many texts.
MAX_DECORATIONS = 16


class MarkedVoice(VoiceState):
    """A voice that takes what stands before a note and belongs to it."""

    def _on_slur_open(self, text: str) -> None:
        self._slurs.append(((self.line, self._at + 1), text))
        if self._pending is NO_MARKS:
            self._pending = LONE_SLUR
        else:
            self._pending = replace(self._pending, slurs_opened=self._pending.slurs_opened + 1)

    def _on_slur_close(self, text: str) -> None:
        if self._slurs:
            self._slurs.pop()
            if self._pending.slurs_opened and self._pending.grace:  # `({de})f`: over the grace notes alone
                left = self._pending.slurs_opened - 1
                self._pending = replace(self._pending, slurs_opened=left)
                return
        elif not self._in_ending:  # a slur may go on in every ending
            hint = "open it with (, or leave ) out"
            self._say("bad-slur", "this slur was not opened", self._at, text, hint)
        if self._events:
            self._events[-1] = slur_closed(self._events[-1])

    def _on_grace_open(self, text: str) -> None:
        if self._grace is not None:
            message = "grace notes open inside grace notes"
            self._say("unclosed-bracket", message, self._at, text, "close the first with }")
        if self._chord is not None:
            message = "grace notes cannot stand inside a chord"
            self._say("bad-chord", message, self._at, text, "write them before the [")
        self._grace = []
        self._grace_at = ((self.line, self._at + 1), text)

    def _on_grace_close(self, text: str) -> None:
        if self._grace is None:
            message = "} closes grace notes that were not opened"
            self._say("stray-bracket", message, self._at, text, "open them with {, or leave } out")
            return
        quick = self._grace_at[1] == "{/"
        grace = (*self._pending.grace, *self._grace)[:MAX_GRACE_NOTES]
        self._pending = replace(self._pending, grace=grace, acciaccatura=quick)
        self._grace = None

    def _on_decoration(self, text: str) -> None:
        self._pending = self._with_symbol(self._pending, text)

    def _on_text(self, text: str) -> None:
        self._pending = self._with_symbol(self._pending, text)

    def _on_shorthand(self, text: str) -> None:
        symbols = self._settings.symbols
        symbol = symbols.get(text, DECORATIONS.get(text, ""))
        if symbol:
            symbol = symbol if symbol.startswith('"') else f"!{symbol}!"
            self._pending = self._with_symbol(self._pending, symbol)
        elif text not in symbols:  # `U:u=!nil!` takes the meaning from a letter
            message = f"{text!r} has no meaning here and is passed over"
            self._say("undefined-symbol", message, self._at, text, "U: gives such a letter a meaning")

    def _on_unclosed(self, text: str) -> None:
        message = 'a text opens with " and does not close'
        self._say("unclosed-bracket", message, self._at, text[:20], 'close it with " on the same line')

    def _on_unclosed_decoration(self, text: str) -> None:
        message = f"a decoration opens with {text} and does not close"
        self._say("unclosed-bracket", message, self._at, text, f"write {text}!")

    def _with_symbol(self, marks: Marks, text: str) -> Marks:
        """symbol = "!" name "!" | '"' ("^" | "_" | "<" | ">" | "@") text '"' | '"' chord symbol '"'"""
        if text[0] != '"':
            if len(marks.decorations) >= MAX_DECORATIONS:
                message = f"more than {MAX_DECORATIONS} decorations on a note"
                self._say("too-large", message, self._at, text)
                return marks
            name = text[1:-1]
            if name not in KNOWN_DECORATIONS and not name.isdigit():
                near = nearest_decoration(name)
                hint = f"did you mean !{near}!?" if near else 'write "^slowly" for a text'
                self._say("undefined-symbol", f"no decoration is called {name[:40]!r}", self._at, text, hint)
            return decorated(marks, name)
        quoted = decode_text(text[1:-1])
        if quoted[:1] not in {"^", "_", "<", ">", "@"}:
            return replace(marks, chord_symbol=f"{marks.chord_symbol} {quoted}".strip())
        if len(marks.annotations) >= MAX_DECORATIONS:
            self._say("too-large", f"more than {MAX_DECORATIONS} texts on a note", self._at, text)
            return marks
        return replace(marks, annotations=(*marks.annotations, quoted))
