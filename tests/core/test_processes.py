"""Processes of this machine: used again or replaced, set up before anything is imported, and harmless when they die."""

import math
import os
import signal
import subprocess
import sys
import threading
import time
from functools import partial
from types import SimpleNamespace

import loky
import pytest

import ganreg
from ganreg import processes
from ganreg.processes import Processes, WorkerDiedError, cores
from ganreg.runs.record import conditions_of

PID = "__import__('os').getpid()"


@pytest.fixture
def start():
    """Starts processes, which end with the test."""
    started = []

    def start(jobs, **options):
        started.append(Processes(jobs, **options))
        return started[-1]

    yield start
    for each in started:
        each.close()


def pids(pool, calls):
    return [pool.submit(eval, PID).result() for _ in range(calls)]


def test_a_process_is_used_again(start):
    first, second = pids(start(1), 2)

    assert first == second != os.getpid()


def test_a_process_is_replaced_after_its_calls(start):
    first, second, third = pids(start(1, calls=2), 3)

    assert first == second != third
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)


def test_a_call_that_raises_counts_too(start):
    pool = start(1, calls=2)
    (first,) = pids(pool, 1)
    with pytest.raises(ValueError, match="math domain error"):
        pool.submit(math.sqrt, -1).result()

    assert pids(pool, 1) != [first]


def test_two_jobs_are_two_processes(start):
    pool = start(2)

    results = [pool.submit(eval, f"[__import__('time').sleep(1), {PID}][1]") for _ in range(2)]

    assert len({result.result() for result in results}) == 2


def test_variables_are_set_and_the_initializer_is_called_first(start):
    pool = start(1, environment={"GANREG_OF_A_TEST": "3"}, initializer=partial(os.putenv, "GANREG_OF_ANOTHER", "4"))

    assert pool.submit(os.getenv, "GANREG_OF_A_TEST").result() == "3"
    assert pool.submit(eval, "__import__('subprocess').getoutput('echo $GANREG_OF_ANOTHER')").result() == "4"


def test_a_death_does_not_affect_another_call(start):
    pool = start(2)
    longer = pool.submit(eval, "[__import__('time').sleep(1.5), 'alive'][1]")
    died = pool.submit(os._exit, 3)

    with pytest.raises(WorkerDiedError):
        died.result()
    assert longer.result() == "alive"
    assert pool.submit(abs, -1).result() == 1


def test_closing_ends_them_whatever_they_do(start):
    pool = start(2)
    endless = pool.submit(time.sleep, 600)
    (pid,) = pids(pool, 1)

    pool.close()

    with pytest.raises(WorkerDiedError):
        endless.result(timeout=20)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_process_that_cannot_be_started_costs_one_call(start, monkeypatch):
    real, limits = loky.ProcessPoolExecutor, iter([OSError("no more processes")])

    def starting(*arguments, **options):
        for error in limits:
            raise error
        return real(*arguments, **options)

    monkeypatch.setattr(loky, "ProcessPoolExecutor", starting)
    pool = start(1)

    first, second = pool.submit(abs, -1), pool.submit(abs, -2)

    with pytest.raises(OSError, match="no more processes"):
        first.result(timeout=60)
    assert second.result(timeout=60) == 2


def test_what_is_being_started_when_they_are_closed_is_ended_too(start, monkeypatch):
    real, made, begun = loky.ProcessPoolExecutor, [], threading.Event()

    def starting_slowly(*arguments, **options):
        begun.set()
        time.sleep(0.5)
        made.append(real(*arguments, **options))
        return made[0]

    monkeypatch.setattr(loky, "ProcessPoolExecutor", starting_slowly)
    pool = start(1)
    call = pool.submit(eval, "__import__('time').sleep(600)")
    assert begun.wait(60)

    pool.close()

    with pytest.raises(WorkerDiedError):
        call.result(timeout=20)
    assert made[0]._flags.shutdown
    assert not made[0]._processes


