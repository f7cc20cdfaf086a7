"""Training the tokenizer: a stock byte-level BPE whose merges join whole notes.

Merges are learned over note atoms, each a private symbol, then written out as merges of characters,
those that build an atom ranked first. The result is a plain `tokenizer.json` that needs none of our code.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, processors, trainers

from abcgen.errors import CorpusError, UsageError
from abcgen.files import folder_whole, write_whole
from abcgen.tokenization.atoms import BAR_LINE, atom_merges, atoms, bar_line_merges, bars, header_lines

SPECIAL = ("<pad>", "<s>", "</s>")
VOCABULARY = 768
#: An atom rarer than this is spelled in characters.
MIN_ATOM_COUNT = 10
#: What a tokenizer's folder holds; a folder that holds anything else is not replaced.
TOKENIZER_FILES = frozenset({"tokenizer.json", "tokenizer_config.json", "recipe.yaml", "README.md"})
_PRIVATE = 0xF0000  # atoms become characters of a private-use plane while merges are learned


def train_tokenizer(bodies: Iterable[str], vocabulary: int = VOCABULARY) -> Tokenizer:
    """A tokenizer of `vocabulary` tokens, trained on tune bodies in the dialect.

    Deterministic: the same bodies in the same order give the same file. Raises UsageError when the
    vocabulary cannot hold the bytes and header lines, CorpusError when there is no music to learn from.
    """
    stretches = [piece for body in bodies for piece in bars(body) if piece[0] not in "|:\n"]
    if not stretches:
        raise CorpusError("the corpus holds no music to learn a vocabulary from")
    base = sorted(pre_tokenizers.ByteLevel.alphabet())
    header = header_lines()
    room = vocabulary - len(base) - len(SPECIAL) - len(header)
    if room < len(bar_line_merges()):
        least = vocabulary - room + len(bar_line_merges())
        raise UsageError(f"a vocabulary of {vocabulary} is too small; bytes and header lines need {least}")
    merges = _merges(stretches, room)
    vocab = {token: i for i, token in enumerate([*SPECIAL, *base])}
    for left, right in merges:
        vocab.setdefault(left + right, len(vocab))
    tokenizer = Tokenizer(models.BPE(vocab=vocab, merges=merges))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(BAR_LINE), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(token, normalized=False) for token in SPECIAL])
    tokenizer.add_tokens([AddedToken(line, normalized=False) for line in header])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A", pair="<s> $A <s> $B", special_tokens=[("<s>", vocab["<s>"])]
    )
    return tokenizer


def _merges(stretches: list[str], room: int) -> list[tuple[str, str]]:
    """At most `room` merges: bar lines, then atoms by frequency, then joined atoms."""
    counts = Counter(atom for stretch in stretches for atom in atoms(stretch))
    merges: dict[tuple[str, str], None] = dict.fromkeys(bar_line_merges())
    frequent = sorted((a for a, n in counts.items() if n >= MIN_ATOM_COUNT), key=lambda a: (-counts[a], a))
    # Shorter chains first: `f3/2` is built from `f3/`, which must rank before it.
    for atom in frequent:
        new = [merge for merge in atom_merges(atom) if merge not in merges]
        if len(merges) + len(new) > room:
            break
        merges.update(dict.fromkeys(new))
    for merge in _joined_atoms(stretches, list(counts), room - len(merges)):
        merges.setdefault(merge)
    return list(merges)[:room]


def _joined_atoms(stretches: list[str], names: list[str], wanted: int) -> list[tuple[str, str]]:
    """The merges that BPE learns when every atom is one symbol, spelled in characters."""
    if wanted <= 0:
        return []
    symbol = {name: chr(_PRIVATE + i) for i, name in enumerate(names)}
    spelled = {private: name for name, private in symbol.items()}
    learner = Tokenizer(models.BPE())
    trainer = trainers.BpeTrainer(vocab_size=len(names) + wanted, show_progress=False, min_frequency=2)
    lines = ("".join(symbol[atom] for atom in atoms(stretch)) for stretch in stretches)
    learner.train_from_iterator(lines, trainer)
    learned = json.loads(learner.to_str())["model"]["merges"]

    def text(private: str) -> str:
        return "".join(spelled[char] for char in private)

    return [(text(left), text(right)) for left, right in learned]


def save_tokenizer(
    tokenizer: Tokenizer, out: Path, recipe: dict[str, Any], *, overwrite: bool = False
) -> None:
    """Write the folder that `AutoTokenizer.from_pretrained` loads, with its recipe and card."""
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": 1024,
        "bos_token": "<s>",
        "eos_token": "</s>",
        "pad_token": "<pad>",
        "clean_up_tokenization_spaces": False,
        "model_input_names": ["input_ids", "attention_mask"],
        "padding_side": "left",
    }
    with folder_whole(out, overwrite=overwrite, owned=TOKENIZER_FILES) as folder:
        write_whole(folder / "tokenizer.json", tokenizer.to_str(pretty=True) + "\n")
        write_whole(folder / "tokenizer_config.json", json.dumps(config, indent=2) + "\n")
        write_whole(folder / "recipe.yaml", yaml.safe_dump(recipe, sort_keys=False, allow_unicode=True))
        write_whole(folder / "README.md", _card(recipe))


def _card(recipe: dict[str, Any]) -> str:
    return f"""# The abcgen tokenizer

A byte-level BPE for folk tunes in ABC notation, in the dialect that abcgen's models speak.
`AutoTokenizer.from_pretrained("tokenizer")` loads it; none of abcgen's code is needed.

- {recipe["vocabulary"]} tokens: three special ones, 256 bytes (so any text survives), one for every header
  line that steers (`R:jig`, `M:6/8`, `K:Edor` …), bar lines, notes with accidental, octave and length,
  and joined notes.
- Merges join whole notes and never cross a bar line.
- Trained on {recipe["tunes"]} training tunes of a corpus whose rows have SHA-256
  `{recipe["corpus_rows_sha256"][:16]}…`; {recipe["characters_per_token"]} characters a token
  on its validation tunes.
- `recipe.yaml` holds what is needed to make it again:
  `abcgen corpus build --out data/pd && abcgen tokenizer train --corpus data/pd --out tokenizer`.
"""
