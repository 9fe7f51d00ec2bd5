"""Chooses how to run updates, by measuring real updates if the run is long enough for that to pay off."""

from __future__ import annotations

import logging
import time
import warnings

import numpy as np

from ganreg.contract.assembly import Assembly
from ganreg.data.batches import Batches, Taken
from ganreg.engine.players import Players
from ganreg.engine.running import execution_cache
from ganreg.engine.running.execution import Execution, Mode, TrainFunction
from ganreg.engine.running.machine import has_gpu
from ganreg.engine.running.programs import Programs
from ganreg.engine.variables import put_back
from ganreg.errors import GanregWarning, SpecError, did_you_mean

MODES = ("auto", "graph", "xla", "eager")
_MOST_UPDATES = 50
"""The most iterations in one call of a graph; with this many, the overhead of a call no longer matters."""
_MOST_UPDATES_OF_XLA = 200
"""The most iterations in one call of an XLA program, whose updates are faster."""
_IN_FLIGHT = 8 * 2**20
_IN_FLIGHT_TO_GPU = 128 * 2**20
"""The most bytes of real samples in one call; a GPU has more to gain from calls that take long."""
_WORTH_MEASURING = 15.0
"""A run must take this many seconds before a few seconds of compiling with XLA can pay off."""
_FEW = 500
"""Below this number of iterations, neither timing the graph nor compiling an earlier choice pays off."""
_OVERHEAD_MATTERS = 1e-2
"""On a CPU, a loop of updates in XLA is only tried if an update takes less than this many seconds: XLA runs the
convolutions of larger updates many times slower inside a loop than outside there. On a GPU a loop is always faster."""
_MEASURED_SECONDS = 0.3
"""Each way of execution is timed for at least this many seconds."""

_log = logging.getLogger("ganreg")


def choose_execution(
    programs: Programs, batches: Batches, *, iterations: int, mode: str | Execution, updates_per_call: int | None
) -> Execution:
    """Chooses how to run updates, within what the caller asked for.

    Args:
        programs: the compiled updates of the players.
        batches: the batches, which determine the batch size.
        iterations: the number of iterations that will run.
        mode: `"auto"`, one of the modes, or an execution that is returned unchanged.
        updates_per_call: the number of iterations in one compiled call, or `None` to choose it.

    Raises:
        SpecError: the mode does not exist.
    """
    if not isinstance(mode, Execution) and mode not in MODES:
        raise SpecError(f"there is no execution '{mode}'; {did_you_mean(mode, MODES)}")
    if programs.players.replicas.count > 1:
        return _on_several_devices(programs.players, batches, iterations, mode, updates_per_call)
    if isinstance(mode, Execution):
        return mode
    if mode == "auto" and iterations >= _FEW:
        return _Trial(programs, batches, fixed=_most(updates_per_call, iterations)).choose(iterations)
    if updates_per_call is None and mode == "xla":
        return _Trial(programs, batches, fixed=None).choose_within_xla(iterations)
    most = _most(updates_per_call, iterations) or _fitting(programs.players, batches, _MOST_UPDATES)
    return Execution(_as_mode(mode), max(1, min(most, iterations)))


def _on_several_devices(
    players: Players, batches: Batches, iterations: int, mode: str | Execution, updates_per_call: int | None
) -> Execution:
    """A graph, as XLA compiles nothing that adds up over devices; or eager execution, if that is asked for."""
    if isinstance(mode, Execution):
        return _on_several_devices(players, batches, iterations, mode.mode, mode.updates_per_call)
    if mode == "xla":
        warnings.warn(
            "XLA cannot compile what several devices exchange; updates run as a graph instead",
            GanregWarning,
            stacklevel=5,
        )
    most = _most(updates_per_call, iterations) or _fitting(players, batches, min(_MOST_UPDATES, iterations))
    if players.updates.has_lazy_penalties and most > 1:
        if updates_per_call is not None:
            _log.info("execution: one update a call, as several devices cannot exchange anything in a lazy penalty")
        most = 1  # the number of the update is known then, so no penalty is in a conditional
    return Execution("eager" if mode == "eager" else "graph", most)


def _most(updates_per_call: int | None, iterations: int) -> int | None:
    """No more iterations in a call than there are to run: a call has the batches of all of them."""
    return None if updates_per_call is None else max(1, min(updates_per_call, iterations))


def _as_mode(mode: str) -> Mode:
    return "xla" if mode == "xla" else "eager" if mode == "eager" else "graph"


