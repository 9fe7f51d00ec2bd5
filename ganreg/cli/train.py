"""`ganreg train`."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from ganreg.checkpoints.run_folder import folder_for, require_run
from ganreg.cli.devices import DEVICES, DEVICES_HELP
from ganreg.cli.kinds import component_option
from ganreg.cli.outcome import until_stopped
from ganreg.cli.plugin_files import plugin_option
from ganreg.cli.sections import SectionedCommand, option_in
from ganreg.cli.state import State
from ganreg.cli.streams import echo
from ganreg.cli.tensorflow import import_quietly, warnings_as_lines
from ganreg.contract.kinds import option_for
from ganreg.contract.recipes import ROLES, Recipe
from ganreg.contract.specs import Spec
from ganreg.plugins.recipe_choices import with_choices
from ganreg.plugins.recipe_files import find_recipe
from ganreg.plugins.registry import Registry

_HOW = (
    "execution", "updates_per_call", "sample_every", "checkpoint_every", "checkpoint_minutes", "keep", "on_nan",
    "rollback_factor", "rollbacks", "health",
)  # fmt: skip
"""The options that are not part of the recipe."""
_EVALUATION = {
    "evaluate_every": "every",
    "metrics": "metrics",
    "features": "features",
    "evaluate_samples": "samples",
    "best": "best",
}
"""The options for evaluations during the training, and the fields of `EvaluationPlan` that they set."""
_SETTINGS = {
    "lr_g": "generator_optimizer.learning_rate",
    "lr_d": "discriminator_optimizer.learning_rate",
    "generator_steps": "schedule.generator_steps",
    "discriminator_steps": "schedule.discriminator_steps",
}
"""The options that abbreviate a setting."""
_COMPONENTS, _EVALUATIONS = "Components", "Evaluation during the training"
"""Headings of the help that have components' options under them."""


def default_recipe(known: Registry) -> str:
    """Return the name of the recipe that is trained if neither a recipe nor a game is given.

    Raises:
        click.UsageError: no plugin offers such a recipe.
    """
    entry = known.default("recipe")
    if entry is None:
        raise click.UsageError("no installed plugin offers a default recipe; give a RECIPE")
    return known.name_of(entry)


def _the_only(_: click.Context, option: click.Parameter, values: tuple[str, ...]) -> str | None:
    """Refuse a second value, which would silently replace the first."""
    if len(values) > 1:
        command = shlex.join(["ganreg", "compare", *(word for value in values for word in (option.opts[0], value))])
        raise click.BadParameter(f"a training has only one; to try each of them: {command}")
    return values[0] if values else None


def _the_only_component(kind: str, help: str) -> Callable[[Any], Any]:
    return component_option(kind, kind, section=_COMPONENTS, multiple=True, callback=_the_only, help=help)


