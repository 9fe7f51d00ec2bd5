"""The callback that watches a training and warns when it goes wrong."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import attrs
import numpy as np

from ganreg.contract.callbacks import Table, UpdateCallback
from ganreg.data.arrays import Array
from ganreg.engine.health.evidence import Evidence, Snapshot, joined, summary
from ganreg.engine.health.finding import Finding
from ganreg.engine.health.findings import constant_data, findings, not_finite_samples, suspects_average
from ganreg.engine.health.reference import Reference
from ganreg.engine.health.source_use import SourceUse, source_use
from ganreg.engine.health.watching import Classes, chosen_rows, column_reference
from ganreg.engine.players import Players
from ganreg.errors import GanregWarning

_SNAPSHOTS, _LEAST_INTERVAL = 50, 10
"""The number of snapshots over the whole training, and the fewest iterations between two of them."""
_LOOKS = (3, 10)
"""The share of the snapshots with samples: 15 over a whole training, so that a run spends less than 3 % on them."""
_ROWS_KEPT = 50
"""The logs of this many iterations of an interval, at least, are summarised; more would only fill checkpoints."""
_EARLIEST = 500
"""Nothing can be said before this many iterations, however short the training is."""
_POINTS, _ROWS, _IMAGES, _BATCH = 300, 1000, 256, 64
"""The number of samples to draw: points; rows of a table, of which rare categories must be seen; or images, in batches
of the size that a run's sample grids use too, so that the generator is already compiled for it."""
_MOVING = 64
"""The number of samples whose movement is measured; checkpoints hold them."""
_REALS = 1000
"""The number of real samples that generated ones are compared with."""


