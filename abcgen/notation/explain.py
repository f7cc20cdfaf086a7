"""A page for every code: what it means, how it looks, what would be right. The examples are tested."""

from __future__ import annotations

from abcgen.notation.problems import CODES

_HEAD = "X:1\nT:Example\nM:4/4\nL:1/4\nK:C\n"

#: For every code why it matters, a tune that has it, and the same tune mended.
_PAGES: dict[str, tuple[str, str, str]] = {
    "illegal-character": (
        "The sign is no note, no bar line and no mark that ABC knows. Players pass over it, so what it "
        "was meant "
        "to say is lost. Often it is a slip of the keyboard, or text that wants quotes.",
        _HEAD + "CD:EF|]\n",
        _HEAD + "CDEF|]\n",
    ),
    "undefined-symbol": (
        "The letters H to W and h to w stand for decorations; those without a meaning of their own get "
        "one from "
        "U:. Without it the letter is passed over.",
        _HEAD + "CDnEF|]\n",
        "X:1\nT:Example\nU:n=!tenuto!\nM:4/4\nL:1/4\nK:C\nCDnEF|]\n",
    ),
    "reserved-character": (
        "The signs # * ; ? and @ have no meaning in ABC 2.1, which keeps them for later standards. Programs "
        "pass over them; some old ones wrote * to stretch a line.",
        _HEAD + "CDEF|*GABc|]\n",
        _HEAD + "CDEF|GABc|]\n",
    ),
    "too-large": (
        "A tune has at most 2,000 bars, 16 voices, 64 KiB of text; a chord 16 notes; a rest 256 bars. "
        "No tune needs "
        "more, and programs hang or crash on less.",
        _HEAD + "Z999|]\n",
        _HEAD + "Z4|]\n",
    ),
    "no-reference": (
        "X: and a whole number begin a tune. Programs find the tunes of a file by it.",
        "T:Example\nM:4/4\nL:1/4\nK:C\nCDEF|]\n",
        _HEAD + "CDEF|]\n",
    ),
    "no-key": (
        "K: is the last line of the header. What comes after it is music; without it nobody can tell "
        "where the music "
        "begins, or which notes are sharp.",
        "X:1\nT:Example\nM:4/4\nL:1/4\nCDEF|]\n",
        _HEAD + "CDEF|]\n",
    ),
    "no-music": (
        "There is a header, and nothing to play under it. An empty line ends a tune: perhaps one stands "
        "after K:.",
        _HEAD + "\nCDEF|]\n",
        _HEAD + "CDEF|]\n",
    ),
    "bad-field": (
        "A line of the header is a letter, a colon and a text. Music and free text may not stand there.",
        "X:1\nT:Example\nsome words\nM:4/4\nL:1/4\nK:C\nCDEF|]\n",
        "X:1\nT:Example\nN:some words\nM:4/4\nL:1/4\nK:C\nCDEF|]\n",
    ),
    "bad-key": (
        "A key is a letter from A to G, # or b if need be, and a mode: D, Em, F#m, Edor, A mixolydian. "
        "HP and Hp are the "
        "pipes' keys, none is no key.",
        "X:1\nT:Example\nM:4/4\nL:1/4\nK:Hmoll\nCDEF|]\n",
        "X:1\nT:Example\nM:4/4\nL:1/4\nK:Bm\nCDEF|]\n",
    ),
    "bad-meter": (
        "A metre is a fraction over a power of two, or C, C|, none. The upper number may be a sum, as "
        "in (2+3+2)/8.",
        "X:1\nT:Example\nM:4/5\nL:1/4\nK:C\nCDEF|]\n",
        _HEAD + "CDEF|]\n",
    ),
    "bad-unit-length": (
        "L: is a fraction over a power of two, mostly 1/8. It says how long a letter without a number lasts.",
        "X:1\nT:Example\nM:4/4\nL:quarter\nK:C\nCDEF|]\n",
        _HEAD + "CDEF|]\n",
    ),
    "bad-voice": (
        "octave= moves a voice by up to 4 octaves, transpose= by up to 48 semitones, before its first note.",
        "X:1\nT:Example\nM:4/4\nL:1/4\nV:1 octave=9\nK:C\nCDEF|]\n",
        "X:1\nT:Example\nM:4/4\nL:1/4\nV:1 octave=1\nK:C\nCDEF|]\n",
    ),
    "bad-parts": (
        "P: in the header is the order in which parts are played: letters, numbers after them, brackets "
        "around them.",
        "X:1\nT:Example\nP:A(AB2\nM:4/4\nL:1/4\nK:C\nP:A\nCDEF|\nP:B\nFEDC|]\n",
        "X:1\nT:Example\nP:A(AB)2\nM:4/4\nL:1/4\nK:C\nP:A\nCDEF|\nP:B\nFEDC|]\n",
    ),
    "bad-macro": (
        "A macro is what is written, an equals sign, and what is meant: ~n2 = n/o//n/. An n stands for "
        "any note, and may "
        "stand once.",
        "X:1\nT:Example\nm:nn=n\nM:4/4\nL:1/4\nK:C\nCDEF|]\n",
        "X:1\nT:Example\nm:~n=n/o/\nM:4/4\nL:1/4\nK:C\nCD~EF|]\n",
    ),
    "missing-part": (
        "The order of parts names one that no P: in the music begins. The tune is then played as it stands.",
        "X:1\nT:Example\nP:AC\nM:4/4\nL:1/4\nK:C\nP:A\nCDEF|\nP:B\nFEDC|]\n",
        "X:1\nT:Example\nP:AB\nM:4/4\nL:1/4\nK:C\nP:A\nCDEF|\nP:B\nFEDC|]\n",
    ),
    "unknown-field": (
        "The line has the shape of a field, but no field has this letter; programs pass over it. Perhaps the "
        "letter is a slip of the keyboard.",
        "X:1\nT:Example\nJ:today\nM:4/4\nL:1/4\nK:C\nCDEF|]\n",
        "X:1\nT:Example\nN:today\nM:4/4\nL:1/4\nK:C\nCDEF|]\n",
    ),
    "unclear-key": (
        "The standard has m for minor and takes no heed of capitals, so that GM is G minor; abc2midi and "
        "abcjs have it so too. People who write it often mean G major.",
        _HEAD.replace("K:C", "K:CM") + "CDEF|]\n",
        _HEAD.replace("K:C", "K:Cm") + "CDEF|]\n",
    ),
    "duplicate-field": (
        "The header has one metre, one unit length, one rhythm, one key. The last one counts; perhaps "
        "two tunes run into "
        "each other here.",
        "X:1\nT:Example\nM:3/4\nM:4/4\nL:1/4\nK:C\nCDEF|]\n",
        _HEAD + "CDEF|]\n",
    ),
    "unclosed-bracket": (
        "A chord [ ], grace notes { } or a text in quotes opens, and the bar or the line ends before it "
        "closes.",
        _HEAD + "[CE DEF|]\n",
        _HEAD + "[CE]DEF|]\n",
    ),
    "stray-bracket": (
        "A bracket closes what was not opened.",
        _HEAD + "CDE}F|]\n",
        _HEAD + "CD{E}EF|]\n",
    ),
    "bad-chord": (
        "A chord holds notes, at least one, and no rests.",
        _HEAD + "[]CDEF|]\n",
        _HEAD + "[CE]DEF|]\n",
    ),
    "bad-length": (
        "A length is a number, a fraction over a power of two, or slashes: A2, A/2, A3/2, A//. No note "
        "lasts less than "
        "1/2048 of a whole note or more than 64.",
        _HEAD + "C/3DEF|]\n",
        _HEAD + "C/2D/2DEF|]\n",
    ),
    "bad-tuplet": (
        "(3 is followed by three notes in the same bar. With (p:q:r, r notes follow, and p of them last "
        "as long as q.",
        _HEAD + "CDE(3FG|]\n",
        _HEAD + "CD(3EFG|]\n",
    ),
    "bad-broken-rhythm": (
        "> makes the note before it half longer and the one after it half as long, < the other way "
        "round. Both stand in "
        "the same bar.",
        _HEAD + "CDEF>|GABc|]\n",
        _HEAD + "CDE>F|GABc|]\n",
    ),
    "bad-tie": (
        "A tie makes one note of two of the same pitch. Between other notes it is a slur, which is "
        "written ( ).",
        _HEAD + "C-DEF|]\n",
        _HEAD + "(CD)EF|]\n",
    ),
    "bad-slur": (
        "A slur begins at ( and ends at ). Without the other one nobody knows which notes are meant; most "
        "programs draw nothing. It changes no note.",
        _HEAD + "C(DEF|]\n",
        _HEAD + "C(DE)F|]\n",
    ),
    "bad-repeat": (
        "|: opens a passage that is played twice, :| closes it.",
        _HEAD + "|:CDEF|GABc|]\n",
        _HEAD + "|:CDEF|GABc:|\n",
    ),
    "bad-ending": (
        "Endings are numbered from 1, each but the last closed by :|, and a first one has a second.",
        _HEAD + "|:CDEF|1GABc:|CDEF|]\n",
        _HEAD + "|:CDEF|1GABc:|2cBAG|]\n",
    ),
    "unclear-ending": (
        "The number of an ending stands right after its bar line or bracket. With a blank between, some "
        "programs read an ending and some a sign that means nothing.",
        _HEAD + "|:CDEF| 1 GABc:|2 c4|]\n",
        _HEAD + "|:CDEF|1 GABc:|2 c4|]\n",
    ),
    "too-many-words": (
        "w: holds a syllable a note for the music above it. A hyphen goes on with the word, _ holds the "
        "syllable, * passes "
        "over a note.",
        _HEAD + "CDEF|]\nw:one two three four five\n",
        _HEAD + "CDEF|]\nw:one two three four\n",
    ),
    "bar-length": (
        "The notes and rests of a bar last as long as the metre says. Shorter bars may stand where a "
        "section begins (a "
        "pickup) or ends (what completes it), nowhere else.",
        _HEAD + "CDEF|GAB|CDEF|]\n",
        _HEAD + "CDEF|GABc|CDEF|]\n",
    ),
    "pickup-length": (
        "A section begins with a short bar, and the bar that is played before it does not complete it. "
        "Players will stumble "
        "there on the repeat.",
        _HEAD + "G|CDEF|G4:|\n",
        _HEAD + "G|CDEF|G3:|\n",
    ),
    "voice-length": (
        "Voices sound together from the first bar to the last. One that ends before another has lost a bar, "
        "or wants rests at its end.",
        _HEAD + "V:1\nCDEF|GABc|]\nV:2\nC4|]\n",
        _HEAD + "V:1\nCDEF|GABc|]\nV:2\nC4|Z|]\n",
    ),
    "no-final-bar": (
        "The last bar is whole, and no bar line follows it. Nobody can tell whether the tune ends here "
        "or was cut off.",
        _HEAD + "CDEF|GABc\n",
        _HEAD + "CDEF|GABc|]\n",
    ),
    "cut-off": (
        "The music stops in the middle of a bar: the end of the tune is likely missing.",
        _HEAD + "CDEF|GA\n",
        _HEAD + "CDEF|GABc|]\n",
    ),
}


def explanation(code: str) -> str:
    """The page for a code of `CODES`."""
    why, wrong, right = _PAGES[code]
    head = f"{code} ({CODES[code].severity}): {CODES[code].meaning}"
    return f"{head}\n\n{_wrapped(why)}\n\nWrong:\n\n{_indented(wrong)}\n\nRight:\n\n{_indented(right)}"


def examples(code: str) -> tuple[str, str]:
    """A tune that has the problem, and the same tune without it."""
    return _PAGES[code][1:]


def _wrapped(text: str) -> str:
    import textwrap

    return textwrap.fill(text, 90)


def _indented(text: str) -> str:
    return "".join(f"    {line}\n" for line in text.splitlines()).rstrip("\n")
