"""The assembly: components that fit together and fit the data. Importable without TensorFlow."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import attrs

from ganreg.contract.network_spec import NetworkSpec
from ganreg.contract.overriding import overridden
from ganreg.contract.recipes import Recipe
from ganreg.contract.schedule import Schedule
from ganreg.contract.specs import Spec
from ganreg.data.spec import DataSpec

if TYPE_CHECKING:
    from ganreg.data.arrays import Data
    from ganreg.data.classes import Classes


UNREGISTERED = "unregistered"
"""Stands for the distribution of an implementation that no plugin offers, in specs."""


def is_unregistered(spec: Spec) -> bool:
    """Whether a spec names an object that was passed to `assemble`, which no plugin offers."""
    return spec.name.startswith(f"{UNREGISTERED}/")


@attrs.frozen(eq=False)
class Part:
    """One component in an assembly.

    Attributes:
        implementation: the component's implementation.
        label: the component's unique name in the assembly, such as `"r1"`, or `"r1-2"` for a second one. It identifies
            the component's log entries, variables and random numbers.
        spec: the component's name and all its hyperparameters, with defaults written out.
        origin: the component's name in messages, with its distribution: `"loss 'hinge' of ganreg-losses"`.
        state: the component's own variables by name; empty until the networks are built.
        overrides: the names of the methods that it defines itself; the engine calls no others.
    """

    implementation: Any
    label: str
    spec: Spec = attrs.field(factory=lambda: Spec("component"))
    origin: str = "a component"
    state: Mapping[str, Any] = attrs.field(factory=dict)
    overrides: frozenset[str] = attrs.field(init=False)

    @overrides.default
    def _overridden(self) -> frozenset[str]:
        return overridden(self.implementation)


def _no_classes() -> Classes:
    from ganreg.data.classes import Classes

    return Classes()


@attrs.frozen(kw_only=True, eq=False)
class Assembly:
    """A recipe with an implementation of each component, and the description of the data.

    Attributes:
        recipe: the complete recipe, with all defaults written out.
        data: the description of one sample, and of one source where samples are made from others.
        parts: the components by role: those of the game's roles, `generator` and `discriminator` among them, and
            `loss`.
        regularizer_parts: the regularizers, in order.
        game_part: the game.
        networks: the description of every network in the game, by name.
        source: the source of real samples: a `ganreg.Dataset`, a `ganreg.Data`, or `None` if only a `DataSpec` was
            given.
        optimizers: Keras optimizers that were given as objects, by player.
        restored: whether a checkpoint is about to replace the initial value of every variable.
        classes: the names of the classes, and how often each is drawn.
    """

    recipe: Recipe
    data: DataSpec
    parts: Mapping[str, Part]
    game_part: Part
    regularizer_parts: tuple[Part, ...] = ()
    networks: Mapping[str, NetworkSpec] = attrs.field(factory=dict)
    source: Any | Data | None = None
    optimizers: Mapping[str, Any] = attrs.field(factory=dict)
    restored: bool = False
    classes: Classes = attrs.field(factory=_no_classes)

    @property
    def generator(self) -> Any:
        """The implementation in the role `generator`: a `ganreg.Generator`, or a `ganreg.Translator`."""
        return self.parts["generator"].implementation

    @property
    def discriminator(self) -> Any:
        """The discriminator's implementation, a `ganreg.Discriminator`."""
        return self.parts["discriminator"].implementation

    @property
    def loss(self) -> Any:
        """The loss's implementation, a `ganreg.Loss`."""
        return self.parts["loss"].implementation

    @property
    def regularizers(self) -> tuple[Any, ...]:
        """The regularizers' implementations, in order; each a `ganreg.Regularizer`."""
        return tuple(part.implementation for part in self.regularizer_parts)

    @property
    def game(self) -> Any:
        """The game's implementation, a `ganreg.Game`."""
        return self.game_part.implementation

    @property
    def schedule(self) -> Schedule:
        """Which player is updated when."""
        return self.recipe.schedule

    def kind_of(self, network: str) -> str:
        """The kind of component that builds a network: `"generator"`, `"translator"` or `"discriminator"`."""
        kind: str = self.game.roles[self.networks[network].role]
        return kind

    def part_of(self, network: str) -> Part:
        """The component that builds a network."""
        return self.parts[self.networks[network].role]

    @property
    def judges(self) -> tuple[str, ...]:
        """The names of the discriminators."""
        return tuple(name for name in self.networks if self.kind_of(name) == "discriminator")

    @property
    def makers(self) -> tuple[str, ...]:
        """The names of all other networks."""
        return tuple(name for name in self.networks if self.kind_of(name) != "discriminator")

    @property
    def translates(self) -> bool:
        """Whether the samples are made from other samples instead of latents."""
        return self.kind_of(self.game.makes) == "translator"

    @property
    def needs_source(self) -> bool:
        """Whether the game needs the data's sources."""
        return bool({"source", "pairs"} & set(self.game.needs))

    @property
    def is_conditional(self) -> bool:
        """Whether a network or the game needs class labels."""
        networks = (self.parts[role].implementation for role in self.game.roles)
        return "labels" in self.game.needs or any(network.conditional for network in networks)

    @property
    def all_parts(self) -> Sequence[Part]:
        """All components that the recipe names: those of the roles, the loss, the regularizers and the game."""
        game = () if self.recipe.game is None else (self.game_part,)
        return (*self.parts.values(), *self.regularizer_parts, *game)

    @property
    def pack(self) -> int:
        """The number of neighbours in a batch that must share their label, because a discriminator reads it once."""
        if not self.discriminator.conditional:
            return 1
        return math.lcm(*(regularizer.pack for regularizer in self.regularizers))

    def seen_by(self, network: str) -> Assembly:
        """The assembly with the data that one network makes or judges, and what it makes them from, as its `data`.

        They are described as networks see them: within -1..1 where they have a range.
        """
        place = self.networks[network]
        return attrs.evolve(self, data=attrs.evolve(place.data, source=place.source, paired=False).as_seen)