def _networks(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> dict[str, Spec]:
    """Read each `ROLE=SPEC`."""
    networks: dict[str, Spec] = {}
    for value in values:
        role, equals, spec = (part.strip() for part in value.partition("="))
        if not equals or not role or not spec or ":" in role:
            raise click.BadParameter(f"expected ROLE=SPEC, such as encoder=NAME, got {value!r}")
        if role in ROLES:
            raise click.BadParameter(f"the {role} has an option of its own: {option_for(role, spec)}")
        if role in networks:
            raise click.BadParameter(f"the role '{role}' is given twice, but each has only one component")
        networks[role] = Spec.parse(spec)
    return networks


_in_components = option_in(_COMPONENTS)
_in_training = option_in("Training")
_in_output = option_in("Execution and output")
_in_problems = option_in("Problems in the training")
_in_evaluation = option_in(_EVALUATIONS)
_at_least_1 = click.IntRange(min=1)
_positive = click.FloatRange(0, min_open=True)


@click.command(cls=SectionedCommand)
@click.argument("recipe", required=False)
@_the_only_component("dataset", "Train on this dataset.")
@_in_components(
    "--download", is_flag=True, help="Download the dataset if it is not on this machine, for those that can be."
)
@_the_only_component(
    "game", "Play this game; 'none' is the usual one. Without RECIPE, everything else then has plain defaults."
)
@_the_only_component("generator", "Use this generator or, in a game whose generator is a translator, this translator.")
@_the_only_component("discriminator", "Use this discriminator.")
@_in_components(
    "--network",
    "networks",
    metavar="ROLE=SPEC",
    multiple=True,
    callback=_networks,
    help="Use this component in another role of the game, such as encoder; see `ganreg show game NAME`. Repeatable.",
)
@_the_only_component("loss", "Use this loss.")
@component_option(
    "regularizer",
    "regularizers",
    section=_COMPONENTS,
    multiple=True,
    help="Use this regularizer; repeat the option for several. They replace all regularizers of the recipe.",
)
@_in_components(
    "--set",
    "settings",
    metavar="KEY=VALUE",
    multiple=True,
    help="Change any other field of the recipe, such as generator_optimizer.beta_1=0.9 or game.cycle=5; repeatable.",
)
@_in_components(
    "--from",
    "start",
    type=click.Path(path_type=Path),
    metavar="RUN",
    help="Start from the networks and moving averages of this run, as far as their shapes fit; what does not fit is "
    "named. The data, the loss and everything else may differ.",
)
@_in_training("--steps", type=_at_least_1, metavar="N", help="Train for N iterations of the schedule.")
@_in_training("--batch-size", type=_at_least_1, metavar="N", help="Use N real samples per update.")
@_in_training("--lr-g", type=_positive, metavar="RATE", help="Learning rate of the generator.")
@_in_training("--lr-d", type=_positive, metavar="RATE", help="Learning rate of the discriminator.")
@_in_training(
    "--schedule",
    metavar="SPEC",
    help="Update both networks at once (simultaneous) or in turn, as in alternating:discriminator_steps=5.",
)
@_in_training(
    "--generator-steps",
    type=_at_least_1,
    metavar="N",
    help="Update the generator N times in each iteration of an alternating schedule.",
)
@_in_training(
    "--discriminator-steps",
    type=_at_least_1,
    metavar="N",
    help="Update the discriminator N times in each iteration of an alternating schedule.",
)
@_in_training(
    "--precision",
    type=click.Choice(["float32", "mixed_bfloat16", "mixed_float16"]),
    help="Numeric precision of the networks' computations. Weights and losses always use float32.",
)
@_in_training("--seed", type=click.IntRange(min=0), metavar="N", help="Random seed for weights, data order and noise.")
@_in_output(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Write the run to this folder. Defaults to runs/RECIPE, with a number appended if that exists.",
)
@_in_output(
    "--execution",
    type=click.Choice(["auto", "graph", "xla", "eager"]),
    default="auto",
    show_default=True,
    help="How to execute updates; auto measures which mode is fastest.",
)
@_in_output(
    "--updates-per-call",
    type=_at_least_1,
    metavar="N",
    help="Run N iterations in each call of a compiled function. Chosen automatically by default.",
)
@_in_output("--devices", help=f"{DEVICES_HELP} One device by default.", **DEVICES)
@_in_output(
    "--sync-batch-norm",
    is_flag=True,
    help="On several devices, take the statistics of batch normalisation from the whole batch instead of each device's "
    "part, which takes many more exchanges.",
)
@_in_output(
    "--sample-every",
    type=_at_least_1,
    metavar="N",
    help="Write a sample grid every N iterations. Defaults to a twentieth of the training.",
)
@_in_output(
    "--checkpoint-every",
    type=_at_least_1,
    metavar="N",
    help="Write a checkpoint every N iterations. Defaults to a tenth of the training.",
)
@_in_output(
    "--checkpoint-minutes",
    type=_positive,
    metavar="MINUTES",
    help="Write a checkpoint whenever this many minutes have passed. Off by default.",
)
@_in_output(
    "--keep", type=_at_least_1, metavar="N", default=3, show_default=True, help="Keep the N newest checkpoints."
)
@_in_problems(
    "--on-nan",
    type=click.Choice(["stop", "rollback"]),
    default="stop",
    show_default=True,
    help="On NaN or infinity: stop, or roll back to the last checkpoint and continue with lower learning rates.",
)
@_in_problems(
    "--rollback-factor",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    metavar="FACTOR",
    default=0.5,
    show_default=True,
    help="Multiply both learning rates by this factor at each rollback.",
)
@_in_problems(
    "--rollbacks",
    type=_at_least_1,
    metavar="N",
    default=3,
    show_default=True,
    help="Roll back at most N times before stopping.",
)
@_in_problems(
    "--health",
    type=click.Choice(["off", "warn", "stop"]),
    default="warn",
    show_default=True,
    help="Monitor the training for known problems, and warn about them or stop.",
)
@_in_evaluation(
    "--evaluate-every",
    type=_at_least_1,
    metavar="N",
    help="Evaluate the generator every N iterations. Off by default.",
)
@component_option(
    "metric",
    "metrics",
    section=_EVALUATIONS,
    multiple=True,
    help="Evaluate with this metric; repeatable. Defaults to the metrics that suit the data.",
)
@component_option(
    "extractor",
    "features",
    section=_EVALUATIONS,
    help="Compute metrics on the features of this extractor; see `ganreg evaluate --help`.",
)
@_in_evaluation(
    "--evaluate-samples",
    type=_at_least_1,
    metavar="N",
    help="Generate N samples for each evaluation. Defaults to a number that suits the data.",
)
@_in_evaluation(
    "--best",
    metavar="SCORE",
    help="Also keep the checkpoint with the best value of this score. Defaults to the first score.",
)
@plugin_option
@click.pass_obj
def train(
    state: State,
    /,
    recipe: str | None,
    settings: tuple[str, ...],
    out: Path | None,
    start: Path | None,
    devices: str | None,
    sync_batch_norm: bool,
    download: bool,
    **options: Any,
) -> int:
    """Train a GAN and record the training in a run folder.

    RECIPE is the name of a recipe (see `ganreg list recipe`) or a TOML file. Options override its fields, and fields
    without an option keep the recipe's values. Without RECIPE and --game, the installed plugins' default is trained.

    A SPEC is the name of a component, optionally with hyperparameters: r1:weight=5.
    """
    how = {name: options.pop(name) for name in _HOW}
    how["evaluation"] = _evaluation(options, state.registry)
    settings = (*_short_settings(options), *settings)
    options["regularizers"] = options["regularizers"] or None
    known = state.registry
    plain = recipe is None and options["game"] is not None
    given = [name for name, value in {**options, **options["networks"]}.items() if value is not None]
    base = Recipe() if plain else find_recipe(recipe or default_recipe(known), known, given)
    chosen = with_choices(base, options, known)
    chosen = chosen.with_settings(settings) if settings else chosen
    if chosen.dataset is None:
        raise click.UsageError("there is nothing to train on; give --dataset SPEC (see `ganreg list dataset`)")
    chosen = _with_download(chosen, chosen.dataset, known) if download else chosen
    if start is not None:
        require_run(start)
    asked = {setting.partition("=")[0].strip() for setting in settings}
    gives_way = "batch_size" not in asked and options.get("batch_size") is None
    if sync_batch_norm and devices is None:
        raise click.UsageError("--sync-batch-norm is for several devices, but --devices is missing")
    spread = (devices, sync_batch_norm)
    return _train(chosen, known, folder_for(chosen.name, out), how, start, spread, gives_way=gives_way)


def _with_download(recipe: Recipe, dataset: Spec, registry: Registry) -> Recipe:
    """Return the recipe with a dataset that downloads what is not there.

    Raises:
        click.UsageError: the dataset is not one that can be downloaded.
    """
    if not hasattr(registry.create("dataset", dataset), "download"):
        raise click.UsageError(f"dataset '{dataset.name}' is not one that can be downloaded; leave --download out")
    return recipe.with_settings(["dataset.download=true"])


def _short_settings(options: dict[str, Any]) -> list[str]:
    """Remove the options that abbreviate a setting from the others, and return them as settings."""
    given = {key: options.pop(name) for name, key in _SETTINGS.items()}
    settings = [f"{key}={value}" for key, value in given.items() if value is not None]
    if options["schedule"] is None and any(setting.startswith("schedule.") for setting in settings):
        return ["schedule.mode=alternating", *settings]  # only an alternating schedule has numbers of updates
    return settings


def _evaluation(options: dict[str, Any], registry: Registry) -> dict[str, Any] | None:
    """Remove the options for evaluations from the others, and return them; `None` if there are to be no evaluations."""
    given = {name: value for name, value in ((name, options.pop(name)) for name in _EVALUATION) if value}
    if given and "evaluate_every" not in given:
        option = next(iter(given)).replace("metrics", "metric").replace("_", "-")
        raise click.UsageError(f"--{option} needs --evaluate-every N, which says how often to evaluate")
    # What is wrong is refused here, before TensorFlow is loaded.
    for metric in given.get("metrics", ()):
        registry.create("metric", metric)
    if "features" in given:
        from ganreg.evaluation.extractor_specs import extractor_spec

        registry.create("extractor", extractor_spec(given["features"], registry))
    return {_EVALUATION[name]: value for name, value in given.items()} or None


def _train(
    recipe: Recipe,
    known: Registry,
    path: Path,
    how: dict[str, Any],
    start: Path | None,
    spread: tuple[str | None, bool],
    *,
    gives_way: bool,
) -> int:
    """Resolve a recipe before TensorFlow is loaded, so that errors come at once; then train.

    `spread` holds the devices and whether they synchronise batch normalisation.

    `gives_way` says whether the batch size may give way to data that have fewer samples.
    """
    from ganreg.engine.batch_sizes import with_smaller_batches
    from ganreg.engine.checks import problems, report
    from ganreg.engine.resolving import resolve

    with warnings_as_lines():
        assembly = resolve(recipe, known=known)
        assembly = with_smaller_batches(assembly) if gives_way else assembly
        report(problems(assembly))
        assembling = import_quietly(spread[0])
        from ganreg.cli.progress import progress_bar
        from ganreg.gan import GAN
        from ganreg.runs.record import EvaluationPlan
        from ganreg.runs.training import train as train_run

        evaluation = how.pop("evaluation")
        how["evaluation"] = evaluation and EvaluationPlan(**evaluation)
        with assembling:
            gan = GAN(assembly)
        if spread[1]:
            gan.synchronize_batch_norm()
        if start is not None:
            from ganreg.checkpoints.starting import start_from

            taken = start_from(gan.players, start)
            if taken.is_complete:  # otherwise a warning says so
                echo(f"{str(taken)[:1].upper()}{str(taken)[1:]}")
        with progress_bar(recipe.steps) as callbacks:
            return until_stopped(lambda stop: train_run(gan, path, callbacks=callbacks, stop=stop, **how))
