"""Choosing how to run updates, by measuring on the real step where the run is long enough to pay for it."""

from __future__ import annotations

import logging
import time

import numpy as np

from ganreg.data.batches import Batches
from ganreg.engine.players import Players
from ganreg.engine.running import execution_cache
from ganreg.engine.running.execution import Execution, Mode, TrainFunction
from ganreg.engine.running.programs import Programs
from ganreg.engine.variables import put_back
from ganreg.errors import SpecError, did_you_mean

MODES = ("auto", "graph", "xla", "eager")
_MOST_UPDATES = 50
"""Iterations in one call of a graph at most; the overhead of a call is spread thin enough by then."""
_MOST_UPDATES_OF_XLA = 200
"""Iterations in one call of XLA's program, whose updates are faster."""
_IN_FLIGHT = 8 * 2**20
"""Bytes of real samples that one call may hold."""
_WORTH_MEASURING = 15.0
"""Seconds that the run must take before a few seconds of compiling with XLA can pay."""
_FEW = 500
"""Iterations below which neither timing the graph nor compiling what is remembered is worth its time."""
_OVERHEAD_MATTERS = 1e-2
"""Seconds an update takes at most for a loop of updates in XLA to be tried: on a CPU, XLA runs the convolutions of
larger updates many times slower inside a loop than outside."""
_MEASURED_SECONDS = 0.3

_log = logging.getLogger("ganreg")


def choose_execution(
    programs: Programs, batches: Batches, *, iterations: int, mode: str | Execution, updates_per_call: int | None
) -> Execution:
    """Chooses how to run, keeping to what was asked for.

    Args:
        programs: of what is trained.
        batches: say how large a batch is.
        iterations: how many will run.
        mode: `"auto"`, one of the modes, or an execution that is to be kept to exactly.
        updates_per_call: `None` to choose.

    Raises:
        SpecError: there is no such mode.
    """
    if isinstance(mode, Execution):
        return mode
    if mode not in MODES:
        raise SpecError(f"there is no execution '{mode}'; {did_you_mean(mode, MODES)}")
    if mode == "auto" and iterations >= _FEW:
        return _Trial(programs, batches, fixed=updates_per_call).choose(iterations)
    if updates_per_call is None and mode == "xla":
        return _Trial(programs, batches, fixed=None).choose_within_xla(iterations)
    most = updates_per_call or _fitting(programs.players, batches, _MOST_UPDATES)
    return Execution(_as_mode(mode), max(1, min(most, iterations)))


def _as_mode(mode: str) -> Mode:
    return "xla" if mode == "xla" else "eager" if mode == "eager" else "graph"


def _fitting(players: Players, batches: Batches, most: int) -> int:
    """How many iterations' batches may be in flight at once, up to a number."""
    iteration = players.assembly.data.size * 4 * batches.batch_size * players.recipe.schedule.phase(0).batches
    return max(1, min(most, _IN_FLIGHT // iteration))


class _Trial:
    """Times the real step on made-up samples, and puts every variable back."""

    def __init__(self, programs: Programs, batches: Batches, *, fixed: int | None) -> None:
        self._programs, self._players, self._fixed = programs, programs.players, fixed
        players = programs.players
        self._graph = Execution("graph", fixed or _fitting(players, batches, _MOST_UPDATES))
        self._loop = Execution("xla", fixed or _fitting(players, batches, _MOST_UPDATES_OF_XLA))
        self._phase = players.recipe.schedule.phase(0)
        self._key = execution_cache.key_of(players, batches.batch_size, self._loop.updates_per_call)
        shape = (batches.batch_size, *players.assembly.data.shape)
        self._real = np.random.default_rng(0).uniform(-1, 1, (self._phase.batches, *shape)).astype(np.float32)
        labelled = players.assembly.is_conditional
        self._labels = np.zeros((self._phase.batches, batches.batch_size), np.int32) if labelled else None

    def choose(self, iterations: int) -> Execution:
        """The fastest of graph and XLA, where there is time to find out; graph otherwise."""
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
            if self._function(candidate).execution == candidate:  # rather than fallen back to the graph
                seconds[candidate] = taken
        best = min(seconds, key=lambda execution: seconds[execution])
        _log.info("execution: %s", _announcement(best, seconds))
        execution_cache.keep(self._key, best)
        return best

    def choose_within_xla(self, iterations: int) -> Execution:
        """One iteration a call or a loop of them, by what the graph takes."""
        if min(self._loop.updates_per_call, iterations) == 1:
            return Execution("xla", 1)
        with put_back(self._players):
            return self._xla(self._seconds(self._graph))

    def _xla(self, graph_seconds: float) -> Execution:
        looped = self._fixed or graph_seconds < _OVERHEAD_MATTERS
        return self._loop if looped else Execution("xla", 1)

    def _function(self, execution: Execution) -> TrainFunction:
        """The function that is timed; where lazy penalties have one of their own, that of most iterations."""
        return self._programs.function_for(self._phase, execution, iteration=1)

    def _seconds(self, execution: Execution) -> float:
        """Seconds an iteration, the median of a few calls after the one that compiles."""
        function = self._function(execution)
        calls = execution.updates_per_call
        real = np.concatenate([self._real] * calls)
        labels = None if self._labels is None else np.concatenate([self._labels] * calls)
        function(real, labels)
        taken: list[float] = []
        while sum(taken) < _MEASURED_SECONDS or len(taken) < 2:
            began = time.perf_counter()
            function(real, labels)
            taken.append(time.perf_counter() - began)
        return float(np.median(taken)) / calls


def _announcement(best: Execution, seconds: dict[Execution, float]) -> str:
    others = ", ".join(
        f"{execution.mode}: {value * 1000:.3g}" for execution, value in seconds.items() if execution != best
    )
    return f"{best}, {seconds[best] * 1000:.3g} ms an update" + (f" ({others})" if others else "")
