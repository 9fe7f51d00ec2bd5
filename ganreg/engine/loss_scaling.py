"""Keras's dynamic loss scaling for half precision; no other module knows the attributes of the scaling optimizer."""

from __future__ import annotations

from typing import Any

import keras


def with_loss_scaling(optimizer: keras.optimizers.Optimizer) -> keras.optimizers.Optimizer:
    """Wraps an optimizer in Keras's dynamic loss scaling, if it is not wrapped already."""
    if isinstance(optimizer, keras.optimizers.LossScaleOptimizer):
        return optimizer
    return keras.optimizers.LossScaleOptimizer(optimizer)


def without_loss_scaling(optimizer: keras.optimizers.Optimizer) -> keras.optimizers.Optimizer:
    """The optimizer that holds the learning rate: the wrapped one, or the optimizer itself."""
    if isinstance(optimizer, keras.optimizers.LossScaleOptimizer):
        return optimizer.inner_optimizer
    return optimizer


def scale_of(optimizer: keras.optimizers.Optimizer) -> Any | None:
    """The present loss scale, a TensorFlow variable; `None` where the loss is not scaled."""
    if not isinstance(optimizer, keras.optimizers.LossScaleOptimizer):
        return None
    return optimizer.dynamic_scale.value
