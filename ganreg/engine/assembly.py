"""Assembly: a recipe checked against a data set's description, before any network is built."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from ganreg.components import (
    Dataset,
    Discriminator,
    Generator,
    Implementation,
    Loss,
    Problem,
    Regularizer,
)
from ganreg.conversion import unstructure
from ganreg.data.arrays import Data
from ganreg.data.spec import DataSpec
from ganreg.engine.blame import blaming
from ganreg.engine.checks import core_problems, report
from ganreg.errors import AssemblyError, GanregWarning
from ganreg.recipe_files import find_recipe
from ganreg.recipes import Recipe
from ganreg.registry import Registry, registry
from ganreg.schedule import Schedule
from ganreg.specs import Spec

if TYPE_CHECKING:
    from ganreg.engine.gan import GAN

UNREGISTERED = "unregistered"
"""Stands for the distribution of a component that no plugin offers, in specs."""


@attrs.frozen(eq=False)
class Part:
    """One component of an assembly.

    Attributes:
        component: the implementation.
        spec: its name and all its hyperparameters, defaults written out.
        label: unique in the assembly, such as `"r1"`, or `"r1-2"` for the second.
        origin: how messages call it, with its distribution.
    """

    component: Any
    spec: Spec
    label: str
    origin: str


@attrs.frozen(kw_only=True, eq=False)
class Assembly:
    """Components that are known to fit together and to fit the data.

    Attributes:
        recipe: complete, every default written out.
        data: what one sample looks like.
        parts: every component by role: `generator`, `discriminator`, `loss`.
        regularizer_parts: the regularizers, in order.
        source: where real samples come from: a `Dataset`, a `Data`, or `None` where only a `DataSpec` was given.
        optimizers: optimizer objects given by the user, by player.
    """

    recipe: Recipe
    data: DataSpec
    parts: dict[str, Part]
    regularizer_parts: tuple[Part, ...] = ()
    source: Dataset | Data | None = None
    optimizers: dict[str, Any] = attrs.field(factory=dict)

    @property
    def generator(self) -> Generator:
        """The generator's implementation."""
        component: Generator = self.parts["generator"].component
        return component

    @property
    def discriminator(self) -> Discriminator:
        """The discriminator's implementation."""
        component: Discriminator = self.parts["discriminator"].component
        return component

    @property
    def loss(self) -> Loss:
        """The loss."""
        component: Loss = self.parts["loss"].component
        return component

    @property
    def regularizers(self) -> tuple[Regularizer, ...]:
        """The regularizers, in order."""
        return tuple(part.component for part in self.regularizer_parts)

    @property
    def schedule(self) -> Schedule:
        """Whose turn it is."""
        return self.recipe.schedule

    @property
    def all_parts(self) -> Sequence[Part]:
        """Every component."""
        return (*self.parts.values(), *self.regularizer_parts)

    def problems(self) -> Iterator[Problem]:
        """Yields what does not fit: what the core knows, then what each component's `check` finds."""
        yield from core_problems(self)
        for part in self.all_parts:
            with blaming(part.origin, "check"):
                yield from part.component.check(self)


def resolve(
    recipe: Recipe,
    *,
    data: Any = None,
    components: dict[str, Any] | None = None,
    regularizers: Sequence[Any] | None = None,
    optimizers: dict[str, Any] | None = None,
    known: Registry | None = None,
) -> Assembly:
    """Makes an assembly of a recipe, without checking that its parts fit.

    Args:
        recipe: names of components and everything else.
        data: overrides the recipe's data set; see `assemble`.
        components: implementations or specs that stand in for the recipe's, by role.
        regularizers: likewise, for all of them.
        optimizers: optimizer objects by player.
        known: the registry to look names up in.

    Raises:
        GanregError: a name, a hyperparameter or the data are wrong.
    """
    known = known or registry()
    chosen = components or {}
    parts = {
        role: _part(role, chosen.get(role) or getattr(recipe, role), known)
        for role in ("generator", "discriminator", "loss")
    }
    wanted = recipe.regularizers if regularizers is None else regularizers
    regularizer_parts = _with_unique_labels([_part("regularizer", regularizer, known) for regularizer in wanted])
    spec, source, dataset = _resolve_data(data if data is not None else recipe.dataset, known)
    if data is not None and spec.num_classes is None:
        parts |= _without_labels({role: part for role, part in parts.items() if not chosen.get(role)})
    complete = attrs.evolve(
        recipe,
        generator=parts["generator"].spec,
        discriminator=parts["discriminator"].spec,
        loss=parts["loss"].spec,
        regularizers=tuple(part.spec for part in regularizer_parts),
        dataset=dataset,
    )
    return Assembly(
        recipe=complete,
        data=spec,
        parts=parts,
        regularizer_parts=regularizer_parts,
        source=source,
        optimizers=optimizers or {},
    )


