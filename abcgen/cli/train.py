"""`abcgen train`: one run from a recipe. Everything heavy is imported inside the command."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("recipe", type=click.Path(path_type=Path))
@click.option(
    "--set",
    "overrides",
    multiple=True,
    metavar="NAME=VALUE",
    help="Override a key of the recipe: --set learning_rate=3e-4 --set model.size=tiny.",
)
@click.option("--resume", is_flag=True, help="Go on from the newest checkpoint of the recipe's output_dir.")
@click.pass_context
def train(context: click.Context, recipe: Path, overrides: tuple[str, ...], resume: bool) -> None:
    """Train a model as RECIPE says, a YAML file such as recipes/small.yaml.

    The best model is kept in OUTPUT_DIR/best. Ctrl-C finishes the step, writes a checkpoint and leaves.
    """
    from abcgen.training.command import run_command

    context.exit(run_command(recipe, overrides=overrides, resume=resume, say=click.echo))
