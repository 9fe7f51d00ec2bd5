"""Which devices of this machine share a training, as `--devices` says."""

from __future__ import annotations

import json
import os
import re

from ganreg.errors import SpecError
from ganreg.lazy import tf

_DEVICES = re.compile(r"all|[1-9][0-9]*|cpu:[1-9][0-9]*")


def refuse_unknown_devices(devices: str) -> None:
    """Checks what names devices, without TensorFlow.

    Raises:
        SpecError: it is neither a number, `all` nor `cpu:N`.
    """
    if not _DEVICES.fullmatch(devices):
        raise SpecError(f"devices must be 'all', a number of GPUs, or cpu:N such as cpu:2, got '{devices}'")


def refuse_cluster() -> None:
    """Checks that `TF_CONFIG` does not name several machines, each of which would train for itself.

    Raises:
        SpecError: it does.
    """
    try:
        cluster = json.loads(os.environ.get("TF_CONFIG") or "{}").get("cluster", {})
        machines = sum(len(cluster.get(job, ())) for job in ("chief", "worker"))
    except (AttributeError, TypeError, ValueError):
        return
    if machines > 1:
        raise SpecError(
            f"TF_CONFIG names {machines} machines, but a training on several machines is not supported yet; "
            "unset it, and use --devices for the GPUs of one machine"
        )


def strategy_for(devices: str | None) -> tf.distribute.Strategy | None:
    """Returns the strategy of `tf.distribute` that spreads a training; must be called before TensorFlow has started.

    Args:
        devices: a number of GPUs, `"all"` for every GPU, or `"cpu:N"` for N parts of the processor, which is meant for
            trying things out. `None` for the single device that TensorFlow uses by itself.

    Returns:
        The strategy; `None` for a single device.

    Raises:
        SpecError: there are fewer GPUs, the text is something else, or TensorFlow has started.
    """
    if devices is None:
        return None
    refuse_unknown_devices(devices)
    if devices.startswith("cpu:"):
        names = _parts_of_the_processor(int(devices.removeprefix("cpu:")))
    else:
        found = len(tf.config.list_physical_devices("GPU"))
        count = max(1, found) if devices == "all" else int(devices)
        if count > max(1, found):
            raise SpecError(
                f"{count} devices were asked for, but TensorFlow finds {found or 'no'} GPU{'s' * (found != 1)} on this "
                "machine; use --devices all, or --devices cpu:N to try things out"
            )
        names = [f"GPU:{index}" for index in range(count)]
    return tf.distribute.MirroredStrategy(names) if len(names) > 1 else None


def _parts_of_the_processor(count: int) -> list[str]:
    """Has TensorFlow treat the processor as several devices, and returns their names."""
    if count > 1:
        (processor,) = tf.config.list_physical_devices("CPU")
        try:
            tf.config.set_logical_device_configuration(processor, [tf.config.LogicalDeviceConfiguration()] * count)
        except RuntimeError as error:
            raise SpecError(
                f"TensorFlow has started already, so the processor cannot be divided into {count} devices; "
                "a plugin must not use TensorFlow while it is imported"
            ) from error
    return [f"CPU:{index}" for index in range(count)]
