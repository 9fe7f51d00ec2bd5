"""`assemble`: makes a `GAN` from names of components."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import attrs
import keras

from ganreg.contract.recipes import Recipe
from ganreg.contract.structuring import read_literal
from ganreg.engine.checks import problems, report
from ganreg.engine.optimizers import split_optimizers
from ganreg.engine.random import global_seed
from ganreg.engine.resolving import resolve
from ganreg.gan import GAN
from ganreg.plugins.recipe_choices import refuse_other_kinds
from ganreg.plugins.recipe_files import find_recipe
from ganreg.plugins.registry import Registry, registry


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
    schedule: Any = None,
    generator_optimizer: Any = None,
    discriminator_optimizer: Any = None,
    game: Any = None,
    networks: Mapping[str, Any] | None = None,
    **settings: Any,
) -> GAN:
    """Assembles components into a trainable `GAN`.

    A component can be spec text (`"wgan-gp:weight=5"`), a `Spec`, or an implementation, registered or not.

    Args:
        recipe: a registered recipe's name, the path of a TOML file, or a `Recipe`; the other arguments override it.
            Defaults to the default recipe.
        generator: makes the samples: a generator or, in games that need one, a translator. Defaults to the recipe's.
        discriminator: distinguishes real samples from generated ones. Defaults to the recipe's.
        loss: the loss. Defaults to the recipe's.
        regularizers: any number of regularizers, which replace all of the recipe's. Defaults to the recipe's.
        data: a dataset's spec text or implementation, a `DataSpec`, a `Data`, samples `[N, *shape]`, or a pair of
            samples and labels `[N]`. Defaults to the recipe's dataset.
        schedule: `"simultaneous"`, `"alternating"` or a `Schedule`. Defaults to the recipe's.
        generator_optimizer: spec text such as `"adam:learning_rate=0.0002,beta_1=0.5"`, or a Keras optimizer. Defaults
            to the recipe's.
        discriminator_optimizer: likewise.
        game: the networks that play and what each discriminator is shown. Defaults to the recipe's, which usually is
            one generator against one discriminator.
        networks: components for the game's other roles, by role. Defaults to the recipe's.
        **settings: further fields of a `Recipe`: `batch_size`, `steps`, `learning_rate_decay`, `precision`,
            `ema_decay`, `seed`.

    Returns:
        A `keras.Model` whose networks are initialised from the seed.

    Raises:
        UnknownComponentError: no plugin offers a component of a given name.
        AmbiguousComponentError: several plugins offer a component of a given name.
        SpecError: a hyperparameter or a setting is unknown or out of bounds.
        DataError: the data cannot be used.
        AssemblyError: the components do not fit together or do not fit the data.
        PluginError: a component's own code failed; the message names it and its distribution.
        TypeError: an argument is neither one of these nor a field of a `Recipe`.

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
    unknown = set(settings) - {field.name for field in attrs.fields(Recipe)}
    if unknown:
        raise TypeError(f"assemble() got an unexpected argument '{sorted(unknown)[0]}'")
    settings = {"precision": _global_precision(base), "seed": _global_seed(base)} | settings
    base = base.updated(schedule=schedule, **specs, **settings)
    assembly = resolve(
        base, data=data, components=components, regularizers=regularizers, optimizers=optimizers, known=known
    )
    report(problems(assembly))
    return GAN(assembly)


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
