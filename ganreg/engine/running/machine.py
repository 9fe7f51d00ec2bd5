"""What a machine computes with: its processor and its GPUs."""

from __future__ import annotations

import os
import platform
import re
from pathlib import Path

import tensorflow as tf

_LINUX = Path("/proc/cpuinfo")


def computes_with() -> list[str]:
    """The models of the processor and of each GPU, and the number of cores."""
    gpus = [tf.config.experimental.get_device_details(gpu) for gpu in tf.config.list_physical_devices("GPU")]
    names = [str(details.get("device_name", "a GPU")) for details in gpus]
    return [platform.machine(), _processor(), f"{os.cpu_count()} cores", *names]


def has_gpu() -> bool:
    """Whether updates are computed by a GPU."""
    return bool(tf.config.list_logical_devices("GPU"))


def _processor() -> str:
    """The processor's model; `platform` does not know it on Linux."""
    try:
        found = re.search(r"^model name\s*:\s*(.+)$", _LINUX.read_text(errors="replace"), re.MULTILINE)
    except OSError:
        found = None
    return found[1] if found else platform.processor()
