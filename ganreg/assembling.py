"""`assemble`: from names of components to a `GAN`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import attrs
import keras

from ganreg.contract.recipes import Recipe
from ganreg.contract.specs import Spec
from ganreg.engine.checks import problems, report
from ganreg.engine.optimizers import spec_of
from ganreg.engine.resolving import resolve
from ganreg.errors import AssemblyError
from ganreg.gan import GAN
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
    **settings: Any,
) -> GAN:
    """Assembles components into a trainable `GAN`.

    A component is given as spec text (`"wgan-gp:weight=5"`), as a `Spec`, or as an implementation, registered or not.

    Args:
        recipe: a registered recipe's name, the path of a TOML file, or a `Recipe`; what else is given overrides it.
        generator: turns latents into samples; `"mlp"` by default.
        discriminator: tells real from generated; `"mlp"` by default.
        loss: `"non-saturating"` by default.
        regularizers: any number of them; they stand instead of all the recipe's.
        data: a data set's spec text or implementation, a `DataSpec`, a `Data`, samples `[N, *shape]`, or a pair of
            samples and labels `[N]`.
        schedule: `"simultaneous"`, `"alternating"` (the default) or a `Schedule`.
        generator_optimizer: spec text such as `"adam:learning_rate=0.0002,beta_1=0.5"`, or a Keras optimizer.
        discriminator_optimizer: likewise.
        **settings: further fields of a `Recipe`: `batch_size`, `steps`, `learning_rate_decay`, `precision`,
            `ema_decay`, `seed`.

    Returns:
        A `keras.Model`, its networks built from the seed.

    Raises:
        UnknownComponentError, AmbiguousComponentError: a name leads nowhere, or to two.
        SpecError: a hyperparameter or a setting is unknown or out of bounds.
        DataError: the data cannot be used.
        AssemblyError: the components do not fit together or do not fit the data.
        PluginError: a component's own code failed; the message names it and its distribution.

    Warns:
        GanregWarning: the combination trains, but something in it is known to go wrong.
    """
    known = registry()
    optimizers, specs = _split_optimizers(generator=generator_optimizer, discriminator=discriminator_optimizer)
    components = {"generator": generator, "discriminator": discriminator, "loss": loss}
    given = {**components, "dataset": data, "regularizers": regularizers}
    base = _as_recipe(recipe, known, [role for role, value in given.items() if value is not None])
    unknown = set(settings) - {field.name for field in attrs.fields(Recipe)}
    if unknown:
        raise TypeError(f"assemble() got an unexpected argument '{sorted(unknown)[0]}'")
    base = base.updated(schedule=schedule, **specs, **{"precision": _global_precision(base)} | settings)
    assembly = resolve(
        base, data=data, components=components, regularizers=regularizers, optimizers=optimizers, known=known
    )
    report(problems(assembly))
    return GAN(assembly)


def _global_precision(recipe: Recipe) -> str | None:
    """Keras's global dtype policy, where it is one that a recipe can have and the recipe leaves the choice open."""
    policy = keras.config.dtype_policy().name
    return policy if recipe.precision == "float32" and policy in ("mixed_bfloat16", "mixed_float16") else None


def _split_optimizers(**given: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Separates optimizer objects, kept as they are, from specs, which go into the recipe."""
    objects: dict[str, Any] = {}
    specs: dict[str, Any] = {}
    for player, optimizer in given.items():
        if optimizer is None or isinstance(optimizer, (str, Spec, dict)):
            specs[f"{player}_optimizer"] = optimizer
        else:
            specs[f"{player}_optimizer"] = spec_of(optimizer, player=player)
            if any(optimizer is other for other in objects.values()):
                raise AssemblyError("each player needs an optimizer of its own, but both were given the same object")
            objects[player] = optimizer
    return objects, specs
