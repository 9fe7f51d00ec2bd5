"""The evidence for findings: a training's logs and samples over time. Importable without TensorFlow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs
import numpy as np

from ganreg.data.arrays import Array
from ganreg.engine.health.column_use import ColumnUse
from ganreg.engine.health.label_use import LabelUse
from ganreg.engine.health.reference import Deviation
from ganreg.engine.health.source_use import SourceUse


@attrs.frozen
class Snapshot:
    """The state of a training after one interval of iterations.

    Attributes:
        iteration: the number of iterations that are done at the end of the interval.
        logs: the median absolute value over the interval, by name; the mean for accuracies.
        samples: how samples of the average generator differ from real ones; `None` if no samples were drawn.
        movement: the root-mean-square distance that the samples of the same latents have moved since they were last
            drawn, in units of the real samples' root-mean-square distance from their mean.
        growth: the norm of the generator's weights divided by their norm before the training.
        lag: the distance between the moving average and the generator, divided by the norm of the generator's weights;
            0 without a moving average.
        last: how the generator's own samples differ from real ones, if the moving average was suspected; else `None`.
        source_use: how the samples depend on their sources; `None` if they are not made from sources.
        column_use: how the columns differ from those of real rows; `None` if samples are not the rows of a table.
        label_use: how the samples depend on their labels; `None` if the generator is not conditional, or if classes of
            real samples hardly differ.
    """

    iteration: int
    logs: Mapping[str, float]
    samples: Deviation | None = None
    movement: float = 0.0
    growth: float = 1.0
    lag: float = 0.0
    last: Deviation | None = None
    source_use: SourceUse | None = None
    column_use: ColumnUse | None = None
    label_use: LabelUse | None = None


def joined(tables: Sequence[Mapping[str, Array]]) -> dict[str, Array]:
    """Joins logs of consecutive iterations, by name."""
    columns: dict[str, list[Array]] = {}
    for table in tables:
        for name, values in table.items():
            columns.setdefault(name, []).append(values)
    return {name: np.concatenate(values) for name, values in columns.items()}


def summary(tables: Sequence[Mapping[str, Array]]) -> dict[str, float]:
    """Summarises the logs of an interval, one number per name; see `Snapshot.logs`."""
    return {
        name: float(np.mean(values) if name.endswith("_accuracy") else np.median(np.abs(values)))
        for name, values in joined(tables).items()
    }


@attrs.frozen
class Evidence:
    """Everything that findings are based on.

    Attributes:
        snapshots: the snapshots, oldest first.
        steps: the number of iterations of the whole training.
    """

    snapshots: Sequence[Snapshot]
    steps: int

    @property
    def iteration(self) -> int:
        """The number of iterations that were done at the last snapshot."""
        return self.snapshots[-1].iteration if self.snapshots else 0

    def recent(self, share: float, least: int) -> Sequence[Snapshot]:
        """Returns the snapshots with samples from the last part of the training.

        Args:
            share: the length of that part as a share of the whole training.
            least: the least number of snapshots; if that part has fewer, earlier ones are included.

        Returns:
            The snapshots, oldest first; empty if the training has fewer than `least`.
        """
        since = self.iteration - share * self.steps
        sampled = [snapshot for snapshot in self.snapshots if snapshot.samples is not None]
        count = max(least, sum(snapshot.iteration > since for snapshot in sampled))
        return sampled[-count:] if len(sampled) >= least else ()
