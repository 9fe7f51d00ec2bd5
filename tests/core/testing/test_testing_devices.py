"""Two devices for checks."""

import subprocess
import sys
import types

import pytest
import tensorflow as tf

from ganreg.testing.devices import divide_processor, two_devices
from ganreg.testing.failures import NotApplicableError


def test_there_is_one_strategy_with_two_devices():
    divide_processor()  # has no effect and raises nothing once TensorFlow has started
    strategy = two_devices()
    assert strategy is two_devices()
    assert strategy.num_replicas_in_sync == 2


def test_a_single_device_is_said(monkeypatch):
    monkeypatch.setattr(tf.config, "list_logical_devices", lambda kind: [types.SimpleNamespace(name="/device:CPU:0")])
    with pytest.raises(NotApplicableError, match="started on a single device"):
        two_devices.__wrapped__()


@pytest.mark.slow
def test_the_processor_is_divided_only_if_it_is_asked_for():
    lines = [
        "import tensorflow as tf, ganreg.testing, ganreg.testing.devices as devices",
        "import sys",
        "if sys.argv[1:]: devices.divide_processor()",
        "print(len(tf.config.list_logical_devices('CPU')))",
    ]
    for words, expected in (([], "1"), (["divide"], "2")):
        command = [sys.executable, "-c", "\n".join(lines), *words]
        answer = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
        assert answer.stdout.strip() == expected
