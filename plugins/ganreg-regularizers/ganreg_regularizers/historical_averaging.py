"""Historical averaging."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import attrs
from attrs import validators

from ganreg import Regularizer, parameter

if TYPE_CHECKING:
    import keras
    import tensorflow as tf

    from ganreg import Step


@attrs.frozen(kw_only=True)
class HistoricalAveraging(Regularizer):
    """Holds each player's weights near the average of all that they have been (arXiv:1606.03498, section 3.3).

    With the weight w, and θ[1] ... θ[t] the values of a player's trainable variables, from the first to now::

        w · ‖θ - 1/t Σ_i θ[i]‖²

    summed over all numbers of all variables; the average is a constant, and counts the values at the start and after
    each update of that player. The paper has no weight. It costs as much memory again as the variables do.
    """

    weight: float = parameter(1.0, "multiplies the squared distance", validators.ge(0.0))
    networks: Literal["discriminator", "generator", "both"] = parameter(
        "both", "whose weights are held", validators.in_(("discriminator", "generator", "both"))
    )

    def initial_network_state(self, generator: keras.Model, discriminator: keras.Model) -> Mapping[str, Any]:
        """Returns the averages, equal to the variables, and how many values each player's have counted."""
        state: dict[str, Any] = {}
        for player, network in (("generator", generator), ("discriminator", discriminator)):
            if self._holds(player):
                values = [variable.value.numpy() for variable in network.trainable_variables]
                state |= {f"{player}_{index}": value for index, value in enumerate(values)}
                # An axis keeps the count out of the logs, which show a component's scalars.
                state[f"{player}_count"] = [1.0]
        return state

    def discriminator_penalty(self, step: Step) -> tf.Tensor:
        """Returns the penalty of D's variables, a scalar; 0 where `networks` leaves D out."""
        return self._penalty(step, "discriminator", step.discriminator_variables)

    def generator_penalty(self, step: Step) -> tf.Tensor:
        """Returns the penalty of G's variables, a scalar; 0 where `networks` leaves G out."""
        return self._penalty(step, "generator", step.generator_variables)

    def after_discriminator_update(self, step: Step) -> None:
        """Counts D's new values in."""
        self._count_in(step, "discriminator", step.discriminator_variables)

    def after_generator_update(self, step: Step) -> None:
        """Counts G's new values in."""
        self._count_in(step, "generator", step.generator_variables)

    def _holds(self, player: str) -> bool:
        return self.networks in (player, "both")

    def _penalty(self, step: Step, player: str, variables: Sequence[Any]) -> tf.Tensor:
        from keras import ops

        distance = ops.zeros(())
        if self._holds(player):
            for index, variable in enumerate(variables):
                difference = ops.convert_to_tensor(variable) - step.state[f"{player}_{index}"]
                distance += ops.sum(ops.square(ops.cast(difference, "float32")))
        return self.weight * distance

    def _count_in(self, step: Step, player: str, variables: Sequence[Any]) -> None:
        from keras import ops

        if not self._holds(player):
            return
        count = step.state[f"{player}_count"]
        count.assign_add([1.0])
        for index, variable in enumerate(variables):
            average = step.state[f"{player}_{index}"]
            share = ops.cast(1.0 / count[0], average.dtype)
            average.assign_add(share * (ops.convert_to_tensor(variable) - average))
