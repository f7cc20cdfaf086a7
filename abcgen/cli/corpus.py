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
@click.option(
    "--license",
    "license_id",
    metavar="ID",
    default="",
    help="The licence under which your files and tables may be handed on, such as cc0-1.0; without one, "
    "nothing of them is shown on a card or published.",
)
@click.option(
    "--duplicates",
    type=click.Choice(["one", "weighted"]),
    default="one",
    show_default=True,
    help="Of near-duplicates keep one for training, or all with weights that add up to one.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 256),
    default=None,
    help="Processes that clean tunes; the corpus is the same with any number. Default: one a core.",
)
@click.option("--overwrite", is_flag=True, help="Replace a corpus that is already there.")
def build(
    out: str,
    sources: tuple[str, ...],
    columns: str,
    accept: tuple[str, ...],
    permission: str,
    license_id: str,
    duplicates: str,
    workers: int | None,
    overwrite: bool,
) -> None:
    """Read, clean, remove near-duplicates, split, and write a corpus with its report."""
    from abcgen.corpus import build_corpus, find_sources, parse_columns
    from abcgen.corpus.provenance import called
    from abcgen.files import cores

    mapping = parse_columns(columns) if columns else None
    report = build_corpus(
        find_sources(
            sources, accept=accept, columns=mapping, license_id=license_id, permission=permission.strip()
        ),
        Path(out),
        overwrite=overwrite,
        permission=permission.strip(),
        duplicates=duplicates,
        workers=workers or cores(),
        arguments={
            "source": [called(name) for name in sources],
            "columns": columns,
            "accept": list(accept),
            "license": license_id,
        },
        progress=lambda line: click.echo(line, err=True),
    )
    click.echo("\n".join(report.lines()))
    click.echo(f"largest likeness of a test tune to a train tune: {report.largest_likeness:.3f}")
    click.echo(f"corpus written to {out}; what was dropped and why is in its dropped.jsonl")


@corpus.command()
@click.argument("folder", metavar="DIR")
@click.option(
    "--source",
    "sources",
    multiple=True,
    metavar="NAME",
    help="A source that it was built from, to see whether that has changed since; collections that are "
    "installed are compared in any case. May be given again.",
)
def audit(folder: str, sources: tuple[str, ...]) -> int:
    """Put a built corpus to the proof: rows, hashes, passports, and that no test tune is near a train tune.

    Leaves with 1 when something does not hold.
    """
    from abcgen.corpus import find_sources
    from abcgen.corpus.audit import audit_corpus
    from abcgen.corpus.sources import ON_TERMS

    accepted = [word for word, _ in ON_TERMS.values()]  # it only looks
    given = find_sources(sources, accept=accepted, permission="the audit") if sources else []
    found = audit_corpus(Path(folder), given)
    for name, figure in found.figures.items():
        click.echo(f"{name:<40}{figure}")
    for fault in found.faults:
        click.echo(f"fault: {fault}", err=True)
    click.echo("sound" if not found.faults else f"{len(found.faults)} faults", err=True)
    return 1 if found.faults else 0


@corpus.command()
@click.argument("folder", metavar="DIR")
@click.option("--html", metavar="FILE", default="", help="Write the tables with plots as a page, too.")
@click.option("--overwrite", is_flag=True, help="Replace a page that is already there.")
def stats(folder: str, html: str, overwrite: bool) -> None:
    """Show what is in a built corpus: sources, metres, keys, rhythms, lengths, ranges, what was dropped."""
    from abcgen.corpus import load_manifest
    from abcgen.corpus.cards import statistics_page
    from abcgen.corpus.stats import corpus_tables
    from abcgen.files import refuse_existing, write_whole

    if html:
        refuse_existing([Path(html)], overwrite=overwrite)
    tables = corpus_tables(Path(folder))
    click.echo("\n\n".join("\n".join(table.lines()) for table in tables))
    if html:
        page = statistics_page(Path(folder).resolve().name, load_manifest(Path(folder)), tables)
        write_whole(Path(html), page, overwrite=overwrite)
        click.echo(f"page written to {html}", err=True)


@corpus.command()
@click.argument("folder", metavar="DIR")
@click.option("--out", required=True, metavar="FOLDER", help="Where to write it, such as datasets/my-tunes.")
@click.option("--name", default="", help="What the corpus is called. Default: the name of the folder.")
@click.option("--overwrite", is_flag=True, help="Replace a card that is already there.")
def card(folder: str, out: str, name: str, overwrite: bool) -> None:
    """Write the dataset card of a built corpus: README.md, pictures, manifest, and a sample where allowed."""
    from abcgen.corpus.cards import write_card

    written = write_card(Path(folder), Path(out), name=name, overwrite=overwrite)
    click.echo(f"{', '.join(written)} written to {out}")


@corpus.command()
@click.argument("folder", metavar="DIR")
@click.option("--out", required=True, metavar="FOLDER", help="A model's folder, with which it travels.")
@click.option("--overwrite", is_flag=True, help="Replace an index that is already there.")
def index(folder: str, out: str, overwrite: bool) -> None:
    """Write the index of a corpus's training tunes: what `abcgen similar` looks in. It holds no music."""
    from abcgen.corpus import load_corpus
    from abcgen.corpus.index import INDEX, CorpusIndex
    from abcgen.files import refuse_existing

    target = Path(out) / INDEX
    refuse_existing([target], overwrite=overwrite)
    splits = load_corpus(Path(folder))
    found = CorpusIndex.build(splits["train"], splits["test"])
    found.save(target, overwrite=overwrite)
    click.echo(f"{found.tunes} tunes, {target.stat().st_size / 2**20:.2f} MiB, written to {target}")


@corpus.command(name="sources")
def list_sources() -> None:
    """The collections that have a name: size, terms, and whether they are at hand."""
    from abcgen.corpus import known_sources
    from abcgen.corpus.terms import THE_SESSION

    click.echo(f"{'name':<16}{'at hand':<9}{'files':>6}{'KiB':>8}  terms")
    for known in known_sources():
        at_hand = "yes" if known.at_hand else "no"
        terms = known.terms + (f" (--accept {known.accept})" if known.accept else "")
        click.echo(f"{known.name:<16}{at_hand:<9}{known.files:>6}{known.size >> 10:>8}  {terms}")
    click.echo(f"refused: {THE_SESSION.name}, under any name: {THE_SESSION.reason}")
    click.echo("Beside these: a file, a folder or a zip of .abc; JSON, CSV, Parquet; a dataset as user/name.")
