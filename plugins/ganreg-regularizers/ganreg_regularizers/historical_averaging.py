"""Historical averaging."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import attrs
from attrs import validators

from ganreg import Regularizer, parameter
from ganreg.lazy import keras, ops, tf

if TYPE_CHECKING:
    from ganreg import Step


@attrs.frozen(kw_only=True)
class HistoricalAveraging(Regularizer):
    """Penalises the distance of each player's weights to their historical average (arXiv:1606.03498, section 3.3).

    With the weight w, and the values θ[1] ... θ[t] of a player's trainable variables from the start until now::

        w · ‖θ - 1/t Σ_i θ[i]‖²

    summed over all entries of all variables. The average is a constant, and includes the initial values and those after
    each update of that player. The paper has no weight. The averages need as much memory as the variables.
    """

    state_follows_weights: ClassVar[bool] = True

    weight: float = parameter(1.0, "multiplies the squared distance", validators.ge(0.0), search=(0.001, 10.0, "log"))
    networks: Literal["discriminator", "generator", "both"] = parameter(
        "both", "networks whose weights are penalised", validators.in_(("discriminator", "generator", "both"))
    )

    def initial_network_state(self, generator: keras.Model, discriminator: keras.Model) -> Mapping[str, Any]:
        """Returns the averages, equal to the variables, and the number of values in each player's averages."""
        state: dict[str, Any] = {}
        for player, network in (("generator", generator), ("discriminator", discriminator)):
            if self._penalises(player):
                values = [variable.value.numpy() for variable in network.trainable_variables]
                state |= {f"{player}_{index}": value for index, value in enumerate(values)}
                # A vector rather than a scalar, because a component's scalars are logged.
                state[f"{player}_count"] = [1.0]
        return state

    def discriminator_penalty(self, step: Step) -> tf.Tensor:
        """Returns the penalty of D's variables, a scalar; 0 if `networks` leaves D out."""
        return self._penalty(step, "discriminator", step.discriminator_variables)

    def generator_penalty(self, step: Step) -> tf.Tensor:
        """Returns the penalty of G's variables, a scalar; 0 if `networks` leaves G out."""
        return self._penalty(step, "generator", step.generator_variables)

    def after_discriminator_update(self, step: Step) -> None:
        """Adds D's new values to the averages."""
        self._add_to_averages(step, "discriminator", step.discriminator_variables)

    def after_generator_update(self, step: Step) -> None:
        """Adds G's new values to the averages."""
        self._add_to_averages(step, "generator", step.generator_variables)

    def _penalises(self, player: str) -> bool:
        return self.networks in (player, "both")

    def _penalty(self, step: Step, player: str, variables: Sequence[Any]) -> tf.Tensor:
        distance = ops.zeros(())
        if self._penalises(player):
            for index, variable in enumerate(variables):
                difference = ops.convert_to_tensor(variable) - step.state[f"{player}_{index}"]
                distance += ops.sum(ops.square(ops.cast(difference, "float32")))
        return self.weight * distance

    def _add_to_averages(self, step: Step, player: str, variables: Sequence[Any]) -> None:
        if not self._penalises(player):
            return
        count = step.state[f"{player}_count"]
        count.assign_add([1.0])
        for index, variable in enumerate(variables):
            average = step.state[f"{player}_{index}"]
            share = ops.cast(1.0 / count[0], average.dtype)
            average.assign_add(share * (ops.convert_to_tensor(variable) - average))
