"""`abcgen pull`: a model of the Hugging Face Hub onto this machine."""

from __future__ import annotations

from pathlib import Path

import click

from abcgen.cli.inputs import shown


@click.command()
@click.argument("name", metavar="USER/NAME[@REVISION]")
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="A folder of its own for it.")
@click.option("--overwrite", is_flag=True, help="Replace a model that is already there.")
def pull(name: str, out: Path | None, overwrite: bool) -> None:
    """Fetch the model USER/NAME of the Hub, so that --model USER/NAME works without a network.

    Weights, settings and texts are fetched, nothing that runs. A revision is a branch, a tag or a commit. It
    prints the folder, in the cache of huggingface_hub or as --out says.
    """
    import shutil

    from abcgen.errors import UsageError
    from abcgen.files import folder_whole
    from abcgen.models import load_model
    from abcgen.models.places import fetched_model, is_fetched

    if overwrite and out is None:
        raise UsageError("--overwrite is for --out")
    if out is None:
        place = fetched_model(name)
        load_model(place)  # what is no model is told here, not when it is needed
        click.echo(shown(place))
        return
    there = [path for path in out.iterdir() if path.is_file()] if out.is_dir() else []
    owned = [path.name for path in there if is_fetched(path.name)]
    with folder_whole(out, overwrite=overwrite, owned=owned, proof="config.json") as folder:
        place = fetched_model(name)
        load_model(place)
        for path in sorted(place.iterdir()):
            if path.is_file() and is_fetched(path.name):
                shutil.copyfile(path, folder / path.name)
    click.echo(shown(out))
