"""The callback that watches a training and says when it goes wrong."""

from __future__ import annotations

import time
import warnings
from collections.abc import Sequence

import attrs
import numpy as np

from ganreg.contract.callbacks import Table, UpdateCallback
from ganreg.data.arrays import Array
from ganreg.engine.health.evidence import Evidence, Snapshot, summary
from ganreg.engine.health.findings import Finding, constant_data, findings, not_finite_samples, suspects_average
from ganreg.engine.health.reference import Reference
from ganreg.engine.players import Players
from ganreg.errors import GanregWarning

_SNAPSHOTS = 50
"""Stretches that a training is divided into."""
_EARLIEST = 500
"""Iterations before which nothing can be said, whatever the training's length."""
_SHARE_OF_TIME = 0.015
"""The share of the time that pictures may take."""
_POINTS, _IMAGES, _BATCH = 300, 256, 64
"""Points in a picture; images, in batches for which a run's own pictures have compiled the generator."""
_REALS = 1000


class HealthMonitor(UpdateCallback):
    """Says once what goes wrong in a training, and what to try.

    It keeps what compiled calls log, and now and then draws samples of the same latents and compares them with real
    ones; both together take less than a fiftieth of the time. Nothing that it does changes the training, unless it
    is told to stop it.

    Args:
        players: what is trained.
        real: real samples `[N, *shape]`, of which a thousand are taken throughout.
        steps: the number of iterations at which training will end.
        stops: whether to end the training at a finding.

    Attributes:
        snapshots: what was seen, oldest first.
        findings: what was found, oldest first.
        known: the names of findings that are not to be said, those said already among them.
        stops: whether a finding ends the training.
        first_norm: that of the generator's weights before the training.
    """

    def __init__(self, players: Players, real: Array, *, steps: int, stops: bool = False) -> None:
        super().__init__()
        self._players, self._steps, self.stops = players, steps, stops
        self.snapshots: list[Snapshot] = []
        self.findings: list[Finding] = []
        self.known: set[str] = set()
        self._stretch = max(1, steps // _SNAPSHOTS)
        self._tables: list[Table] = []
        self._reference = Reference(_reals(players, real), each_feature=not players.assembly.data.is_image)
        self._samples: Array | None = None
        self.first_norm = _norm(_weights(players.generator.trainable_variables))
        self._end = players.done
        self._next = self._end + self._stretch
        self._cost = 0.0
        self._free_at = 0.0

    def go_on(self, snapshots: Sequence[Snapshot], first_norm: float) -> None:
        """Goes on from where the GAN is now, with what was seen until then."""
        self.snapshots, self.first_norm = list(snapshots), first_norm
        self._tables, self._samples = [], None
        self._end = self._players.done
        self._next = (self._end // self._stretch + 1) * self._stretch

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """Looks at the data."""
        if self._reference.is_constant:
            self._report(constant_data(self._end))

    def on_updates(self, first: int, logs: Table) -> None:
        """Keeps the logs, and takes a snapshot at the end of a stretch."""
        self._tables.append(logs)
        self._end = first + len(next(iter(logs.values())))
        if self._end >= self._next:
            self._take(picture=self._end >= _EARLIEST and time.perf_counter() >= self._free_at)

    def on_train_end(self, logs: dict[str, float] | None = None) -> None:
        """Looks a last time."""
        picture = self._end >= _EARLIEST
        if self._tables:
            self._take(picture=picture)
        elif picture and self.snapshots and self.snapshots[-1].samples is None:
            self.snapshots[-1] = self._picture(self.snapshots[-1])
            self._judge()

    def _take(self, *, picture: bool) -> None:
        snapshot = Snapshot(self._end, summary(self._tables))
        self._tables = []
        self._next = (self._end // self._stretch + 1) * self._stretch
        if picture:
            began = time.perf_counter()
            snapshot = self._picture(snapshot)
            ended = time.perf_counter()
            first, self._cost = self._cost == 0.0, ended - began
            # The first picture compiles, which says nothing of what the next will take.
            self._free_at = ended + (0.0 if first else self._cost / _SHARE_OF_TIME)
        self.snapshots.append(snapshot)
        if self._end >= _EARLIEST:
            self._judge()

    def _judge(self) -> None:
        if self._reference.is_constant:
            return  # which explains whatever else there is
        for finding in findings(Evidence(self.snapshots, self._steps), self._players):
            self._report(finding)

    def _picture(self, snapshot: Snapshot) -> Snapshot:
        samples = self._draw(average=True)
        if not np.isfinite(samples).all():
            self._report(not_finite_samples(self._end))
            return snapshot
        before, self._samples = self._samples, self._reference.scaled(samples)
        weights = _weights(self._players.generator.trainable_variables)
        averages = _weights(self._players.average_generator.trainable_variables)
        norm = _norm(weights)
        snapshot = attrs.evolve(
            snapshot,
            samples=self._reference.compare(samples),
            movement=0.0 if before is None else _root_mean_square(self._samples - before),
            growth=norm / max(self.first_norm, 1e-12),
            lag=_norm([one - other for one, other in zip(weights, averages, strict=True)]) / max(norm, 1e-12),
        )
        if self._players.average is not None and suspects_average(snapshot):
            own = self._draw(average=False)
            if np.isfinite(own).all():
                snapshot = attrs.evolve(snapshot, last=self._reference.compare(own))
        return snapshot

    def _draw(self, *, average: bool) -> Array:
        seed = self._players.recipe.seed
        if not self._players.assembly.data.is_image:
            return self._players.generate(_POINTS, seed=seed, average=average)
        return np.concatenate(
            [self._players.generate(_BATCH, seed=seed + index, average=average) for index in range(_IMAGES // _BATCH)]
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
        """Says it."""
        warnings.warn(str(finding), GanregWarning, stacklevel=3)


def _reals(players: Players, real: Array) -> Array:
    chosen = np.asarray(real)[np.linspace(0, len(real) - 1, min(len(real), _REALS)).astype(int)]
    # Shuffled, because data sets are often sorted by class and a comparison takes a part of them.
    chosen = np.random.default_rng(0).permutation(chosen)
    chosen = chosen.astype(np.float32) / 127.5 - 1.0 if chosen.dtype == np.uint8 else chosen
    return chosen.reshape(len(chosen), *players.assembly.data.shape)


def _weights(variables: Sequence[object]) -> list[Array]:
    return [np.asarray(variable.numpy(), np.float32) for variable in variables]  # type: ignore[attr-defined]


def _norm(values: Sequence[Array]) -> float:
    return float(np.sqrt(sum(float(np.vdot(value, value)) for value in values)))


def _root_mean_square(points: Array) -> float:
    return float(np.sqrt((points**2).sum(axis=1).mean()))
