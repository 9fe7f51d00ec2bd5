"""The callback that watches a training and warns when it goes wrong."""

from __future__ import annotations

import time
import warnings
from collections.abc import Sequence

import attrs
import numpy as np

from ganreg.contract.callbacks import Table, UpdateCallback
from ganreg.data.arrays import Array
from ganreg.engine.health.evidence import Evidence, Snapshot, summary
from ganreg.engine.health.finding import Finding
from ganreg.engine.health.findings import constant_data, findings, not_finite_samples, suspects_average
from ganreg.engine.health.reference import Reference
from ganreg.engine.health.source_use import SourceUse, source_use
from ganreg.engine.health.watching import Classes, chosen_rows, column_reference
from ganreg.engine.players import Players
from ganreg.errors import GanregWarning

_SNAPSHOTS = 50
"""The number of snapshots over the whole training."""
_EARLIEST = 500
"""Nothing can be said before this many iterations, however short the training is."""
_SHARE_OF_TIME = 0.015
"""The largest share of the time that drawing and comparing samples may take."""
_POINTS, _ROWS, _IMAGES, _BATCH = 300, 1000, 256, 64
"""The number of samples to draw: points; rows of a table, of which rare categories must be seen; or images, in batches
of the size that a run's sample grids use too, so that the generator is already compiled for it."""
_REALS = 1000
"""The number of real samples that generated ones are compared with."""


class HealthMonitor(UpdateCallback):
    """Warns once about each thing that goes wrong in a training, and suggests what to try.

    It collects the logs, and from time to time generates samples from the same latents and compares them with real
    ones; both together take less than 2 % of the time. It does not change the training, but it can stop it.

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
        self._interval = max(1, steps // _SNAPSHOTS)
        self._tables: list[Table] = []
        self._reference = Reference(_reals(players, real), each_feature=len(players.assembly.data.shape) == 1)
        self._columns = column_reference(players, real)
        rows = chosen_rows(len(real))
        known = None if labels is None else np.asarray(labels)[rows]
        self._classes = Classes(players, self._reference, _as_made(players, np.asarray(real)[rows]), known)
        self._samples: Array | None = None
        self.first_norm = _norm(_weights(players.generator.trainable_variables))
        self._end = players.done
        self._next = self._end + self._interval
        self._cost = 0.0
        self._free_at = 0.0

    def go_on(self, snapshots: Sequence[Snapshot], first_norm: float) -> None:
        """Continues at the players' current iteration.

        Args:
            snapshots: the snapshots so far, oldest first.
            first_norm: the norm of the generator's weights before the training.
        """
        self.snapshots, self.first_norm = list(snapshots), first_norm
        self._tables, self._samples = [], None
        self._end = self._players.done
        self._next = (self._end // self._interval + 1) * self._interval

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """Reports data that are constant."""
        if self._reference.is_constant:
            self._report(constant_data(self._end))

    def on_updates(self, first: int, logs: Table) -> None:
        """Collects the logs, and takes a snapshot at the end of an interval."""
        self._tables.append(logs)
        self._end = first + len(next(iter(logs.values())))
        if self._end >= self._next:
            self.take_snapshot(with_samples=self._end >= _EARLIEST and time.perf_counter() >= self._free_at)

    def on_train_end(self, logs: dict[str, float] | None = None) -> None:
        """Takes a last snapshot, with samples."""
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
        self._next = (self._end // self._interval + 1) * self._interval
        if with_samples:
            began = time.perf_counter()
            snapshot = self._with_samples(snapshot)
            ended = time.perf_counter()
            first, self._cost = self._cost == 0.0, ended - began
            # The first time includes compiling the generator, so that it does not predict the next.
            self._free_at = ended + (0.0 if first else self._cost / _SHARE_OF_TIME)
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
        before, self._samples = self._samples, self._reference.scaled(samples)
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