def test_a_pool_that_cannot_be_ended_does_not_keep_the_others_from_ending(start, monkeypatch):
    pool = start(2)
    sleeping = [pool.submit(eval, "__import__('time').sleep(600)") for _ in range(2)]
    while len(pool._pools) < 2 or not all(one._processes for one in pool._pools):
        time.sleep(0.01)
    processes_of_both = [process for one in pool._pools for process in one._processes.values()]

    def failing(self, wait=True, kill_workers=False):
        raise RuntimeError("cannot shut down")

    monkeypatch.setattr(next(iter(pool._pools)), "shutdown", failing.__get__(object()))
    monkeypatch.setattr(processes, "_LIMIT", 2.0)
    pool.close()

    for call in sleeping:
        with pytest.raises(WorkerDiedError):
            call.result(timeout=20)
    for process in processes_of_both:
        process.join(timeout=20)
        assert not process.is_alive()


def test_a_pool_whose_thread_has_not_been_started_yet_does_not_keep_the_others_from_ending():
    """Another thread may just have made it, in a call of `submit`."""
    ended = []

    def pool(manager):
        return SimpleNamespace(
            _executor_manager_thread=manager, _processes={}, shutdown=lambda **_: ended.append(manager)
        )

    managers = threading.Thread(target=print), None
    processes._end(map(pool, managers))

    assert ended == list(managers)


@pytest.mark.parametrize("times", [1, 2])
def test_signals_that_interrupt_closing_are_raised_after_it(start, times):
    pool = start(1)
    (pid,) = pids(pool, 1)
    pool.submit(time.sleep, 600)
    real, left = pool._ended.wait, [None] * times

    def interrupted(timeout):
        if left:
            left.pop()
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(5)
        return real(timeout)

    pool._ended.wait = interrupted

    with pytest.raises(KeyboardInterrupt):
        pool.close()

    assert not left
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


ENDS = {
    "without closing": "pool.submit(time.sleep, 600)",
    "with an error": "pool.submit(time.sleep, 600); raise ValueError",
    "while one is starting": (
        "real = loky.ProcessPoolExecutor\n"
        "loky.ProcessPoolExecutor = lambda *a, **k: time.sleep(2) or real(*a, **k)\n"
        "other.submit(time.sleep, 600); time.sleep(0.5)"
    ),
}


@pytest.mark.parametrize("code", ENDS.values(), ids=ENDS)
def test_the_interpreter_ends_whatever_they_do(code):
    begin = (
        "import time, loky\nfrom ganreg.processes import Processes\n"
        "pool = Processes(1)\npool.submit(abs, 1).result()\nother = Processes(1)\n"
    )

    process = subprocess.run([sys.executable, "-c", begin + code], timeout=60, capture_output=True, check=False)

    assert process.returncode == ("ValueError" in code)


@pytest.mark.parametrize(
    ("available", "expected"),
    [
        ({"process_cpu_count": lambda: 3, "sched_getaffinity": lambda _: {0}, "cpu_count": lambda: 8}, 3),
        ({"sched_getaffinity": lambda _: {0, 1, 5, 6}, "cpu_count": lambda: 8}, 4),
        ({"cpu_count": lambda: 8}, 8),
        ({"cpu_count": lambda: None}, 1),
    ],
    ids=["python-3.13", "linux", "macos", "unknown"],
)
def test_cores_on_each_system(monkeypatch, available, expected):
    for name in ("process_cpu_count", "sched_getaffinity", "cpu_count"):
        monkeypatch.delattr(processes.os, name, raising=False)
    for name, function in available.items():
        monkeypatch.setattr(processes.os, name, function, raising=False)

    assert cores() == expected


def test_a_run_records_its_threads_on_a_system_that_does_not_tell_which_cores_it_may_use(monkeypatch):
    gan = ganreg.assemble(generator="mlp:widths=[4]", discriminator="mlp:widths=[4]", data="gaussian-1d:samples=64")
    monkeypatch.delattr(processes.os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(processes.os, "cpu_count", lambda: 8)

    assert conditions_of(gan, gan.load_data()).threads == 8
