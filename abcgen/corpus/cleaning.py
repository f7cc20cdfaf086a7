"""One tune cleaned: repaired where there is one reading, said in the dialect, or dropped with a reason.

Nothing here knows another tune, so that many can be cleaned at once. No note is changed: what is kept sounds
as its source says, note for note (`music_hash`), and what is left off is named.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from abcgen.corpus.likeness import Keys, Likable, likable, signatures
from abcgen.corpus.provenance import RawTune
from abcgen.corpus.terms import Traits, traits_of
from abcgen.notation.dialect import DialectTune, NotInDialect, losses, to_dialect
from abcgen.notation.parser import parse_tune
from abcgen.notation.repair import repair
from abcgen.notation.sounding import music_hash
from abcgen.notation.steering import rhythm_called, rhythm_name, with_lines
from abcgen.notation.tune import Bar, BarLine, Pitch, Tune
from abcgen.notation.unfold import play_order

#: The columns of a corpus, and of the row of a cleaned tune; `cluster` and `weight` are known later.
COLUMNS = (
    "id",
    "source",
    "place",
    "title",
    "rhythm",
    "meter",
    "key",
    "header",
    "steering",
    "body",
    "music_rights",
    "encoding_rights",
    "transcriber",
    "repairs",
    "cluster",
)

#: Among the repairs: the header did not say R:, the title did.
RHYTHM_OF_TITLE = "R: taken from the end of the title"


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What became of a tune: its `row`, or the `reason` why it has none, with a `detail` for people.

    `like` and `keys` are for finding near-duplicates; they are there for dropped tunes too, where those have
    music. `left_off` names what the dialect does not say, `repairs` what was mended.
    """

    source: str
    place: str
    title: str
    traits: Traits
    row: dict[str, str] | None
    reason: str = ""
    detail: str = ""
    left_off: tuple[str, ...] = ()
    repairs: tuple[str, ...] = ()
    like: Likable | None = None
    keys: Keys | None = None

    @property
    def where(self) -> str:
        return f"{self.source} {self.place}"


def clean_tunes(raws: Sequence[RawTune]) -> list[Cleaned]:
    """What becomes of each of these, in order."""
    return [clean_tune(raw) for raw in raws]


def clean_tune(raw: RawTune) -> Cleaned:
    """What becomes of a tune."""
    read = raw.text.read()
    found = Cleaned(raw.source, f"{raw.place} X:{read.reference}", read.title, traits_of(read), None)
    tune, repairs = _repaired(raw, read)
    tune, dropped = _melody(tune)
    repairs = (*raw.repairs, *repairs)
    try:
        text = to_dialect(tune, origin=raw.origin)
    except NotInDialect as verdict:
        like = likable(read.bars) if read.bars else None
        keys = signatures(like) if like is not None else None
        return replace(found, reason=verdict.reason, detail=str(verdict), like=like, keys=keys)
    again = parse_tune(text.text)
    hashed = music_hash(again.bars)
    if hashed != music_hash(tune.bars) or not again.valid:
        detail = "the dialect's spelling has other notes, or bars that do not go together"
        return replace(found, reason="changed-by-cleaning", detail=detail)
    rhythm = _rhythm_in_title(tune)
    if rhythm:
        text = replace(text, header=with_lines(text.header, [f"R:{rhythm}"]))
        repairs = (*repairs, RHYTHM_OF_TITLE)
    like = likable(again.bars)
    return replace(
        found,
        row=_row(raw, found, tune, text, hashed, repairs),
        left_off=(*losses(tune), *dropped),
        repairs=repairs,
        like=like,
        keys=signatures(like),
    )


def _repaired(raw: RawTune, tune: Tune) -> tuple[Tune, tuple[str, ...]]:
    """The tune as mended, and how; as it was read where it needs nothing, or cannot be mended surely."""
    if tune.valid:
        return tune, ()
    start = raw.text.start
    moved = tuple(replace(problem, line=problem.line - start + 1) for problem in tune.problems)
    mended = repair(replace(tune, line=1, problems=moved), defaults=raw.text.defaults)
    if mended.left or not mended.edits:
        return tune, ()
    lines = tuple(mended.text.rstrip("\n").split("\n"))
    again = replace(raw.text, lines=lines).read()
    return again, tuple(dict.fromkeys(edit.reason for edit in mended.edits))


def _melody(tune: Tune) -> tuple[Tune, tuple[str, ...]]:
    """The first voice, without repeat signs that nothing closes; and what was left off.

    Players pass over such signs, so the tune sounds as before.
    """
    left: list[str] = []
    if len(tune.voices) > 1:
        errors = [p for p in tune.problems if p.is_error]
        tune = replace(tune, voices=tune.voices[:1])
        left += [] if errors else ["other-voices"]
    errors = [problem for problem in tune.problems if problem.is_error]
    if errors and all(problem.code == "bad-repeat" for problem in errors):
        bars = without_open_repeats(tune.bars)
        if _as_played(bars) == _as_played(tune.bars):
            problems = tuple(problem for problem in tune.problems if not problem.is_error)
            tune = replace(tune, voices=(replace(tune.voices[0], bars=bars),), problems=problems)
            left.append("open-repeats")
    return tune, tuple(left)


def without_open_repeats(bars: Sequence[Bar]) -> tuple[Bar, ...]:
    """The bars with a double bar line for every `|:` to which no `:|` goes back."""
    found = list(bars)
    opened: int | None = None
    for index, bar in enumerate([*bars, None]):
        starts = bar is None or (bar.opening is not None and bool(bar.opening.starts))
        if opened is not None and starts and opened != index:
            found[opened] = replace(found[opened], opening=_unopened(found[opened].opening))
            if opened:
                found[opened - 1] = replace(found[opened - 1], closing=_unopened(found[opened - 1].closing))
        if bar is None:
            break
        if starts:
            opened = index
        if bar.closing is not None and bar.closing.ends:
            opened = None
    return tuple(found)


def _unopened(line: BarLine | None) -> BarLine | None:
    if line is None or not line.starts:
        return line
    return replace(line, starts=0) if line.ends else BarLine("double")


def _as_played(bars: Sequence[Bar]) -> list[tuple[tuple[Pitch, ...], int]]:
    """What sounds when the bars are played, repeats and all."""
    return [(event.pitches, event.ticks) for bar in play_order(tuple(bars)) for event in bar.events]


def _rhythm_in_title(tune: Tune) -> str:
    """The rhythm that the title of a tune without R: ends with, as in `The Lark's Reel`; "" for none."""
    last = re.sub(r"[^\w' ]+", " ", tune.title.lower()).split()[-2:]
    if not last or rhythm_name(tune.rhythm):
        return ""
    return rhythm_called(" ".join(last)) or rhythm_name(last[-1])


def _row(
    raw: RawTune, found: Cleaned, tune: Tune, text: DialectTune, hashed: str, repairs: Sequence[str]
) -> dict[str, str]:
    fields = {line[0]: line[2:] for line in text.header.splitlines()}
    return {
        "id": hashed,
        "source": raw.source,
        "place": found.place,
        "title": tune.title,
        "rhythm": fields.get("R", ""),
        "meter": fields["M"],
        "key": fields["K"],
        "header": text.header,
        "steering": "\n".join(text.steering),
        "body": text.body,
        "music_rights": raw.music_rights,
        "encoding_rights": raw.encoding_rights,
        "transcriber": "; ".join(filter(None, tune.field_texts("Z"))),
        "repairs": "; ".join(repairs),
        "cluster": "",
    }
