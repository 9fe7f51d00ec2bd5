"""`ganreg train`."""

from __future__ import annotations

import functools
import shlex
from pathlib import Path
from typing import Any

import click

from ganreg.checkpoints.run_folder import free_folder, refuse_occupied
from ganreg.cli.outcome import until_stopped
from ganreg.cli.state import State
from ganreg.cli.tensorflow import import_quietly, warnings_as_lines
from ganreg.contract.recipes import Recipe
from ganreg.plugins.recipe_files import find_recipe
from ganreg.plugins.registry import Registry

DEFAULT_RECIPE = "digits"
_HOW = (
    "execution", "updates_per_call", "sample_every", "checkpoint_every", "checkpoint_minutes", "keep", "on_nan",
    "rollback_factor", "rollbacks", "health",
)  # fmt: skip
"""The options that are no part of the recipe."""
_EVALUATION = {
    "evaluate_every": "every",
    "metrics": "metrics",
    "features": "features",
    "evaluate_samples": "samples",
    "best": "best",
}
"""The options that say how the training is judged as it goes by, and what they are called there."""
_SETTINGS = {
    "lr_g": "generator_optimizer.learning_rate",
    "lr_d": "discriminator_optimizer.learning_rate",
    "generator_steps": "schedule.generator_steps",
    "discriminator_steps": "schedule.discriminator_steps",
}
"""The options that are short for a setting."""


def _the_only(_: click.Context, option: click.Parameter, values: tuple[str, ...]) -> str | None:
    """Refuses a second value, which would replace the first without a word."""
    if len(values) > 1:
        command = shlex.join(["ganreg", "compare", *(word for value in values for word in (option.opts[0], value))])
        raise click.BadParameter(f"a training has only one; to try each: {command}")
    return values[0] if values else None


_component_option = functools.partial(click.option, metavar="SPEC", multiple=True, callback=_the_only)


@click.command()
@click.argument("recipe", required=False)
@_component_option("--dataset", help="The data set to train on.")
@_component_option("-g", "--generator", help="The generator.")
@_component_option("-d", "--discriminator", help="The discriminator.")
@_component_option("-l", "--loss", help="The loss.")
@click.option("-r", "--regularizer", "regularizers", metavar="SPEC", multiple=True, help="A regularizer; repeatable.")
@click.option("--schedule", metavar="SPEC", help="simultaneous, or alternating:discriminator_steps=5.")
@click.option("--generator-steps", type=click.IntRange(min=1), help="G's updates in each round, in turns with D's.")
@click.option("--discriminator-steps", type=click.IntRange(min=1), help="D's updates in each round, in turns with G's.")
@click.option("--lr-g", type=click.FloatRange(0, min_open=True), help="G's learning rate.")
@click.option("--lr-d", type=click.FloatRange(0, min_open=True), help="D's learning rate.")
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
@click.option(
    "--on-nan",
    type=click.Choice(["stop", "rollback"]),
    default="stop",
    show_default=True,
    help="Where a number is not finite: end, or go back to the last checkpoint and on with lower learning rates.",
)
@click.option(
    "--rollback-factor",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    default=0.5,
    show_default=True,
    help="What a rollback multiplies both learning rates by.",
)
@click.option(
    "--rollbacks", type=click.IntRange(min=1), default=3, show_default=True, help="Rollbacks before giving up."
)
@click.option(
    "--health",
    type=click.Choice(["off", "warn", "stop"]),
    default="warn",
    show_default=True,
    help="Watch the training and say what goes wrong; stop ends it there.",
)
@click.option("--evaluate-every", type=click.IntRange(min=1), help="Iterations between evaluations; none unless given.")
@click.option("-m", "--metric", "metrics", metavar="SPEC", multiple=True, help="A metric to evaluate by; repeatable.")
@click.option("--features", metavar="SPEC", help="What metrics compare; see `ganreg evaluate --help`.")
@click.option("--evaluate-samples", type=click.IntRange(min=1), help="Samples that an evaluation generates.")
@click.option("--best", metavar="SCORE", help="The score by which the best checkpoint is kept; the first unless given.")
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
    how["evaluation"] = _evaluation(options, state.registry)
    settings = (*_short_settings(options), *settings)
    # Apart from the recipe, because a recipe's own networks give way where the user's would be refused.
    components = {name: options.pop(name) for name in ("generator", "discriminator", "dataset")}
    options["regularizers"] = regularizers or None
    given = [name for name, value in {**options, **components}.items() if value is not None]
    chosen = find_recipe(recipe or DEFAULT_RECIPE, state.registry, given)
    chosen = chosen.updated(**options, **components).with_settings(settings)
    state.registry.check(chosen)  # before TensorFlow takes its seconds to load
    components = {name: spec and getattr(chosen, name) for name, spec in components.items()}
    return _train(chosen, components, out or free_folder(chosen.name), how)


def _short_settings(options: dict[str, Any]) -> list[str]:
    """Takes the options that are short for a setting out of the rest, as settings."""
    given = {key: options.pop(name) for name, key in _SETTINGS.items()}
    settings = [f"{key}={value}" for key, value in given.items() if value is not None]
    if options["schedule"] is None and any(setting.startswith("schedule.") for setting in settings):
        return ["schedule.mode=alternating", *settings]  # shares of a round are what it means to take turns
    return settings


def _evaluation(options: dict[str, Any], registry: Registry) -> dict[str, Any] | None:
    """Takes the options for evaluations out of the rest; `None` where there are to be none."""
    given = {name: value for name, value in ((name, options.pop(name)) for name in _EVALUATION) if value}
    if given and "evaluate_every" not in given:
        option = next(iter(given)).replace("metrics", "metric").replace("_", "-")
        raise click.UsageError(f"--{option} says how to evaluate; say how often too, with --evaluate-every N")
    for metric in given.get("metrics", ()):
        registry.create("metric", metric)
    return {_EVALUATION[name]: value for name, value in given.items()} or None


def _train(recipe: Recipe, components: dict[str, Any], path: Path, how: dict[str, Any]) -> int:
    refuse_occupied(path)
    import_quietly()
    with warnings_as_lines():
        from ganreg.assembling import assemble
        from ganreg.cli.progress import progress_bar
        from ganreg.runs.record import EvaluationPlan
        from ganreg.runs.training import train as train_run

        evaluation = how.pop("evaluation")
        how["evaluation"] = evaluation and EvaluationPlan(**evaluation)

        gan = assemble(
            recipe,
            generator=components["generator"],
            discriminator=components["discriminator"],
            data=components["dataset"],
        )
        with progress_bar(recipe.steps) as callbacks:
            return until_stopped(lambda stop: train_run(gan, path, callbacks=callbacks, stop=stop, **how))
