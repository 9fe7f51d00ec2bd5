"""Which devices share a training, as `--devices` says."""

import json

import pytest
import tensorflow as tf

from ganreg.engine.strategies import refuse_cluster, refuse_unknown_devices, strategy_for
from ganreg.errors import SpecError


@pytest.fixture
def gpus(monkeypatch):
    """Has TensorFlow find so many GPUs."""

    def find(count):
        found = {"CPU": ["cpu"], "GPU": ["gpu"] * count}
        monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: found[kind])
        monkeypatch.setattr(tf.distribute, "MirroredStrategy", list)

    return find


@pytest.mark.parametrize("devices", ["", "0", "-1", "two", "cpu", "cpu:0", "gpu:2", "2.0", "cpu:2x", " 2"])
def test_what_names_no_devices_is_refused(devices):
    with pytest.raises(SpecError, match="cpu:2, got"):
        refuse_unknown_devices(devices)


@pytest.mark.parametrize(
    ("devices", "found", "expected"),
    [
        (None, 4, None),
        ("1", 0, None),
        ("1", 4, None),
        ("cpu:1", 0, None),
        ("all", 0, None),
        ("all", 1, None),
        ("all", 3, ["GPU:0", "GPU:1", "GPU:2"]),
        ("2", 3, ["GPU:0", "GPU:1"]),
    ],
)
def test_the_strategy_has_the_devices_that_are_wanted(gpus, devices, found, expected):
    gpus(found)
    assert strategy_for(devices) == expected


@pytest.mark.parametrize(("found", "said"), [(0, "no GPUs"), (1, "1 GPU on"), (2, "2 GPUs")])
def test_more_devices_than_there_are_are_refused(gpus, found, said):
    gpus(found)
    with pytest.raises(SpecError, match=f"^3 devices were asked for, but TensorFlow finds {said}.*--devices all"):
        strategy_for("3")


def test_the_processor_cannot_be_divided_once_tensorflow_has_started():
    tf.zeros(())
    with pytest.raises(SpecError, match="has started already"):
        strategy_for("cpu:7")


def cluster(**jobs):
    return json.dumps({"cluster": jobs, "task": {"type": "worker", "index": 0}})


@pytest.mark.parametrize(
    "jobs", [{"worker": ["a:1", "b:1"]}, {"chief": ["a:1"], "worker": ["b:1"]}], ids=["workers", "chief"]
)
def test_several_machines_are_refused(monkeypatch, jobs):
    monkeypatch.setenv("TF_CONFIG", cluster(**jobs))
    with pytest.raises(SpecError, match=r"names 2 machines.* not supported yet"):
        refuse_cluster()


@pytest.mark.parametrize("text", ["", "{}", cluster(worker=["a:1"]), "no json", "[]", '{"cluster": 3}'])
def test_a_single_machine_is_none_of_several(monkeypatch, text):
    monkeypatch.setenv("TF_CONFIG", text)
    refuse_cluster()
