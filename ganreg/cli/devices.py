"""`--devices`: which devices of this machine share a training."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ganreg.contract.recipes import read_toml
from ganreg.engine.strategies import refuse_cluster, refuse_unknown_devices
from ganreg.files.layout import RECORD

DEVICES_HELP = (
    "Share each batch among this many GPUs of this machine, or among all of them. cpu:N divides the processor instead, "
    "to try things out."
)


def checked_devices(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    """Refuse what names no devices, before TensorFlow is loaded.

    Raises:
        SpecError: it is something else, or `TF_CONFIG` names several machines.
    """
    refuse_cluster()
    if value is not None:
        refuse_unknown_devices(value)
    return value


DEVICES: dict[str, Any] = {"metavar": "N|all|cpu:N", "callback": checked_devices}
"""What the option is like in each command, apart from its help."""


def devices_of(folder: Path) -> str | None:
    """Return the devices that a run was trained on, as `--devices` names them; `None` for a single device.

    Args:
        folder: the run's folder. If its record is damaged, whatever reads it next says so.
    """
    if not (folder / RECORD).is_file():
        return None
    plan = read_toml(folder / RECORD).get("plan")
    devices = plan.get("devices") if isinstance(plan, dict) else None
    return devices if isinstance(devices, str) else None
