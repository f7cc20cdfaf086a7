"""`abcgen tokenizer`: train one from a corpus, see how one cuts tunes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from abcgen.notation.tune import Tune
    from abcgen.tokenization.cut import Cut


@click.group()
def tokenizer() -> None:
    """Make tokenizers that know ABC."""


@tokenizer.command()
@click.option("--corpus", default="data/pd", show_default=True, metavar="DIR", help="A built corpus.")
@click.option("--out", default="tokenizer", show_default=True, metavar="DIR", help="The folder to write.")
@click.option(
    "--vocabulary",
    type=click.IntRange(256, 65536),
    metavar="N",
    help="Tokens for music, the 256 bytes among them. Default: 512, or what a small corpus gives.",
)
@click.option("--recipe", metavar="FILE", help="Make the tokenizer of this recipe.yaml again.")
@click.option("--overwrite", is_flag=True, help="Replace a tokenizer that is already there.")
def train(corpus: str, out: str, vocabulary: int | None, recipe: str | None, overwrite: bool) -> None:
    """Train a tokenizer on the train split of a corpus; every tune of the corpus must survive it."""
    from abcgen.corpus import whole_corpus
    from abcgen.errors import UsageError
    from abcgen.tokenization import read_recipe, train_from_corpus

    path = Path(corpus)
    loaded, manifest = whole_corpus(path)
    size, joined = vocabulary, True
    if recipe:
        if vocabulary:
            raise UsageError("--recipe says how large the vocabulary is; give it or --vocabulary")
        size, joined = read_recipe(Path(recipe), manifest["rows_sha256"])
    rate = train_from_corpus(loaded, manifest, Path(out), size, joined=joined, overwrite=overwrite)
    click.echo(f"tokenizer written to {out}: {rate:.2f} characters a token, every tune survives it")


@tokenizer.command()
@click.argument("file", metavar="FILE")
@click.option(
    "--tokenizer", "folder", metavar="DIR", help="A folder with a tokenizer; default: the embedded model's."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a tune, a line each.")
def inspect(file: str, folder: str | None, as_json: bool) -> None:
    """Show how the tunes of FILE are cut into tokens, with their numbers and how many are needed.

    Every tune is shown as models see it, in the dialect; one that cannot be said in it as it stands.
    """
    from abcgen.errors import InputError
    from abcgen.files import text_lines
    from abcgen.notation.parser import read_tunes
    from abcgen.resources import embedded_model
    from abcgen.tokenization.cut import cut, open_tokenizer

    opened = open_tokenizer(Path(folder) if folder else embedded_model())
    cuts = []
    for tune in read_tunes(text_lines(Path(file))):
        text, body_at, why = _seen(tune)
        cuts.append(cut(opened, text, body_at))
        if as_json:
            click.echo(_record(tune, cuts[-1], why))
        else:
            click.echo(
                _printable(f"X:{tune.reference} {tune.title}" + (f" (as it stands: {why})" if why else ""))
            )
            click.echo(_coloured(cuts[-1]))
    if not cuts:
        raise InputError(f"{file} holds no tune; a tune begins with a line such as X:1")
    if not as_json:
        click.echo(_fertility(cuts))


def _seen(tune: Tune) -> tuple[str, int, str]:
    """The text that is cut, where its music begins, and why it is not in the dialect."""
    from abcgen.notation.dialect import NotInDialect, to_dialect

    try:
        spelled = to_dialect(tune)
    except NotInDialect as verdict:
        header, key, rest = tune.source.partition("\nK:")
        return tune.source, len(header + key) + len(rest.split("\n", 1)[0]) + 1, str(verdict)
    return spelled.text, len(spelled.header), ""


def _coloured(found: Cut) -> str:
    """The pieces, a bar a line, on two grounds in turn; under each its number."""
    lines: list[str] = []
    above, below = "", ""
    for index, (piece, number) in enumerate(zip(found.pieces, found.ids, strict=True)):
        shown = _printable(piece)
        width = max(len(shown), len(str(number))) + 1
        above += click.style(shown, fg="black", bg=("bright_cyan", "bright_yellow")[index % 2])
        above += " " * (width - len(shown))
        below += f"{number:<{width}}"
        if piece.endswith("\n") or "|" in piece or index == len(found.ids) - 1:
            lines += [above.rstrip(), click.style(below.rstrip(), dim=True)]
            above, below = "", ""
    return "\n".join(lines)


def _printable(text: str) -> str:
    """A text for a terminal: a line end as an arrow, what would not print as a question mark."""
    from abcgen.files import visible

    return visible(text.replace("\n", "\u21b5"))


def _record(tune: Tune, found: Cut, why: str) -> str:
    record = {
        "x": tune.reference,
        "title": tune.title,
        "in_dialect": not why,
        "tokens": list(found.pieces),
        "ids": list(found.ids),
        "notes": found.notes,
        "notes_cut": found.notes_cut,
    }
    return json.dumps(record, ensure_ascii=False)


def _fertility(cuts: list[Cut]) -> str:
    """How many tokens the tunes take, and how whole they leave the notes."""
    tokens = sum(len(found.ids) for found in cuts)
    characters = sum(found.characters for found in cuts)
    notes = sum(found.notes for found in cuts)
    cut_notes = sum(found.notes_cut for found in cuts)
    return (
        f"{len(cuts)} tunes, {tokens} tokens: {tokens / len(cuts):.1f} a tune, "
        f"{characters / max(tokens, 1):.2f} characters a token, {tokens / max(notes, 1):.2f} tokens a note; "
        f"{cut_notes} of {notes} notes cut"
    )
