"""`assemble`: makes a `GAN` from names of components."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Literal, TypedDict

import attrs
import keras

from ganreg.checkpoints.starting import start_from as start
from ganreg.contract.recipes import Recipe
from ganreg.contract.schedule import Schedule
from ganreg.contract.structuring import read_literal
from ganreg.engine.batch_sizes import with_smaller_batches
from ganreg.engine.checks import problems, report
from ganreg.engine.optimizers import split_optimizers
from ganreg.engine.random import global_seed
from ganreg.engine.resolving import resolve
from ganreg.gan import GAN
from ganreg.plugins.recipe_choices import refuse_other_kinds
from ganreg.plugins.recipe_files import find_recipe
from ganreg.plugins.registry import Registry, registry

Decay = Literal["none", "linear", "cosine"]
Precision = Literal["float32", "mixed_bfloat16", "mixed_float16"]


class Choices(TypedDict, total=False):
    """The arguments of `assemble`, by name, except for the recipe and the number of steps."""

    generator: Any
    discriminator: Any
    loss: Any
    regularizers: Sequence[Any] | None
    data: Any
    schedule: str | Schedule | Mapping[str, Any] | None
    generator_optimizer: Any
    discriminator_optimizer: Any
    game: Any
    networks: Mapping[str, Any] | None
    start_from: Any
    name: str | None
    summary: str | None
    paper: str | None
    batch_size: int | None
    learning_rate_decay: Decay | None
    precision: Precision | None
    ema_decay: float | None
    seed: int | None


def _as_recipe(recipe: str | Recipe | None, known: Registry, given: Collection[str]) -> Recipe:
    if recipe is None:
        return Recipe()
    if isinstance(recipe, Recipe):
        return recipe
    return find_recipe(str(recipe), known, given)


def assemble(
    recipe: str | Recipe | None = None,
    *,
    generator: Any = None,
    discriminator: Any = None,
    loss: Any = None,
    regularizers: Sequence[Any] | None = None,
    data: Any = None,
    schedule: str | Schedule | Mapping[str, Any] | None = None,
    generator_optimizer: Any = None,
    discriminator_optimizer: Any = None,
    game: Any = None,
    networks: Mapping[str, Any] | None = None,
    start_from: Any = None,
    name: str | None = None,
    summary: str | None = None,
    paper: str | None = None,
    batch_size: int | None = None,
    steps: int | None = None,
    learning_rate_decay: Decay | None = None,
    precision: Precision | None = None,
    ema_decay: float | None = None,
    seed: int | None = None,
) -> GAN:
    """Assembles components into a trainable `GAN`.

    A component can be spec text (`"wgan-gp:weight=5"`), a `Spec`, an implementation, registered or not, or an object of
    your own: a Keras model as a network, or functions as a loss and as regularizers.

    Args:
        recipe: a registered recipe's name, the path of a TOML file, or a `Recipe`; the other arguments override it.
            Defaults to the default recipe.
        generator: makes the samples: a generator or, in games that need one, a translator; also a `keras.Model` from
            latents `[B, d]` (and labels) to samples, or a function that builds one. Defaults to the recipe's.
        discriminator: distinguishes real samples from generated ones; also a `keras.Model` from samples (and labels) to
            logits `[B, 1]`, whose hidden activations are its features, or a function that builds one. Defaults to the
            recipe's.
        loss: the loss; also a pair of functions, `(discriminator_loss(real_logits, fake_logits),
            generator_loss(fake_logits))`. Defaults to the recipe's.
        regularizers: any number of regularizers, which replace all of the recipe's; also functions of the `Step`, see
            `ganreg.penalty`. Defaults to the recipe's.
        data: a dataset's spec text or implementation, a `DataSpec`, a `Data`, samples `[N, *shape]`, or a pair of
            samples and labels `[N]`. Defaults to the recipe's dataset.
        schedule: `"simultaneous"`, `"alternating"` or a `Schedule`. Defaults to the recipe's.
        generator_optimizer: spec text such as `"adam:learning_rate=0.0002,beta_1=0.5"`, or a Keras optimizer. Defaults
            to the recipe's.
        discriminator_optimizer: likewise.
        game: the networks that play and what each discriminator is shown. Defaults to the recipe's, which usually is
            one generator against one discriminator.
        networks: components for the game's other roles, by role. Defaults to the recipe's.
        start_from: a trained GAN, the folder of a run, or what `GAN.save` wrote. What fits of its networks and moving
            averages is copied, layer by layer; `gan.transferred` says what. Optimizers and the number of iterations
            start afresh. Defaults to initial weights from the seed.
        name: the name of the recipe, in kebab-case. Defaults to the recipe's.
        summary: one line about it. Defaults to the recipe's.
        paper: where it comes from. Defaults to the recipe's.
        batch_size: real samples in one update. Defaults to the recipe's, or to fewer if the data have fewer.
        steps: iterations of the schedule in a whole training. Defaults to the recipe's.
        learning_rate_decay: `"none"`, `"linear"` or `"cosine"`. Defaults to the recipe's.
        precision: `"float32"`, `"mixed_bfloat16"` or `"mixed_float16"`. Defaults to Keras's policy if the recipe leaves
            it open.
        ema_decay: decay of the generator's moving average; 0 turns it off. Defaults to the recipe's.
        seed: random seed. Defaults to that of `keras.utils.set_random_seed` if the recipe leaves it open.

    Returns:
        A `keras.Model` whose networks are initialised from the seed.

    Raises:
        UnknownComponentError: no plugin offers a component of a given name.
        AmbiguousComponentError: several plugins offer a component of a given name.
        SpecError: a hyperparameter or a setting is unknown or out of bounds.
        DataError: the data cannot be used.
        AssemblyError: the components do not fit together or do not fit the data, or nothing of `start_from` fits.
        PluginError: a component's own code failed; the message names it and its distribution.
        RunError: `start_from` names no trained GAN.

    Warns:
        GanregWarning: the combination trains, but something in it is known to cause trouble.
    """
    known = registry()
    regularizers = _listed(regularizers)
    optimizers, specs = split_optimizers({"generator": generator_optimizer, "discriminator": discriminator_optimizer})
    components = {"generator": generator, "discriminator": discriminator, "loss": loss, "game": game}
    components |= networks or {}
    given = {**components, "dataset": data, "regularizers": regularizers}
    base = _as_recipe(recipe, known, [role for role, value in given.items() if value is not None])
    refuse_other_kinds(base, game, given, known)
    settings = {
        "name": name,
        "summary": summary,
        "paper": paper,
        "batch_size": batch_size,
        "steps": steps,
        "learning_rate_decay": learning_rate_decay,
        "precision": precision or _global_precision(base),
        "ema_decay": ema_decay,
        "seed": _global_seed(base) if seed is None else seed,
    }
    base = base.updated(schedule=schedule, **specs, **settings)
    assembly = resolve(
        base, data=data, components=components, regularizers=regularizers, optimizers=optimizers, known=known
    )
    if batch_size is None:
        assembly = with_smaller_batches(assembly)
    report(problems(assembly))
    gan = GAN(assembly)
    if start_from is not None:
        start(gan.players, start_from)
    return gan


def _global_precision(recipe: Recipe) -> str | None:
    """Keras's global dtype policy if a recipe can have it and the recipe does not choose one; otherwise `None`."""
    policy = keras.config.dtype_policy().name
    return policy if recipe.precision == "float32" and policy in ("mixed_bfloat16", "mixed_float16") else None


def _listed(regularizers: Any) -> Sequence[Any] | None:
    """A single regularizer, which is easily given without a list around it, as a list."""
    if isinstance(regularizers, str) and regularizers.strip().startswith("["):
        regularizers = read_literal(regularizers)
    several = isinstance(regularizers, Sequence) and not isinstance(regularizers, str)
    return regularizers if several or regularizers is None else [regularizers]


def _global_seed(recipe: Recipe) -> int | None:
    """The seed of `keras.utils.set_random_seed` if the recipe leaves its own at the default; otherwise `None`."""
    return global_seed() if recipe.seed == attrs.fields(Recipe).seed.default else None
