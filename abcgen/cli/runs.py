"""`abcgen runs`: the runs under a folder, side by side."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=Path("runs"))
@click.option("--plot", type=click.Path(path_type=Path), help="Draw their curves together into this PNG.")
@click.option("--overwrite", is_flag=True, help="Replace the picture if it is there.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a run instead of a table.")
def runs(folder: Path, plot: Path | None, overwrite: bool, as_json: bool) -> None:
    """List the training runs in FOLDER and beneath it, the best first, with their figures."""
    import dataclasses
    import json

    from abcgen.training.runs import as_table, draw_runs, find_runs

    found = find_runs(folder)
    if as_json:
        for run in found:
            values = {**dataclasses.asdict(run), "folder": str(run.folder), "best": run.best}
            click.echo(json.dumps(values))
    else:
        click.echo(as_table(found))
    if plot is not None:
        draw_runs(found, plot, overwrite=overwrite)
