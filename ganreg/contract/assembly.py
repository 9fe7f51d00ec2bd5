"""The assembly: components that fit together and fit the data. Importable without TensorFlow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import attrs

from ganreg.contract.overriding import overridden
from ganreg.contract.recipes import Recipe
from ganreg.contract.schedule import Schedule
from ganreg.contract.specs import Spec
from ganreg.data.spec import DataSpec

if TYPE_CHECKING:
    from ganreg.data.arrays import Data


UNREGISTERED = "unregistered"
"""Stands for the distribution of an implementation that no plugin offers, in specs."""


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


@attrs.frozen(kw_only=True, eq=False)
class Assembly:
    """A recipe with an implementation of each component, and the description of the data.

    Attributes:
        recipe: the complete recipe, with all defaults written out.
        data: the description of one sample.
        parts: the components of the roles `generator`, `discriminator` and `loss`.
        regularizer_parts: the regularizers, in order.
        source: the source of real samples: a `ganreg.Dataset`, a `ganreg.Data`, or `None` if only a `DataSpec` was
            given.
        optimizers: Keras optimizers that were given as objects, by player.
    """

    recipe: Recipe
    data: DataSpec
    parts: Mapping[str, Part]
    regularizer_parts: tuple[Part, ...] = ()
    source: Any | Data | None = None
    optimizers: Mapping[str, Any] = attrs.field(factory=dict)

    @property
    def generator(self) -> Any:
        """The generator's implementation, a `ganreg.Generator`."""
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
    def schedule(self) -> Schedule:
        """Which player is updated when."""
        return self.recipe.schedule

    @property
    def is_conditional(self) -> bool:
        """Whether a network takes class labels, so that training needs them."""
        return bool(self.generator.conditional or self.discriminator.conditional)

    @property
    def all_parts(self) -> Sequence[Part]:
        """All components: generator, discriminator and loss, then the regularizers in order."""
        return (*self.parts.values(), *self.regularizer_parts)
