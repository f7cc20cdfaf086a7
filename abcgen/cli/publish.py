"""`abcgen publish`: onto the Hugging Face Hub."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial, wraps
from pathlib import Path
from typing import Any, NamedTuple

import click

from abcgen.cli.inputs import shown


@click.group()
def publish() -> None:
    """Publish on the Hugging Face Hub, in one commit; log in first with: hf auth login."""


class Way(NamedTuple):
    """How it is published: seen by its owner alone; not at all, but written into the folder `out`."""

    private: bool
    dry_run: bool
    out: Path | None
    overwrite: bool

    def folder(self, name: str) -> Path:
        """Where a dry run writes what would be called `name`."""
        return self.out or Path("published") / name

    def keep(self, source: Path, name: str) -> None:
        """Raise OutputError where that would take the place of what is published, or lie within it."""
        from abcgen.files import refuse_within

        if self.dry_run:
            refuse_within(self.folder(name), source)


def _publishing(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of all that is published."""

    @wraps(command)
    def checked(private: bool, dry_run: bool, out: Path | None, overwrite: bool, **others: Any) -> Any:
        from abcgen.errors import UsageError

        if (out is not None or overwrite) and not dry_run:
            raise UsageError("--out and --overwrite are for --dry-run, which writes a folder")
        return command(way=Way(private, dry_run, out, overwrite), **others)

    found: Any = checked
    options = (
        click.option("--private", is_flag=True, help="Only you see it."),
        click.option("--dry-run", is_flag=True, help="Write the folder that would be published; no network."),
        click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Where --dry-run writes."),
        click.option("--overwrite", is_flag=True, help="Replace a folder that --dry-run wrote."),
    )
    for option in reversed(options):
        found = option(found)
    wrapped: Callable[..., Any] = found
    return wrapped


@publish.command("dataset")
@click.argument("corpus", type=click.Path(path_type=Path))
@click.argument("name", metavar="USER/NAME")
@_publishing
def dataset(corpus: Path, name: str, way: Way) -> None:
    """Publish the built CORPUS: its rows as Parquet, its card and its manifest.

    A corpus with tunes whose encodings may not be handed on is refused.
    """
    from abcgen.hub import Remote, fill_dataset

    remote = Remote("dataset", name)
    fill = partial(fill_dataset, corpus, name)
    way.keep(corpus, name)
    _done(remote, fill, f"{corpus.resolve().name} by abcgen", way)


@publish.command("model")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.argument("name", metavar="USER/NAME")
@click.option(
    "--evaluation",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="What abcgen evaluate DIR --json printed; else evaluation.json in DIR.",
)
@click.option(
    "--license",
    "license_id",
    metavar="ID",
    default="",
    help="The licence of the weights, such as apache-2.0; else what README.md in DIR says.",
)
@_publishing
def model(folder: Path, name: str, evaluation: Path | None, license_id: str, way: Way) -> None:
    """Publish the model in DIR, or the best of the run in DIR: weights, tokenizer, card, figures, samples."""
    from abcgen.hub import OTHER_WEIGHTS, Remote, fill_model

    remote = Remote("model", name)
    fill = partial(fill_model, folder, name, evaluation=evaluation, license_id=license_id)
    way.keep(folder, name)
    _done(remote, fill, f"{folder.resolve().name} by abcgen", way, replaces=OTHER_WEIGHTS)


@publish.command("space")
@click.argument("name", metavar="USER/NAME")
@click.option(
    "--model",
    default="embedded",
    show_default=True,
    metavar="MODEL",
    help="What writes the tunes: user/name on the Hub, with @REVISION if need be, or the embedded model.",
)
@click.option(
    "--wheel",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A wheel of this abcgen, to be installed there; else its release.",
)
@_publishing
def space(name: str, model: str, wheel: Path | None, way: Way) -> None:
    """Publish a demo: a Space with the app and a model, in a container, on a CPU.

    The packages are pinned to the versions installed here, the model to its newest commit.
    """
    from abcgen.hub import Remote, fill_space
    from abcgen.hub.space import pinned_model, require_release, shown_model

    remote, shown = Remote("space", name), shown_model(model)
    if not way.dry_run:
        shown = pinned_model(shown)
        if wheel is None:
            require_release()
    fill = partial(fill_space, name, model=shown, wheel=wheel)
    _done(remote, fill, "The app by abcgen", way, sdk="docker")


def _done(
    remote: Any,
    fill: Any,
    message: str,
    way: Way,
    *,
    sdk: str | None = None,
    replaces: Collection[str] = (),
) -> None:
    from abcgen.hub import publish as publish_folder
    from abcgen.hub import write_publication

    if not way.dry_run:
        address = publish_folder(remote, fill, message, private=way.private, sdk=sdk, replaces=replaces)
        click.echo(f"published: {remote.address} ({address})")
        return
    folder = way.folder(remote.name)
    files = write_publication(fill, folder, overwrite=way.overwrite)
    click.echo("\n".join(shown(path) for path in files))
    click.echo(f"{shown(folder)} is what would be published as {remote.address}; nothing was sent", err=True)