def _part(kind: str, chosen: Any, known: Registry) -> Part:
    if isinstance(chosen, Implementation):
        entry = known.entry_of(chosen)
        name = f"{UNREGISTERED}/{type(chosen).__name__}" if entry is None else known.name_of(entry)
        component = chosen
    else:
        name = Spec.of(chosen).name
        entry = known.find(kind, name)
        component = known.create(kind, chosen)
    spec = Spec(name, unstructure(component))
    owner = type(chosen).__module__ if entry is None else entry.plugin.distribution
    return Part(component, spec, name.rpartition("/")[2], f"{kind} '{name}' of {owner}")


def origin_of(kind: str, component: Implementation, known: Registry) -> str:
    """How messages call a component: by its name and its distribution, or by its class where no plugin offers it."""
    entry = known.entry_of(component)
    if entry is None:
        return f"{kind} '{UNREGISTERED}/{type(component).__name__}' of {type(component).__module__}"
    return f"{kind} '{known.name_of(entry)}' of {entry.plugin.distribution}"


def _without_labels(parts: dict[str, Part]) -> dict[str, Part]:
    """Makes a recipe's conditional networks fit other data than its own, which have no labels."""
    changed = {}
    for role, part in parts.items():
        if getattr(part.component, "conditional", False):
            component = attrs.evolve(part.component, conditional=False)
            changed[role] = attrs.evolve(part, component=component, spec=Spec(part.spec.name, unstructure(component)))
    if changed:
        message = f"the data have no labels, so the recipe's {' and '.join(changed)} will do without"
        warnings.warn(message, GanregWarning, stacklevel=4)
    return changed


def _with_unique_labels(parts: Sequence[Part]) -> tuple[Part, ...]:
    seen: dict[str, int] = {}
    labelled = []
    for part in parts:
        seen[part.label] = count = seen.get(part.label, 0) + 1
        labelled.append(part if count == 1 else attrs.evolve(part, label=f"{part.label}-{count}"))
    return tuple(labelled)


def _resolve_data(data: Any, known: Registry) -> tuple[DataSpec, Dataset | Data | None, Spec | None]:
    """Returns the description of the data, where they come from, and the data set's complete spec."""
    if data is None:
        raise AssemblyError("there is nothing to train on: give data=, such as 'digits', an array or a DataSpec")
    if isinstance(data, DataSpec):
        return data, None, None
    if isinstance(data, tuple) and len(data) == 2:
        data = Data(train=data[0], train_labels=data[1])
    elif isinstance(data, (np.ndarray, list)):
        data = Data(train=data)
    if isinstance(data, Data):
        return data.spec, data, None
    part = _part("dataset", data, known)
    dataset: Dataset = part.component
    with blaming(part.origin, "spec"):
        return dataset.spec(), dataset, part.spec


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
    from ganreg.engine.gan import GAN

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
    report(assembly.problems())
    return GAN(assembly)


def _global_precision(recipe: Recipe) -> str | None:
    """Keras's global dtype policy, where it is one that a recipe can have and the recipe leaves the choice open."""
    import keras

    policy = keras.config.dtype_policy().name
    return policy if recipe.precision == "float32" and policy in ("mixed_bfloat16", "mixed_float16") else None


def _split_optimizers(**given: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Separates optimizer objects, kept as they are, from specs, which go into the recipe."""
    from ganreg.engine.optimizers import spec_of

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
