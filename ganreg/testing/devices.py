"""Two devices for checks: the processor, divided."""

from __future__ import annotations

import contextlib
import functools

import tensorflow as tf

from ganreg.testing.failures import NotApplicableError


def divide_processor() -> None:
    """Has TensorFlow treat the processor as two devices, if it has not started yet.

    What does not ask for the second device runs on the first, as it always does.
    """
    (processor,) = tf.config.list_physical_devices("CPU")
    with contextlib.suppress(RuntimeError):
        tf.config.set_logical_device_configuration(processor, [tf.config.LogicalDeviceConfiguration()] * 2)


@functools.cache
def two_devices() -> tf.distribute.Strategy:
    """Returns the strategy that spreads a training over both devices, always the same: a second one ends the process.

    Raises:
        NotApplicableError: TensorFlow had started on a single device.
    """
    names = [device.name for device in tf.config.list_logical_devices("CPU")]
    if len(names) < 2:
        raise NotApplicableError(
            "TensorFlow started on a single device before the checks were made; `ganreg check` starts it on two"
        )
    return tf.distribute.MirroredStrategy([name.removeprefix("/device:") for name in names[:2]])
