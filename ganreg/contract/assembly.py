"""The assembly: components that are known to fit together and to fit the data. Importable without TensorFlow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import attrs

from ganreg.contract.recipes import Recipe
from ganreg.contract.schedule import Schedule
from ganreg.contract.specs import Spec
from ganreg.data.spec import DataSpec

if TYPE_CHECKING:
    from ganreg.data.arrays import Data


@attrs.frozen(eq=False)
class Part:
    """One component's place in an assembly.

    Attributes:
        implementation: what the component does.
        label: unique in the assembly, such as `"r1"`, or `"r1-2"` for the second; names its log entries, its state and
            its random numbers.
        spec: its name and all its hyperparameters, defaults written out.
        origin: how messages call it, with its distribution: `"loss 'hinge' of ganreg-losses"`.
        state: its checkpointed variables by name; empty until the networks are built.
    """

    implementation: Any
    label: str
    spec: Spec = attrs.field(factory=lambda: Spec("component"))
    origin: str = "a component"
    state: Mapping[str, Any] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True, eq=False)
class Assembly:
    """A recipe with an implementation of each component, and what one sample looks like.

    Attributes:
        recipe: complete, every default written out.
        data: what one sample looks like.
        parts: one component of each role: `generator`, `discriminator`, `loss`.
        regularizer_parts: the regularizers, in order.
        source: where real samples come from: a `ganreg.Dataset`, a `ganreg.Data`, or `None` where only a `DataSpec` was
            given.
        optimizers: Keras optimizers that the user passed as objects, by player.
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
        """Whether some network takes class labels, so that training needs them."""
        return bool(self.generator.conditional or self.discriminator.conditional)

    @property
    def all_parts(self) -> Sequence[Part]:
        """Every component."""
        return (*self.parts.values(), *self.regularizer_parts)
