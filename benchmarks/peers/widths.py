"""How many channels the convolutional networks of a workload have, which all contestants agree on."""

from __future__ import annotations

from workloads import Workload


def widths_of(workload: Workload) -> list[int]:
    """Returns the channels of the maps from fine to coarse, one number for each halving of the side to 7 or 4."""
    side, widths = workload.shape[0], [workload.width]
    greatest = 256 if workload.network == "resnet" else 512
    while side >> (len(widths) + 1) >= 4 and side % (2 << len(widths)) == 0:
        widths.append(min(greatest, 2 * widths[-1]))
    return widths
