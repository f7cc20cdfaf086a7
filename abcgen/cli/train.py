"""`abcgen train`: one run from a recipe. Everything heavy is imported inside the command."""

from __future__ import annotations

from pathlib import Path

import click

from abcgen.errors import UsageError


@click.command()
@click.argument("recipe", type=click.Path(path_type=Path), required=False)
@click.option(
    "--from",
    "start",
    metavar="MODEL",
    default="",
    help="Go on from the weights and the tokenizer of MODEL, a folder, user/name on the Hub, or `embedded` "
    "for the one that comes with abcgen. Without a RECIPE it is fine-tuned as recipes/fine-tune.yaml says.",
)
@click.option(
    "--corpus",
    metavar="DIR",
    default="",
    help="The corpus, or a folder, file or zip of ABC of which one is built, instead of the recipe's.",
)
@click.option("--out", metavar="DIR", default="", help="The folder of the run, instead of the recipe's.")
@click.option(
    "--old-corpus",
    metavar="DIR",
    default="",
    help="With --from: the corpus that MODEL was trained on, to measure what it forgets. Default: the one "
    "that its recipe names.",
)
@click.option(
    "--tracker",
    type=click.Choice(["tensorboard", "trackio", "wandb"]),
    default=None,
    help="Show the curves there, too.",
)
@click.option(
    "--set",
    "overrides",
    multiple=True,
    metavar="NAME=VALUE",
    help="Override a key of the recipe: --set learning_rate=3e-4 --set model.size=tiny.",
)
@click.option("--resume", is_flag=True, help="Go on from the newest checkpoint of the run's folder.")
@click.pass_context
def train(
    context: click.Context,
    recipe: Path | None,
    start: str,
    corpus: str,
    out: str,
    old_corpus: str,
    tracker: str | None,
    overrides: tuple[str, ...],
    resume: bool,
) -> None:
    """Train a model as RECIPE says, a YAML file such as recipes/small.yaml.

    The best model is kept in the run's folder under best/. Ctrl-C finishes the step, writes a checkpoint and
    leaves.
    """
    from abcgen.models.places import lasting_name
    from abcgen.resources import resource
    from abcgen.training.command import Wishes, run_command

    if recipe is None:
        if not start:
            raise UsageError(
                "a recipe is missing, such as recipes/small.yaml; or a model to go on from: --from"
            )
        recipe = resource("recipes/fine-tune.yaml")
    if old_corpus and not start:
        raise UsageError("--old-corpus goes with --from, whose model was trained on it")
    wishes = Wishes(
        overrides=overrides,
        start=lasting_name(start) if start else "",
        corpus=corpus,
        out=out,
        old_corpus=old_corpus,
        tracker=tracker or "",
    )
    context.exit(run_command(recipe, wishes, resume=resume, say=click.echo))
