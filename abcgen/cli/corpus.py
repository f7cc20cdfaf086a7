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
    help="A folder of .abc files, one such file, or a collection of music21's "
    "(oneills1850, ryansMammoth, airdsAirs, miscFolk). May be given again. Default: these four.",
)
@click.option("--overwrite", is_flag=True, help="Replace a corpus that is already there.")
def build(out: str, sources: tuple[str, ...], overwrite: bool) -> None:
    """Read, clean, remove near-duplicates, split, and write a corpus with its report."""
    from abcgen.corpus import build_corpus, find_sources

    report = build_corpus(
        find_sources(sources),
        Path(out),
        overwrite=overwrite,
        progress=lambda line: click.echo(line, err=True),
    )
    click.echo("\n".join(report.lines()))
    click.echo(f"corpus written to {out}; examples of what was dropped are in its manifest.json")
