"""What ganreg relies on in loky's processes. A failure here names the module to mend."""

import os
import threading
import time
from concurrent.futures import BrokenExecutor

import pytest
from loky import ProcessPoolExecutor

PROCESSES = "loky has changed: mend ganreg/processes.py, the only module that uses it"


@pytest.fixture
def pool():
    """One process."""
    pool = ProcessPoolExecutor(1, env={"GANREG_OF_A_TEST": "3"})
    yield pool
    pool.shutdown(kill_workers=True)


def test_a_process_has_the_variables_that_it_is_given(pool):
    assert pool.submit(os.getenv, "GANREG_OF_A_TEST").result() == "3", PROCESSES


def test_a_process_that_ends_is_a_broken_executor(pool):
    error = pool.submit(os._exit, 3).exception(timeout=60)

    assert isinstance(error, BrokenExecutor), PROCESSES
    assert isinstance(error, RuntimeError), PROCESSES


def test_a_process_that_is_busy_can_be_killed(pool):
    endless = pool.submit(time.sleep, 600)
    began = time.monotonic()

    pool.shutdown(wait=True, kill_workers=True)

    assert isinstance(endless.exception(timeout=60), RuntimeError), PROCESSES
    assert time.monotonic() - began < 60, PROCESSES


def test_what_waits_for_a_process_and_what_runs_it_have_known_names(pool):
    pool.submit(abs, -1).result(timeout=60)

    assert pool._executor_manager_thread.is_alive(), PROCESSES
    assert [process.is_alive() for process in pool._processes.values()] == [True], PROCESSES
    assert callable(threading._register_atexit), PROCESSES
