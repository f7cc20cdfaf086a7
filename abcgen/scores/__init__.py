"""Tunes as other things: MIDI, MusicXML, engraved scores, pages.

music21, the engraver and the page setter are loaded when first used, not by importing this package.
Every conversion is compared with the notes that were read, and raises ScoreError rather than hand on
another tune.
"""

from __future__ import annotations

from abcgen.scores.check import score_problem
from abcgen.scores.engrave import to_svg
from abcgen.scores.look import Look
from abcgen.scores.midi import to_midi
from abcgen.scores.musicxml import to_musicxml
from abcgen.scores.names import safe_stem
from abcgen.scores.page import PageEntry, tunebook_page
from abcgen.scores.playing import Playing, program_of
from abcgen.scores.render import (
    FORMATS,
    Rendering,
    parse_formats,
    render_together,
    render_tune,
    target_paths,
)
from abcgen.scores.sheets import Pages, to_pdf, to_png
from abcgen.scores.sound import to_sound

__all__ = [
    "FORMATS",
    "Look",
    "PageEntry",
    "Pages",
    "Playing",
    "Rendering",
    "parse_formats",
    "program_of",
    "render_together",
    "render_tune",
    "safe_stem",
    "score_problem",
    "target_paths",
    "to_midi",
    "to_musicxml",
    "to_pdf",
    "to_png",
    "to_sound",
    "to_svg",
    "tunebook_page",
]
