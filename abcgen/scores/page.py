"""A tunebook as one HTML file that needs nothing else: scores, a player, and the ABC itself.

The page engraves its scores and makes its sounds itself, from texts that were made safe, notes that were
read, and scripts of ours that lie in `web/`; the vendored engraver runs in a thread of its own. Everything
that comes from a tune is escaped, and the page's own policy lets no other script run and nothing be loaded,
so that a hostile title is only ugly.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from abcgen.errors import ScoreError, UsageError
from abcgen.notation.key import clef_shift
from abcgen.notation.transpose import transpose_by
from abcgen.notation.tune import Chord, Note, Rest, Tune
from abcgen.notation.voices import clef_of
from abcgen.notation.writer import write_abc
from abcgen.scores.abc2svg import engraver_source, music_font
from abcgen.scores.clean import WIDTH_CENTIMETRES, engraver_music
from abcgen.scores.compare import ticks
from abcgen.scores.look import PLAIN, TABS, Look, checked_look, name_of, numbered
from abcgen.scores.names import safe_stem
from abcgen.scores.performance import first_events, moments, performed
from abcgen.scores.playing import ACCOMPANIMENT, AS_WRITTEN, MELODY, Playing
from abcgen.scores.printable import printable
from abcgen.scores.svg import MUSIC_FAMILY, STROKES, TEXT_FAMILIES
from abcgen.scores.ties import with_true_ties
from abcgen.templates import filled

_LABELS = {"abc": "ABC", "midi": "MIDI", "musicxml": "MusicXML", "svg": "SVG", "pdf": "PDF", "png": "PNG"}
#: Fields of which rhythm, composer and origin are told.
_CREDITS = "RCO"
#: Semitones by which a page can move a tune: to every key, the nearer way.
_SHIFTS = range(-5, 7)
#: What pages with tunes run before scripts of their own.
SCRIPTS = ("engraving.js", "score.js", "player.js", "tuneview.js")
#: What scores in a page look like: families of fonts, and the style of lines.
FONTS = {"music": MUSIC_FAMILY, "words": TEXT_FAMILIES, "strokes": STROKES}

Signs = dict[str, dict[str, tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class PageEntry:
    """One tune of the page. `files` maps a format to the name of its file beside the page."""

    tune: Tune
    files: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def tunebook_page(
    entries: Iterable[PageEntry], heading: str, playing: Playing = AS_WRITTEN, look: Look = PLAIN
) -> str:
    """An HTML page of `entries` under `heading`, played as `playing` says, at first seen as `look` says.

    File names are taken relative to the page; one that leads out of its folder is left out. A tune of which
    there can be no score is shown as ABC, with the reason. Raises UsageError for a look that is not there.
    """
    look = checked_look(look)
    signs = no_signs()
    known: list[dict[str, Any]] = []
    shown = []
    for entry in entries:
        tune = entry.tune
        about: dict[str, Any] = {
            "title": tune.title or "Untitled",
            **texts_of(tune),
            "abc": _abc(tune),
            "links": list(_links(entry.files)),
        }
        try:
            found = tune_data(tune, playing, signs)
        except ScoreError as error:
            shown.append({**about, "fault": str(error)})
        else:
            last = found["first_bar"] + len(tune.bars) - 1
            variants, first = found["variants"], found["first_bar"]
            about |= {"variants": variants, "first_bar": first, "last_bar": last, "number": len(known)}
            shown.append({**about, "fault": ""})
            known.append(found)
    script, style = _script(), _style()
    return filled(
        "tunebook.html.jinja",
        heading=heading,
        tunes=shown,
        tabs=tuple(TABS),
        chosen=look.tab or ("names" if look.note_names else ""),
        book=_packed(
            {
                "width": WIDTH_CENTIMETRES / look.scale,
                "fonts": FONTS,
                "tabs": signs,
                "tunes": known,
            }
        ),
        script=script,
        script_sum=_sum_of(script),
        style_sum=_sum_of(style),
        engraver=engraver_source(),
        glue=web_asset("engraver.js"),
        style=style,
    )


def texts_of(tune: Tune) -> dict[str, Any]:
    """What stands around the score of a tune in a page, as text of the page: it has room for all of it."""
    credit = [text for letter in _CREDITS for text in tune.field_texts(letter) if text.strip()]
    words = list(tune.field_texts("W"))
    return {"subtitles": list(tune.titles[1:]), "credits": " · ".join(credit), "words": words}


def no_signs() -> Signs:
    """Of each tablature what stands under which pitches: nothing yet."""
    return {name: {} for name in TABS}


def web_asset(name: str) -> str:
    """A script or style of ours."""
    return (resources.files("abcgen.scores") / "web" / name).read_text("utf-8")


@lru_cache(maxsize=1)
def _script() -> str:
    parts = "\n".join(web_asset(name) for name in (*SCRIPTS, "page.js"))
    return f'"use strict";\n{{\n{parts}}}\n'


@lru_cache(maxsize=1)
def _style() -> str:
    font = base64.b64encode(music_font()).decode("ascii")
    source = f'url("data:font/ttf;base64,{font}") format("truetype")'
    return f"@font-face {{ font-family: {MUSIC_FAMILY}; src: {source}; }}\n{web_asset('page.css')}"


def _packed(value: object) -> str:
    """JSON, a tenth as long: gzip in Base64, the same for the same value."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode("ascii")


