"""Telling Keras about classes before it is imported."""

import subprocess
import sys
import types

import keras
import pytest

from ganreg.registering import register_when_keras_is_imported, when_imported


def test_a_module_that_is_there_is_used_at_once():
    seen = []
    when_imported("keras", seen.append)
    assert seen == [keras]


def test_a_module_that_is_not_there_is_waited_for(tmp_path, monkeypatch):
    (tmp_path / "acme_waited_for.py").write_text("value = 3")
    monkeypatch.syspath_prepend(tmp_path)
    seen, before = [], list(sys.meta_path)
    when_imported("acme_waited_for", lambda module: seen.append(module.value))
    assert seen == []
    __import__("acme_waited_for")
    assert seen == [3]
    assert sys.meta_path == before


def test_the_class_is_imported_when_an_object_is_made(monkeypatch):
    module = types.ModuleType("acme_made")

    class Thing:
        @classmethod
        def from_config(cls, config):
            return cls, config

    module.Thing = Thing
    monkeypatch.setitem(sys.modules, "acme_made", module)
    monkeypatch.setattr(keras.src.saving.object_registration, "GLOBAL_CUSTOM_OBJECTS", {})
    register_when_keras_is_imported("acme>Thing", "acme_made:Thing")
    found = keras.saving.get_registered_object("acme>Thing")
    assert found.from_config({"size": 2}) == (Thing, {"size": 2})


@pytest.mark.slow
def test_keras_finds_a_gan_whichever_is_imported_first():
    for first, second in (("ganreg", "keras"), ("keras", "ganreg")):
        code = (
            f"import {first}, {second}; import keras; print(keras.saving.get_registered_object('ganreg>GAN').__name__)"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stdout == "GAN\n"
