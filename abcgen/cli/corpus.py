"""`abcgen corpus`: collections of tunes into a clean corpus."""

from __future__ import annotations

from pathlib import Path

import click


@click.group()
def corpus() -> None:
    """Collections of tunes into a clean corpus."""


@corpus.command()
@click.option("--out", required=True, metavar="DIR", help="The folder to write the corpus into.")
@click.option(
    "--source",
    "sources",
    multiple=True,
    metavar="NAME",
    help="A folder or zip of .abc files, one such file, a table (JSON, CSV, Parquet), a dataset as "
    "user/name, or a collection that `abcgen corpus sources` lists. May be given again. Default: the "
    "public-domain four.",
)
@click.option(
    "--columns",
    metavar="MAP",
    default="",
    help="What the columns of a table hold: body=abc,T=title,M=meter,K=key; by their names if not given.",
)
@click.option(
    "--accept",
    multiple=True,
    metavar="TERMS",
    help="Terms that you accept, as the list of sources names them.",
)
@click.option(
    "--i-have-permission",
    "permission",
    metavar="WHO,WHEN",
    default="",
    help="Who allowed you to use a source that is refused otherwise, and when; the manifest keeps it.",
)
@click.option("--overwrite", is_flag=True, help="Replace a corpus that is already there.")
def build(
    out: str,
    sources: tuple[str, ...],
    columns: str,
    accept: tuple[str, ...],
    permission: str,
    overwrite: bool,
) -> None:
    """Read, clean, remove near-duplicates, split, and write a corpus with its report."""
    from abcgen.corpus import build_corpus, find_sources, parse_columns

    report = build_corpus(
        find_sources(sources, accept=accept, columns=parse_columns(columns) if columns else None),
        Path(out),
        overwrite=overwrite,
        permission=permission.strip(),
        progress=lambda line: click.echo(line, err=True),
    )
    click.echo("\n".join(report.lines()))
    click.echo(f"corpus written to {out}; examples of what was dropped are in its manifest.json")


@corpus.command(name="sources")
def list_sources() -> None:
    """The collections that have a name: size, terms, and whether they are at hand."""
    from abcgen.corpus import known_sources

    click.echo(f"{'name':<16}{'at hand':<9}{'files':>6}{'KiB':>8}  terms")
    for known in known_sources():
        at_hand = "yes" if known.at_hand else "no"
        terms = known.terms + (f" (--accept {known.accept})" if known.accept else "")
        click.echo(f"{known.name:<16}{at_hand:<9}{known.files:>6}{known.size >> 10:>8}  {terms}")
    click.echo("Beside these: a file, a folder or a zip of .abc; JSON, CSV, Parquet; a dataset as user/name.")