class HealthMonitor(UpdateCallback):
    """Warns once about each thing that goes wrong in a training, and suggests what to try.

    It collects the logs, and 15 times in a training generates samples from the same latents and compares them with
    real ones. When it does so, and what it finds, depends on the iteration and on the training's length alone, so that
    the same training is always found to be the same, whether it was interrupted or not. It does not change the
    training, but it can stop it.

    Args:
        players: the players to watch.
        real: real samples `[N, *shape]`; a thousand of them, evenly spaced, are used.
        steps: the number of iterations at which training will end.
        stops: whether to stop the training at the first finding. Defaults to `False`.
        labels: the classes of the real samples `[N]`. Defaults to `None`: they are not known.

    Attributes:
        snapshots: the snapshots so far, oldest first.
        findings: the findings so far, oldest first.
        known: the names of findings that are not reported again.
        stops: whether a finding stops the training.
        first_norm: the norm of the generator's weights before the training.

    Warns:
        GanregWarning: something goes wrong; the message says what to try.
    """

    def __init__(
        self, players: Players, real: Array, *, steps: int, stops: bool = False, labels: Array | None = None
    ) -> None:
        super().__init__()
        self._players, self._steps, self.stops = players, steps, stops
        self.snapshots: list[Snapshot] = []
        self.findings: list[Finding] = []
        self.known: set[str] = set()
        self.every = max(_LEAST_INTERVAL, steps // _SNAPSHOTS)
        self._stride = max(1, self.every // _ROWS_KEPT)
        self._tables: list[Table] = []
        self._reference = Reference(_reals(players, real), each_feature=len(players.assembly.data.shape) == 1)
        self._columns = column_reference(players, real)
        rows = chosen_rows(len(real))
        known = None if labels is None else np.asarray(labels)[rows]
        self._classes = Classes(players, self._reference, _as_made(players, np.asarray(real)[rows]), known)
        self._samples: Array | None = None
        self.first_norm = _norm(_weights(players.generator.trainable_variables))
        self._end = players.done

    def go_on(
        self,
        snapshots: Sequence[Snapshot],
        first_norm: float,
        *,
        rows: Table | None = None,
        samples: Array | None = None,
    ) -> None:
        """Continues at the players' current iteration.

        Args:
            snapshots: the snapshots so far, oldest first.
            first_norm: the norm of the generator's weights before the training.
            rows: the logs since the last snapshot, as `rows` gives them. Defaults to none.
            samples: what `samples` gives. Defaults to `None`: samples have not been drawn.
        """
        self.snapshots, self.first_norm = list(snapshots), first_norm
        self._tables, self._samples = [] if rows is None else [rows], samples
        self._end = self._players.done

    @property
    def rows(self) -> Table:
        """The logs since the last snapshot that the next one will summarise, float32 `[n]` by name."""
        return joined(self._tables)

    @property
    def samples(self) -> Array | None:
        """Some of the samples that were drawn last, in the unit of distances, float32; `None` if none were drawn."""
        return self._samples

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """Reports data that are constant."""
        if self._reference.is_constant:
            self._report(constant_data(self._end))

    def on_updates(self, first: int, logs: Table) -> None:
        """Collects the logs."""
        self._end = first + len(next(iter(logs.values())))
        # Which rows are kept does not depend on where calls, or processes, begin and end.
        chosen = slice(-(first + 1) % self._stride, None, self._stride)
        rows = {name: values[chosen] for name, values in logs.items()}
        if len(next(iter(rows.values()))):
            self._tables.append(rows)

    def on_iteration(self, iteration: int) -> None:
        """Takes a snapshot at the end of an interval."""
        some, of = _LOOKS
        number = iteration // self.every
        is_chosen = number * some // of > (number - 1) * some // of
        self.take_snapshot(with_samples=iteration >= _EARLIEST and is_chosen)

    def on_train_end(self, logs: dict[str, float] | None = None) -> None:
        """Takes a last snapshot, with samples, at the end of the whole training; not where it is interrupted."""
        if self._end < self._steps:
            return
        with_samples = self._end >= _EARLIEST
        if self._tables:
            self.take_snapshot(with_samples=with_samples)
        elif with_samples and self.snapshots and self.snapshots[-1].samples is None:
            self.snapshots[-1] = self._with_samples(self.snapshots[-1])
            self._report_findings()

    def take_snapshot(self, *, with_samples: bool) -> None:
        """Adds a snapshot of the logs since the last one, and reports what is found.

        Args:
            with_samples: whether to generate samples and compare them with real ones.
        """
        snapshot = Snapshot(self._end, summary(self._tables))
        self._tables = []
        if with_samples:
            snapshot = self._with_samples(snapshot)
        self.snapshots.append(snapshot)
        if self._end >= _EARLIEST:
            self._report_findings()

    def _report_findings(self) -> None:
        if self._reference.is_constant:
            return  # constant data explain everything else
        for finding in findings(Evidence(self.snapshots, self._steps), self._players):
            self._report(finding)

    def _with_samples(self, snapshot: Snapshot) -> Snapshot:
        samples = self._draw(average=True)
        if not np.isfinite(samples).all():
            self._report(not_finite_samples(self._end))
            return snapshot
        before, self._samples = self._samples, self._reference.scaled(samples[:_MOVING]).astype(np.float32)
        weights = _weights(self._players.generator.trainable_variables)
        averages = _weights(
            [one for network in self._players.average_networks.values() for one in network.trainable_variables]
        )
        norm = _norm(weights)
        snapshot = attrs.evolve(
            snapshot,
            samples=self._reference.compare(samples),
            movement=0.0 if before is None else _root_mean_square(self._samples - before),
            growth=norm / max(self.first_norm, 1e-12),
            lag=_norm([one - other for one, other in zip(weights, averages, strict=True)]) / max(norm, 1e-12),
        )
        snapshot = attrs.evolve(
            snapshot,
            source_use=self._source_use(samples),
            column_use=None if self._columns is None else self._columns.compare(samples),
            label_use=self._classes.use(self._batches()),
        )
        if self._players.average is not None and suspects_average(snapshot):
            own = self._draw(average=False)
            if np.isfinite(own).all():
                snapshot = attrs.evolve(snapshot, last=self._reference.compare(own))
        return snapshot

    def _draw(self, *, average: bool) -> Array:
        return np.concatenate(
            [self._players.generate(count, seed=seed, average=average) for count, seed in self._batches()]
        )

    def _batches(self) -> list[tuple[int, int]]:
        """The number and the seed of the samples of each batch."""
        seed = self._players.recipe.seed
        if len(self._players.assembly.data.shape) == 1:
            return [(_POINTS if self._columns is None else _ROWS, seed)]
        return [(_BATCH, seed + index) for index in range(_IMAGES // _BATCH)]

    def _source_use(self, samples: Array) -> SourceUse | None:
        if not self._players.assembly.translates:
            return None
        pairs = [self._players.pairs(count, seed=seed) for count, seed in self._batches()]
        sources, true = ([part for part in parts if part is not None] for parts in zip(*pairs, strict=True))
        labels = [self._players.draw_labels(count, seed=seed) for count, seed in self._batches()]
        return source_use(
            self._reference,
            samples,
            np.concatenate(sources),
            np.concatenate(true) if true else None,
            np.concatenate(known) if (known := [one for one in labels if one is not None]) else None,
        )

    def _report(self, finding: Finding) -> None:
        if finding.name in self.known:
            return
        self.known.add(finding.name)
        self.findings.append(finding)
        self.on_finding(finding)
        if self.stops:
            self.model.stop_training = True

    def on_finding(self, finding: Finding) -> None:
        """Warns about a new finding."""
        warnings.warn(str(finding), GanregWarning, stacklevel=3)


def _reals(players: Players, real: Array) -> Array:
    return _as_made(players, np.asarray(real)[chosen_rows(len(real), _REALS)])


def _as_made(players: Players, chosen: Array) -> Array:
    """Real samples in the form of generated ones."""
    chosen = chosen.astype(np.float32) / 127.5 - 1.0 if chosen.dtype == np.uint8 else chosen
    return chosen.reshape(len(chosen), *players.assembly.data.shape)


def _weights(variables: Sequence[object]) -> list[Array]:
    return [np.asarray(variable.numpy(), np.float32) for variable in variables]  # type: ignore[attr-defined]


def _norm(values: Sequence[Array]) -> float:
    return float(np.sqrt(sum(float(np.vdot(value, value)) for value in values)))


def _root_mean_square(points: Array) -> float:
    return float(np.sqrt((points**2).sum(axis=1).mean()))
