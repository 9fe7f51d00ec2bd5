"""What the devices that share a batch exchange in one update, so that their copies stay equal."""

from __future__ import annotations

from collections.abc import Sequence

import tensorflow as tf

from ganreg.engine.replicas import Replicas


class Changes:
    """Changes of variables by each device's part of a batch, such as batch statistics; their mean is everyone's change.

    On a single device it does nothing.

    Args:
        replicas: the devices.
        variables: the variables, as they are before the changes. Those of integers are left alone.
    """

    def __init__(self, replicas: Replicas, variables: Sequence[tf.Variable]) -> None:
        floating = [variable for variable in variables if variable.dtype.is_floating]
        self._variables = floating if replicas.here > 1 else []
        self._replicas = replicas
        # The change rather than the value is exchanged, so that what has not changed keeps its last bit.
        self._before = [tf.identity(variable) for variable in self._variables]

    def shares(self) -> list[tf.Tensor]:
        """Returns this device's share of the changes."""
        pairs = zip(self._variables, self._before, strict=True)
        return [self._replicas.share(variable.read_value() - before) for variable, before in pairs]

    def assign(self, changes: Sequence[tf.Tensor]) -> None:
        """Changes the variables as all devices do.

        Args:
            changes: the sums of all shares.
        """
        for variable, before, change in zip(self._variables, self._before, changes, strict=True):
            variable.assign(before + change)

    def agree(self) -> None:
        """Makes the variables equal on all devices in an exchange of its own."""
        if self._variables:
            self.assign(self._replicas.sums(self.shares()))


def shared(
    replicas: Replicas, gradients: Sequence[Sequence[tf.Tensor]], terms: dict[str, tf.Tensor], changes: Changes
) -> tuple[list[list[tf.Tensor]], dict[str, tf.Tensor]]:
    """Adds up what an update computes over all devices, in one exchange.

    Args:
        replicas: the devices.
        gradients: each moving player's gradients.
        terms: each device's share of the values that are logged.
        changes: changed variables, which become equal on all devices.

    Returns:
        The gradients and the terms of the whole batch; on a single device, those that were given.
    """
    if replicas.here == 1:
        return [list(own) for own in gradients], terms
    flat = [gradient for own in gradients for gradient in own]
    changed = changes.shares()
    totals = iter(replicas.sums([*flat, *changed, *terms.values()]))
    summed = [[next(totals) for _ in own] for own in gradients]
    changes.assign([next(totals) for _ in changed])
    return summed, {name: next(totals) for name in terms}
