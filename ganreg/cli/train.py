"""`ganreg train`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ganreg.cli.state import State
from ganreg.cli.tensorflow import import_quietly, warnings_as_lines
from ganreg.cli.training import until_stopped
from ganreg.recipes import Recipe
from ganreg.registry import Registry
from ganreg.runs.run import free_folder, refuse_occupied

DEFAULT_RECIPE = "digits"
_HOW = ("execution", "updates_per_call", "sample_every", "checkpoint_every", "checkpoint_minutes", "keep")
"""The options that are no part of the recipe."""


@click.command()
@click.argument("recipe", required=False)
@click.option("--dataset", metavar="SPEC", help="The data set to train on.")
@click.option("-g", "--generator", metavar="SPEC", help="The generator.")
@click.option("-d", "--discriminator", metavar="SPEC", help="The discriminator.")
@click.option("-l", "--loss", metavar="SPEC", help="The loss.")
@click.option("-r", "--regularizer", "regularizers", metavar="SPEC", multiple=True, help="A regularizer; repeatable.")
@click.option("--schedule", metavar="SPEC", help="simultaneous, or alternating:discriminator_steps=5.")
@click.option("--steps", type=click.IntRange(min=1), help="Iterations of the schedule.")
@click.option("--batch-size", type=click.IntRange(min=1), help="Real samples in one update.")
@click.option("--seed", type=click.IntRange(min=0), help="Of the weights, the order of the data and all noise.")
@click.option("--out", type=click.Path(path_type=Path), help="The run's folder; runs/RECIPE unless given.")
@click.option("--set", "settings", metavar="KEY=VALUE", multiple=True, help="Change any other part of the recipe.")
@click.option(
    "--precision",
    type=click.Choice(["float32", "mixed_bfloat16", "mixed_float16"]),
    help="What the networks compute in.",
)
@click.option(
    "--execution",
    type=click.Choice(["auto", "graph", "xla", "eager"]),
    default="auto",
    show_default=True,
    help="How updates run; auto measures which is fastest.",
)
@click.option("--updates-per-call", type=click.IntRange(min=1), help="Iterations in one compiled call.")
@click.option("--sample-every", type=click.IntRange(min=1), help="Iterations between pictures of samples.")
@click.option("--checkpoint-every", type=click.IntRange(min=1), help="Iterations between checkpoints; ten in all.")
@click.option("--checkpoint-minutes", type=click.FloatRange(0, min_open=True), help="Minutes between checkpoints.")
@click.option("--keep", type=click.IntRange(min=1), default=3, show_default=True, help="Checkpoints that are kept.")
@click.pass_obj
def train(
    state: State,
    /,
    recipe: str | None,
    settings: tuple[str, ...],
    out: Path | None,
    regularizers: tuple[str, ...],
    **options: Any,
) -> int:
    """Train a GAN into a run folder.

    RECIPE is a registered recipe's name (`ganreg list recipe`) or a TOML file; options override it. With neither,
    it trains on scanned digits for a minute or two.

    A SPEC is a component's name, or a name with hyperparameters: wgan-gp:weight=5.
    """
    how = {name: options.pop(name) for name in _HOW}
    # Apart from the recipe, because a recipe's own networks give way where the user's would be refused.
    components = {name: options.pop(name) for name in ("generator", "discriminator", "dataset")}
    chosen = chosen_recipe(state.registry, recipe).updated(**options, regularizers=regularizers or None)
    chosen = chosen.with_settings(settings)
    check_names(state.registry, chosen.updated(**components))
    return _train(chosen, components, out or free_folder(chosen.name), how)


def chosen_recipe(registry: Registry, name: str | None) -> Recipe:
    """The recipe of that name, or in that TOML file.

    Raises:
        GanregError: there is none, or the file is malformed.
    """
    if name is not None and (name.endswith(".toml") or Path(name).is_file()):
        return Recipe.read(name)
    found: Recipe = registry.recipe(name or DEFAULT_RECIPE)
    return found


def check_names(registry: Registry, recipe: Recipe) -> None:
    """Raises for a component that is not there, before TensorFlow takes its seconds to load."""
    for role in ("generator", "discriminator", "loss"):
        registry.create(role, getattr(recipe, role))
    for regularizer in recipe.regularizers:
        registry.create("regularizer", regularizer)
    if recipe.dataset is not None:
        registry.create("dataset", recipe.dataset)


def _train(recipe: Recipe, components: dict[str, Any], path: Path, how: dict[str, Any]) -> int:
    refuse_occupied(path)
    import_quietly()
    with warnings_as_lines():
        from ganreg.cli.progress import progress_bar
        from ganreg.engine.assembly import assemble
        from ganreg.runs.training import train as train_run

        gan = assemble(
            recipe,
            generator=components["generator"],
            discriminator=components["discriminator"],
            data=components["dataset"],
        )
        with progress_bar(recipe.steps) as callbacks:
            return until_stopped(lambda stop: train_run(gan, path, callbacks=callbacks, stop=stop, **how))
