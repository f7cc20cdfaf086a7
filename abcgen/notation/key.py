"""Keys (`K:`): tonic, mode, explicit accidentals. ABC 2.1, section 3.1.14.

A `Key` says how each letter sounds before any accidental in the bar; it knows nothing of clefs'
drawing beyond keeping their text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

#: Modes by their first three letters, and how many fifths each lies from the major key on its tonic.
MODES: dict[str, tuple[str, int]] = {
    "maj": ("major", 0),
    "ion": ("major", 0),
    "lyd": ("lydian", 1),
    "mix": ("mixolydian", -1),
    "dor": ("dorian", -2),
    "min": ("minor", -3),
    "aeo": ("minor", -3),
    "phr": ("phrygian", -4),
    "loc": ("locrian", -5),
}
_MODE_SUFFIX = {
    "major": "",
    "minor": "m",
    "dorian": "dor",
    "mixolydian": "mix",
    "phrygian": "phr",
    "lydian": "lyd",
    "locrian": "loc",
}
_FIFTHS = {"F": -1, "C": 0, "G": 1, "D": 2, "A": 3, "E": 4, "B": 5}
_SHARP_ORDER = "FCGDAEB"
_ACCIDENTALS = {"^": 1, "^^": 2, "_": -1, "__": -2, "=": 0}
_ALTER_TEXT = {1: "^", 2: "^^", -1: "_", -2: "__", 0: "="}
_TRANSPOSE = re.compile(r"\bt(?:ranspose)?=")
_TONIC = re.compile(r"([A-Ga-g])([#b]?)\s*([A-Za-z]*)")
_EXPLICIT = re.compile(r"(\^\^|__|\^|_|=)([A-Ga-g])")
_SETTING = re.compile(
    r"(clef|middle|m|transpose|octave|stafflines|staffscale|score|sound|shift|t|s)\s*=\s*(\"[^\"]*\"|[^\s\"]+)",
    re.IGNORECASE,
)
_CLEF = re.compile(
    r"(?:treble|bass[123]?|baritone|alto[124]?|tenor|soprano|mezzosoprano|mezzo|perc|none)(?:[+-]8|_8|\^8)?",
    re.IGNORECASE,
)
_INTEGER = re.compile(r"[+-]?[0-9]{1,3}")
MAX_OCTAVES = 4
#: What a key signature adds to the letters C..B, in semitones.
Signature = tuple[int, int, int, int, int, int, int]
NO_SIGNATURE: Signature = (0, 0, 0, 0, 0, 0, 0)
MAX_TRANSPOSE = 48


@dataclass(frozen=True, slots=True)
class Key:
    """A key. `tonic` is "" for `K:none`; `alters` maps the seven letters C..B to semitones.

    `octave` shifts every written note (`K:… octave=-1`), `transpose` what sounds, in semitones. With `exp`
    the signature is the `explicit` accidentals alone. Bagpipe keys are `HP` (no signature drawn) and `Hp` (F
    and C sharp, G natural). `clef` is kept as it was written.
    """

    tonic: str
    mode: str
    alters: Signature
    octave: int = 0
    explicit: tuple[tuple[str, int], ...] = ()
    bagpipe: str = ""
    exp: bool = False
    transpose: int = 0
    clef: str = ""

    def alter(self, step: str) -> int:
        """Semitones that the signature adds to the letter `step` ("C" … "B")."""
        return self.alters["CDEFGAB".index(step)]

    @property
    def fifths(self) -> int:
        """Sharps less flats of the signature that the tonic and mode alone give."""
        if not self.tonic:
            return 0
        return _fifths(self.tonic, self.mode)

    @property
    def shift(self) -> int:
        """Semitones by which notes sound off what is written: `transpose=`, `-8` or `+8` at the clef."""
        return self.transpose + clef_shift(self.clef)

    @property
    def tonic_and_mode(self) -> str:
        """The canonical spelling without explicit accidentals: `Edor`, `D`, `HP`, `none`."""
        return self.bagpipe or (f"{self.tonic}{_MODE_SUFFIX[self.mode]}" if self.tonic else "none")

    def plain(self) -> str:
        """The canonical spelling of what notes need: `Edor`, `D`, `HP`, `none`, `D ^g`, `D exp ^f`."""
        text = self.tonic_and_mode
        text += " exp" if self.exp else ""
        for step, alter in self.explicit:
            text += f" {_ALTER_TEXT[alter]}{step.lower()}"
        return text

    def __str__(self) -> str:
        """The canonical spelling, clef and shifts included."""
        settings = ("clef", self.clef), ("octave", self.octave), ("transpose", self.transpose)
        return self.plain() + "".join(f" {name}={value}" for name, value in settings if value)


def doubt(text: str) -> tuple[str, str] | None:
    """What K: leaves unclear and what would be clear: `GM` is minor by the standard, and not to everybody."""
    match = _TONIC.match(text.strip())
    if match is None or match[3] != "M":
        return None
    tonic = match[1].upper() + match[2]
    return f"read as {tonic} minor, since capitals do not count", f"write {tonic}m or {tonic}maj"


@lru_cache(maxsize=512)
def parse_key(text: str) -> Key:
    """key = "none" | "HP" | "Hp" | tonic [mode] ["exp"] {accidental letter} {clef or setting}

    Any spelling of a mode of which the first three letters count: `Ddor`, `D Dorian`, `E minor`,
    `Em`, `ADor`, also a lower-case tonic. An empty K: is C, as abc2midi has it.
    Raises ValueError with what would be right.
    """
    rest, octave, transpose, clef = key_settings(text.strip())
    if rest.split(" ")[0] in {"HP", "Hp"}:
        # Both sound alike: F and C sharp; HP merely draws no signature.
        return Key("A", "mixolydian", _alters(2), octave, (), rest[:2], False, transpose, clef)
    tonic, mode = "", "major"
    match = _TONIC.match(rest)
    if rest.lower().startswith("none"):
        rest = rest[4:].strip()
    elif match is not None and (named := _mode(match[3])) is not None:
        tonic = match[1].upper() + match[2]
        mode, consumed = named
        rest = rest[match.start(3) + consumed :].strip()
    elif rest and not _EXPLICIT.match(rest) and not _CLEF.fullmatch(rest):
        raise ValueError(f"{_short(rest)} is not a key; write one like D, Em, Edor, F# minor or none")
    signature = _fifths(tonic, mode) if tonic else 0
    if abs(signature) > 7:
        raise ValueError(f"{tonic} {mode} needs more than seven accidentals; no signature shows it")
    alters = list(_alters(signature))
    exp = rest[:3].lower() == "exp"
    if exp:
        alters = [0] * 7
        rest = rest[3:].strip()
    explicit = tuple((letter.upper(), _ACCIDENTALS[sign]) for sign, letter in _EXPLICIT.findall(rest))
    for step, alter in explicit:
        alters["CDEFGAB".index(step)] = alter
    found = _CLEF.search(_EXPLICIT.sub(" ", rest))
    leftover = _CLEF.sub(" ", _EXPLICIT.sub(" ", rest)).split()
    if leftover:
        raise ValueError(f"{_short(leftover[0])} after the key means nothing; write one like Edor or D ^g")
    a, b, c, d, e, f, g = alters
    signed = (a, b, c, d, e, f, g)
    return Key(tonic, mode, signed, octave, explicit, "", exp, transpose, clef or (found[0] if found else ""))


def key_settings(text: str) -> tuple[str, int, int, str]:
    """The text without its settings, then octave=, transpose= and clef=. Raises ValueError."""
    values = {name.lower(): value.strip('"') for name, value in _SETTING.findall(text)}
    octave, transpose = values.get("octave", "0"), values.get("transpose", values.get("t", "0"))
    if not _INTEGER.fullmatch(octave) or abs(int(octave)) > MAX_OCTAVES:
        raise ValueError(f"octave= shifts by -{MAX_OCTAVES} to {MAX_OCTAVES} octaves, not {_short(octave)}")
    if not _INTEGER.fullmatch(transpose) or abs(int(transpose)) > MAX_TRANSPOSE:
        raise ValueError(
            f"transpose= shifts by -{MAX_TRANSPOSE} to {MAX_TRANSPOSE} semitones, not {_short(transpose)}"
        )
    return _SETTING.sub(" ", text).strip(), int(octave), int(transpose), values.get("clef", "")[:24]


def is_clef(word: str) -> bool:
    """Whether a word names a clef, as `bass` or `treble-8`."""
    return _CLEF.fullmatch(word) is not None


def clef_shift(clef: str) -> int:
    """Semitones that a clef adds: -12 for `treble-8`, 12 for `treble+8`, none for `treble_8`: see there."""
    return {"-8": -12, "+8": 12}.get(clef[-2:], 0)


def clef_octaves(clef: str) -> int:
    """Octaves that a clef is printed with: -1 for `treble-8`, and `treble_8`, whose notes are written higher.

    They sound as they are written; the sign and the notes on the staff say the same.
    """
    return {"-8": -1, "_8": -1, "+8": 1, "^8": 1}.get(clef[-2:], 0)


def changed_key(key: Key, text: str) -> Key:
    """The key after a change. Settings alone keep the tonic, a key alone the settings. Raises ValueError."""
    new, said = parse_key(text), text.lower()
    octave = new.octave if "octave" in said else key.octave
    transpose = new.transpose if _TRANSPOSE.search(said) else key.transpose
    clef = new.clef or key.clef
    if new.tonic or new.bagpipe or new.explicit or said.strip().startswith("none"):
        return replace(new, octave=octave, transpose=transpose, clef=clef)
    return replace(key, octave=octave, transpose=transpose, clef=clef)


def _short(text: str) -> str:
    return repr(text if len(text) <= 24 else text[:24] + "…")


def _mode(word: str) -> tuple[str, int] | None:
    """The mode that `word` names and how many of its letters do so; None when it names none."""
    if not word:
        return "major", 0
    if word[:3].lower() in MODES:
        return MODES[word[:3].lower()][0], len(word)
    if word in {"m", "M"}:  # capitals do not count; see `is_unclear`
        return "minor", 1
    if word[:3].lower() == "exp" or _CLEF.fullmatch(word):
        return "major", 0
    return None


def _fifths(tonic: str, mode: str) -> int:
    offset = next(shift for name, shift in MODES.values() if name == mode)
    return _FIFTHS[tonic[0]] + 7 * (tonic.count("#") - tonic.count("b")) + offset


def tonic_class(tonic: str) -> int:
    """The pitch class of a tonic such as F# or Bb: 0 is C."""
    return 7 * (_FIFTHS[tonic[0]] + 7 * (tonic.count("#") - tonic.count("b"))) % 12


def _alters(fifths: int) -> Signature:
    """Semitones on C..B of a signature of so many sharps (flats if negative)."""
    letters = _SHARP_ORDER[:fifths] if fifths >= 0 else _SHARP_ORDER[::-1][:-fifths]
    sign = 1 if fifths >= 0 else -1
    a, b, c, d, e, f, g = (sign if step in letters else 0 for step in "CDEFGAB")
    return a, b, c, d, e, f, g
