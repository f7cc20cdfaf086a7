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
from abcgen.notation.infill import BAR_LINE, FILL, HOLE
from abcgen.templates import filled
from abcgen.tokenization.atoms import atom_merges, atoms, bar_line_merges, bars, header_lines

SPECIAL = ("<pad>", "<s>", "</s>", HOLE, FILL)
VOCABULARY = 512
#: An atom rarer than this is spelled in characters.
MIN_ATOM_COUNT = 10
#: What a tokenizer's folder holds; a folder that holds anything else is not replaced.
STUDY_FILES = ("study.json", "study.png")
TOKENIZER_FILES = frozenset(
    {"tokenizer.json", "tokenizer_config.json", "recipe.yaml", "README.md", *STUDY_FILES}
)
_PRIVATE = 0xF0000  # atoms become characters of a private-use plane while merges are learned


def train_tokenizer(bodies: Iterable[str], vocabulary: int = VOCABULARY, *, joined: bool = True) -> Tokenizer:
    """A tokenizer of at most `vocabulary` tokens for music, trained on tune bodies in the dialect.

    The 256 bytes are among them; header lines and special tokens come on top. 256 is a vocabulary of
    characters. Without `joined` a token is one note at most, as in folk-rnn's vocabulary. Deterministic: the
    same bodies in the same order give the same file. Raises UsageError when the vocabulary cannot hold the
    bytes and bar lines, CorpusError when there is no music to learn from.
    """
    stretches = [piece for body in bodies for piece in bars(body) if piece[0] not in "|:\n"]
    if not stretches:
        raise CorpusError("the corpus holds no music to learn a vocabulary from")
    base = sorted(pre_tokenizers.ByteLevel.alphabet())
    header = header_lines()
    room = vocabulary - len(base)
    if room and room < len(bar_line_merges()):
        raise UsageError(
            f"a vocabulary of {vocabulary} is too small; bytes and bar lines need "
            f"{len(base) + len(bar_line_merges())}, and {len(base)} is one of characters"
        )
    merges = _merges(stretches, room, joined=joined)
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


def music_tokens(tokenizer: Tokenizer) -> int:
    """How many of a tokenizer's tokens are for music: all but header lines and special tokens."""
    return int(tokenizer.get_vocab_size()) - len(header_lines()) - len(SPECIAL)


def _merges(stretches: list[str], room: int, *, joined: bool) -> list[tuple[str, str]]:
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
    if joined:
        known = {left + right for left, right in merges} | set(pre_tokenizers.ByteLevel.alphabet())
        for left, right in _joined_atoms(stretches, list(counts), room):
            if left in known and right in known:  # a rare note has no token of its own to be joined
                merges.setdefault((left, right))
                known.add(left + right)
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
        "model_max_length": 2048,
        "bos_token": "<s>",
        "eos_token": "</s>",
        "pad_token": "<pad>",
        "clean_up_tokenization_spaces": False,
        "model_input_names": ["input_ids", "attention_mask"],
        "padding_side": "left",
    }
    kept = {name: (out / name).read_bytes() for name in STUDY_FILES if (out / name).is_file()}
    with folder_whole(out, overwrite=overwrite, owned=TOKENIZER_FILES, proof="tokenizer.json") as folder:
        write_whole(folder / "tokenizer.json", tokenizer.to_str(pretty=True) + "\n")
        write_whole(folder / "tokenizer_config.json", json.dumps(config, indent=2) + "\n")
        write_whole(folder / "recipe.yaml", yaml.safe_dump(recipe, sort_keys=False, allow_unicode=True))
        for name, content in kept.items():
            write_whole(folder / name, content)
        write_tokenizer_card(folder)


def write_tokenizer_card(folder: Path) -> None:
    """Write the README.md of a tokenizer's folder from its recipe, and from its study where there is one."""
    recipe = yaml.safe_load((folder / "recipe.yaml").read_text("utf-8"))
    study = folder / "study.json"
    card = filled(
        "tokenizer.md.jinja",
        recipe=recipe,
        study=json.loads(study.read_text("utf-8")) if study.is_file() else None,
        headers=len(header_lines()),
        special=SPECIAL,
    )
    write_whole(folder / "README.md", card, overwrite=True)
