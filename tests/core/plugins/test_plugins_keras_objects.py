"""The classes that plugins register with Keras, found without importing the plugins."""

import subprocess
import sys
import textwrap

import keras
import pytest

from ganreg.plugins.installed import installed_entry_points
from ganreg.plugins.keras_objects import registered_classes


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Writes a package into a folder of `sys.path`: `package({"layers.py": TEXT})`."""
    monkeypatch.syspath_prepend(tmp_path)

    def write(files, name="acme_swirl"):
        for place, text in {"__init__.py": "", **files}.items():
            path = tmp_path / name / place
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(text))
        return tmp_path

    return write


def test_what_the_decorator_is_given_is_the_name(package):
    package(
        {
            "layers.py": """
                import keras
                from keras.saving import register_keras_serializable as other_name, register_keras_serializable

                PACKAGE = "acme"

                @keras.saving.register_keras_serializable("acme")
                class One: ...

                @keras.saving.register_keras_serializable(package=PACKAGE, name="Zwei")
                class Two: ...

                @keras.utils.register_keras_serializable()
                class Three: ...

                @register_keras_serializable(__name__)
                class Four: ...

                @keras.saving.register_keras_serializable("acme" + str(5))
                class Five: ...

                class Six: ...
                """,
            "deep/__init__.py": "import keras\n@keras.saving.register_keras_serializable('acme')\nclass Seven: ...",
            "broken.py": "register_keras_serializable def",
        }
    )
    found = {
        "acme>One": "acme_swirl.layers:One",
        "acme>Zwei": "acme_swirl.layers:Two",
        "Custom>Three": "acme_swirl.layers:Three",
        "acme_swirl.layers>Four": "acme_swirl.layers:Four",
        "acme>Seven": "acme_swirl.deep:Seven",
    }
    assert registered_classes(["acme_swirl"]) == found
    assert registered_classes(["acme_swirl.plugin"]) == found
    assert "acme_swirl" not in sys.modules


def test_a_plugin_of_one_module(package):
    folder = package({})
    (folder / "acme_single.py").write_text("import keras\n@keras.saving.register_keras_serializable('a')\nclass B: ...")
    assert registered_classes(["acme_single"]) == {"a>B": "acme_single:B"}


def test_what_is_not_installed_has_no_classes():
    assert registered_classes(["there_is_no_such_package", ""]) == {}


def test_every_class_that_the_bundled_plugins_register_is_found():
    """Importing all their modules registers the same names; nobody else uses these packages' names."""
    import importlib
    import pkgutil

    modules = [point.module for point in installed_entry_points() if point.distribution.startswith("ganreg-")]
    for module in modules:
        for one in pkgutil.walk_packages(importlib.import_module(module).__path__, f"{module}."):
            importlib.import_module(one.name)
    registered = {name for name in keras.saving.get_custom_objects() if name.partition(">")[0] in modules}
    assert registered == set(registered_classes(modules))
    assert len(registered) > 25


@pytest.mark.slow
def test_a_stranger_s_layer_loads_after_import_ganreg_in_either_order(package):
    """In fresh processes; the plugin is imported only when its layer is found in the file."""
    folder = package(
        {
            "layers.py": """
                import keras

                @keras.saving.register_keras_serializable("acme")
                class Swirl(keras.layers.Layer):
                    def __init__(self, turns, **options):
                        super().__init__(**options)
                        self.turns = turns

                    def call(self, inputs):
                        return inputs * self.turns

                    def get_config(self):
                        return {**super().get_config(), "turns": self.turns}
                """,
            "../acme_turning-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: acme-turning\nVersion: 1.0\n",
            "../acme_turning-1.0.dist-info/entry_points.txt": "[ganreg]\nacme = acme_turning\n",
        },
        "acme_turning",
    )
    from acme_turning.layers import Swirl

    inputs = keras.Input((2,))
    keras.Model(inputs, Swirl(3)(inputs)).save(folder / "g.keras")
    for first, second in (("ganreg", "keras"), ("keras", "ganreg")):
        code = f"""
            import sys, numpy
            sys.path.insert(0, {str(folder)!r})
            import {first}
            import {second}
            assert "acme_turning" not in sys.modules
            print(keras.models.load_model({str(folder / "g.keras")!r})(numpy.ones((1, 2))).numpy().tolist())
            """
        done = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=False
        )
        assert done.stdout == "[[3.0, 3.0]]\n", done.stderr