def _fitting(players: Players, batches: Batches, most: int) -> int:
    """The number of iterations whose batches fit into one call, at most `most`."""
    data, source = players.assembly.data, players.assembly.data.source
    size = data.size + (source.size if source is not None and players.assembly.needs_source else 0)
    iteration = size * 4 * batches.batch_size * players.recipe.schedule.phase(0).batches
    return max(1, min(most, (_IN_FLIGHT_TO_GPU if has_gpu() else _IN_FLIGHT) // iteration))


class _Trial:
    """Times real updates on random samples, and restores every variable afterwards."""

    def __init__(self, programs: Programs, batches: Batches, *, fixed: int | None) -> None:
        self._programs, self._players, self._fixed = programs, programs.players, fixed
        players = programs.players
        self._graph = Execution("graph", fixed or _fitting(players, batches, _MOST_UPDATES))
        self._loop = Execution("xla", fixed or _fitting(players, batches, _MOST_UPDATES_OF_XLA))
        self._phase = players.recipe.schedule.phase(0)
        self._key = execution_cache.key_of(players, batches.batch_size, self._loop.updates_per_call)
        self._batches = _random_batches(players.assembly, (self._phase.batches, batches.batch_size))

    def choose(self, iterations: int) -> Execution:
        """Returns the faster of graph and XLA if measuring pays off; graph otherwise."""
        graph = self._graph
        known = execution_cache.recall(self._key)
        if known is not None:
            _log.info("execution: %s, as measured before", known)
            return known
        with put_back(self._players):
            seconds = {graph: self._seconds(graph)}
            if iterations * seconds[graph] < _WORTH_MEASURING:
                return graph
            candidate = self._xla(seconds[graph])
            taken = self._seconds(candidate)
            if self._function(candidate).execution == candidate:  # it did not fall back to the graph
                seconds[candidate] = taken
        best = min(seconds, key=lambda execution: seconds[execution])
        _log.info("execution: %s", _announcement(best, seconds))
        execution_cache.keep(self._key, best)
        return best

    def choose_within_xla(self, iterations: int) -> Execution:
        """Returns XLA with one iteration per call or a loop of them, depending on the graph's time per iteration."""
        if min(self._loop.updates_per_call, iterations) == 1:
            return Execution("xla", 1)
        if has_gpu():
            return self._loop
        with put_back(self._players):
            return self._xla(self._seconds(self._graph))

    def _xla(self, graph_seconds: float) -> Execution:
        looped = self._fixed or has_gpu() or graph_seconds < _OVERHEAD_MATTERS
        return self._loop if looped else Execution("xla", 1)

    def _function(self, execution: Execution) -> TrainFunction:
        """The function to time; with lazy penalties, the one that most iterations use."""
        return self._programs.function_for(self._phase, execution, iteration=1)

    def _seconds(self, execution: Execution) -> float:
        return seconds_per_iteration(self._function(execution), execution.updates_per_call, self._batches)


def _random_batches(assembly: Assembly, size: tuple[int, int]) -> Taken:
    """Batches `[n, B, ...]` of random samples and sources, with labels if the networks need them."""
    draw = np.random.default_rng(0)
    described = {"real": assembly.data} | ({"source": assembly.data.source} if assembly.needs_source else {})
    batches: Taken = {
        name: draw.uniform(-1, 1, (*size, *data.shape)).astype(np.float32)
        for name, data in described.items()
        if data is not None
    }
    return batches | ({"labels": np.zeros(size, np.int32)} if assembly.is_conditional else {})


def seconds_per_iteration(function: TrainFunction, iterations: int, batches: Taken) -> float:
    """Measures the time of an iteration: the median of a few calls after the one that compiles.

    Args:
        function: the function to time.
        iterations: the number of iterations in one call.
        batches: the batches of one iteration, each array `[n, B, ...]`.
    """
    repeated = {name: np.concatenate([values] * iterations) for name, values in batches.items()}
    function(repeated)
    taken: list[float] = []
    while sum(taken) < _MEASURED_SECONDS or len(taken) < 2:
        began = time.perf_counter()
        function(repeated)
        taken.append(time.perf_counter() - began)
    return float(np.median(taken)) / iterations


def _announcement(best: Execution, seconds: dict[Execution, float]) -> str:
    others = ", ".join(
        f"{execution.mode}: {value * 1000:.3g}" for execution, value in seconds.items() if execution != best
    )
    return f"{best}, {seconds[best] * 1000:.3g} ms per update" + (f" ({others})" if others else "")
