"""What findings are drawn from: a training's numbers over stretches of iterations. Importable without TensorFlow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs
import numpy as np

from ganreg.data.arrays import Array
from ganreg.engine.health.reference import Deviation


@attrs.frozen
class Snapshot:
    """One stretch of iterations, and where a picture was taken at its end, what the samples were like.

    Attributes:
        iteration: iterations done at its end.
        logs: the medians of the absolute values over the stretch, by name; accuracies as means.
        samples: the samples that a user gets, against the reals; `None` where no picture was taken.
        movement: how far the samples of the same latents have moved since the picture before, in units of the
            reals' root mean square from their mean.
        growth: the norm of the generator's weights in units of what it was before the training.
        lag: the distance of the moving average from the generator, in units of the generator's norm; 0 without one.
        last: the generator's own samples against the reals, where the average was suspected; else `None`.
    """

    iteration: int
    logs: Mapping[str, float]
    samples: Deviation | None = None
    movement: float = 0.0
    growth: float = 1.0
    lag: float = 0.0
    last: Deviation | None = None


def summary(tables: Sequence[Mapping[str, Array]]) -> dict[str, float]:
    """The logs of a stretch, one number a name; see `Snapshot.logs`."""
    columns: dict[str, list[Array]] = {}
    for table in tables:
        for name, values in table.items():
            columns.setdefault(name, []).append(values)
    joined = {name: np.concatenate(values) for name, values in columns.items()}
    return {
        name: float(np.mean(values) if name.endswith("_accuracy") else np.median(np.abs(values)))
        for name, values in joined.items()
    }


@attrs.frozen
class Evidence:
    """Everything that a finding may be drawn from.

    Attributes:
        snapshots: oldest first.
        steps: the iterations of the whole training.
    """

    snapshots: Sequence[Snapshot]
    steps: int

    @property
    def iteration(self) -> int:
        """Iterations done at the last snapshot."""
        return self.snapshots[-1].iteration if self.snapshots else 0

    def recent(self, share: float, least: int) -> Sequence[Snapshot]:
        """The snapshots with pictures over the last share of the training, or the last `least` where there are fewer.

        None where there are fewer than that in all.
        """
        since = self.iteration - share * self.steps
        pictures = [snapshot for snapshot in self.snapshots if snapshot.samples is not None]
        count = max(least, sum(snapshot.iteration > since for snapshot in pictures))
        return pictures[-count:] if len(pictures) >= least else ()
