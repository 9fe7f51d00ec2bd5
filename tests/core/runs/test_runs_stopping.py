"""Signals: the first stops a training after the running call, the second ends the process."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from ganreg.runs.stopping import SIGNALS, StopOnSignal


class Model:
    """Stands for the GAN in training."""

    stop_training = False


@pytest.fixture
def stop():
    callback = StopOnSignal()
    callback.set_model(Model())
    return callback


def wait_for(condition):
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end, "timed out"
        time.sleep(0.01)


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_stops_the_training_at_the_end_of_a_call(stop, number, capsys):
    before = [signal.getsignal(one) for one in SIGNALS]
    with stop.listening():
        stop.on_updates(0, {"a": [0.0]})
        assert not stop.model.stop_training
        os.kill(os.getpid(), number)
        wait_for(lambda: stop.received == number)
        assert not stop.model.stop_training, "the running call must end first"
        stop.on_updates(1, {"a": [0.0]})
        assert stop.model.stop_training
    assert [signal.getsignal(one) for one in SIGNALS] == before
    assert capsys.readouterr().err == (
        f"{number.name}: finishing the current updates and writing a checkpoint; repeat to stop at once\n"
    )


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="this system has no SIGHUP")
def test_a_signal_that_the_process_ignores_is_ignored(stop):
    """As under `nohup`."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with stop.listening():
            os.kill(os.getpid(), signal.SIGHUP)
            time.sleep(0.1)
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)
    assert stop.received is None


@pytest.mark.parametrize("stream", [None, object()])
def test_a_signal_is_received_without_stderr(stop, stream, monkeypatch):
    monkeypatch.setattr(sys, "stderr", stream)
    with stop.listening():
        os.kill(os.getpid(), signal.SIGTERM)
        wait_for(lambda: stop.received == signal.SIGTERM)
    monkeypatch.undo()


def test_a_signal_before_the_first_call_stops_the_training(stop):
    stop.received = signal.SIGTERM
    stop.on_train_begin()
    assert stop.model.stop_training


def test_other_threads_leave_the_handlers_alone(stop):
    before, during = [signal.getsignal(one) for one in SIGNALS], []

    def work():
        with stop.listening():
            during.extend(signal.getsignal(one) for one in SIGNALS)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert during == before


@pytest.mark.slow
@pytest.mark.parametrize("number", SIGNALS)
def test_a_second_signal_ends_the_process_at_once(number):
    code = (
        "import time; from ganreg.runs.stopping import StopOnSignal\n"
        "with StopOnSignal().listening():\n    print('ready', flush=True)\n    time.sleep(100)"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout.readline() == "ready\n"
        process.send_signal(number)
        while not (line := process.stderr.readline()).startswith(number.name):
            assert line, "the process ended at the first signal"
        process.send_signal(number)
        assert process.wait(timeout=30) == 128 + number
    finally:
        process.kill()
        process.communicate()
