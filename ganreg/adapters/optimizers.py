"""Keras optimizers on several devices: each device moves its own copies of the variables.

TensorFlow's version of a Keras optimizer adds up gradients over all devices and assigns variables from outside of them.
Here gradients are sums already, and each device assigns its own copies, so what the optimizers of all backends do is
right. No other module knows the private names of Keras that this takes.
"""

from __future__ import annotations

import types
from typing import Any

LOCAL = (
    "_backend_update_step",
    "_apply_weight_decay",
    "_backend_increment_gradient_accumulators",
    "_overwrite_model_variables_with_average_value",
)
"""The methods with which TensorFlow's version of an optimizer replaces those of all backends."""


def moving_own_copies(optimizer: Any) -> Any:
    """Has an optimizer, created inside of a strategy's scope, assign only the copies of the device that it runs on.

    Args:
        optimizer: a Keras optimizer, perhaps one that scales the loss. It is changed.

    Returns:
        The same optimizer.
    """
    from keras.src.optimizers.base_optimizer import BaseOptimizer

    inner = getattr(optimizer, "inner_optimizer", optimizer)
    for name in LOCAL:
        setattr(inner, name, types.MethodType(getattr(BaseOptimizer, name), inner))
    if inner is not optimizer:
        optimizer._tf_apply = optimizer._common_apply
    return optimizer