def _sum_of(text: str) -> str:
    """By which the page's policy knows what may run, or style it."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")


def _links(files: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Links to files in the page's folder or below it; others are left out."""
    for kind, file in files.items():
        parts = file.replace("\\", "/").split("/")
        if file and ".." not in parts and not file.startswith(("/", "\\")):
            yield {"label": _LABELS.get(kind, kind), "address": "./" + quote("/".join(parts))}


# -- what the page's scripts know of a tune --------------------------------------------------------


def tune_data(tune: Tune, playing: Playing, signs: Signs, shifts: Sequence[int] = _SHIFTS) -> dict[str, Any]:
    """A tune for the scripts in `web/`, in keys so many semitones off; `signs` learns those of its notes.

    `begins`: the number of the first note or chord of each bar of the first voice, and of those after it.
    Raises ScoreError where the tune is too large; whether the score shows the notes is looked at in the page.
    """
    tune = printable(with_true_ties(tune))
    return {
        "stem": safe_stem(tune.title),
        "events": [_midis(*each) for each in _events(tune)],
        "begins": first_events(tune),
        "first_bar": tune.first_number,
        "music": music_of(tune, playing),
        "variants": list(_variants(tune, signs, shifts)),
    }


def music_of(tune: Tune, playing: Playing) -> dict[str, Any]:
    """What a player needs: times in ticks, 10,080 a quarter note of the first tempo; loudness from 0 to 1.

    `sounds`: onset, MIDI number, length, loudness. `moments`: onset, number of the written note or chord of
    the first voice. `bars`: onset, number of the written bar.
    """
    performance = performed(tune, playing)
    notes, bars = moments(tune, performance)
    evened = performance.tempos.evened

    def at(moment: Fraction) -> int:
        return ticks(evened(moment))

    voices = len(performance.tune.voices)
    sounds = sorted(
        (
            at(sound.onset),
            sound.midi,
            at(sound.onset + sound.duration) - at(sound.onset),
            round((MELODY if number < voices else ACCOMPANIMENT) / 127, 2),
        )
        for number, voice in enumerate(performance.voices)
        for sound in voice
    )
    return {
        "quarters": float(performance.tempos.first),
        "program": playing.program,
        "length": at(performance.ends),
        "sounds": sounds,
        "moments": [(at(onset), event) for onset, event in notes],
        "bars": [(at(onset), number) for onset, number in bars],
    }


def _variants(tune: Tune, signs: Signs, shifts: Sequence[int]) -> Iterator[dict[str, Any]]:
    """The tune in those of the keys in which it can be."""
    for shift in shifts:
        try:
            moved = transpose_by(tune, shift) if shift else tune
        except UsageError:
            continue
        events = _events(moved)
        for event, moved_by_clef in events:
            pitches = ",".join(map(str, _midis(event, moved_by_clef)))
            for name, row in TABS.items():
                if pitches not in signs[name]:
                    signs[name][pitches] = row(event)
        # what stands around the score is the page's own text
        left = tuple(field for field in moved.fields if field.letter not in {*_CREDITS, "W"})
        signed = numbered(replace(moved, titles=(), fields=left))
        slurred = any(event.marks.slurs_opened for event, _ in events)
        yield {
            "semitones": shift,
            "key": moved.key.tonic_and_mode,
            "abc": write_abc(moved) if shift else _abc(tune),
            "names": [name_of(event) for event, _ in events],
            "text": engraver_music(signed),
            "without_slurs": engraver_music(signed, slurs=False) if slurred else "",
        }


def _midis(event: Note | Chord, shift: int) -> list[int]:
    return sorted(pitch.midi + shift for pitch in event.pitches)


def _abc(tune: Tune) -> str:
    return tune.source or write_abc(tune)


def _events(tune: Tune) -> list[tuple[Note | Chord, int]]:
    """The notes and chords of all voices, one voice after the other, and by how much clefs move them."""
    bars = ((bar, clef_shift(clef_of(voice, bar))) for voice in tune.voices for bar in voice.bars)
    every = ((event, shift) for bar, shift in bars for event in bar.events)
    return [(event, shift) for event, shift in every if not isinstance(event, Rest)]
