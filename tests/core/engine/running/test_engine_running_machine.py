"""What a machine computes with."""

import platform

import tensorflow as tf

from ganreg.engine.running import machine


def test_the_processor_is_named_as_linux_names_it(tmp_path, monkeypatch):
    (tmp_path / "cpuinfo").write_text("processor\t: 0\nmodel name\t: Acme 7 CPU @ 2 GHz\nmodel name\t: other\n")
    monkeypatch.setattr(machine, "_LINUX", tmp_path / "cpuinfo")

    assert "Acme 7 CPU @ 2 GHz" in machine.computes_with()


def test_other_systems_name_it_themselves(tmp_path, monkeypatch):
    monkeypatch.setattr(machine, "_LINUX", tmp_path / "none")
    monkeypatch.setattr(platform, "processor", lambda: "arm")

    assert "arm" in machine.computes_with()


def test_gpus_are_part_of_it(monkeypatch):
    before = machine.computes_with()
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: [f"{kind}:0", f"{kind}:1"])
    monkeypatch.setattr(
        tf.config.experimental, "get_device_details", lambda gpu: {"device_name": "Acme"} if gpu == "GPU:0" else {}
    )

    assert machine.computes_with() == [*before, "Acme", "a GPU"]


def test_this_machine_computes_without_a_gpu_if_it_has_none():
    assert machine.has_gpu() == bool(tf.config.list_physical_devices("GPU"))
