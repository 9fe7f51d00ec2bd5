"""Single files as entry points: what they offer, how they are called, and what fails."""

import os
import sys

import pytest

import ganreg
from ganreg.files.writing import sha256_of
from ganreg.plugins.registry import build_registry
from ganreg.plugins.single_files import entry_point_of, hash_of, name_in_environment, named_by_environment, whole_path

LOSS = """
import attrs, ganreg

@ganreg.register(name="{name}")
@attrs.frozen(kw_only=True)
class Own(ganreg.Loss):
    pass
"""


@pytest.fixture(autouse=True)
def tidy(monkeypatch):
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.delenv("GANREG_PLUGIN", raising=False)


@pytest.fixture
def write(tmp_path):
    def make(text, name="my_gan.py"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        return path

    return make


def offered(path):
    (plugin,) = build_registry([entry_point_of(path)]).plugins
    return plugin


def test_a_file_is_a_distribution_of_its_own(write):
    path = write(LOSS.format(name="mine"))
    plugin = offered(path)
    assert (plugin.distribution, plugin.status, plugin.file) == ("my_gan", "loaded", str(path))
    assert [one.name for one in plugin.offers["loss"]] == ["mine"]
    assert hash_of(plugin.version) == sha256_of(path)
    assert ganreg.registry().names("loss").count("mine") == 0


def test_hooks_and_registered_classes_together_and_modules_beside_it(write):
    write("NAME = 'beside'", "beside_it.py")
    text = LOSS.format(name="mine") + (
        "import beside_it\n@ganreg.hookimpl\ndef ganreg_losses():\n    return [ganreg.Component(beside_it.NAME, Own)]\n"
    )
    assert [one.name for one in offered(write(text)).offers["loss"]] == ["beside", "mine"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("x = 1", "offers nothing; decorate its classes with @ganreg.register"),
        ("raise OSError('no colours left')", "OSError: no colours left"),
        ("import sys; sys.exit(3)", "SystemExit: 3"),
        ("def f(:", "SyntaxError"),
    ],
)
def test_a_file_that_fails_says_why(write, text, reason):
    plugin = offered(write(text))
    assert plugin.status == "failed"
    assert reason in plugin.error


def test_names_of_any_file_fit_for_specs(write):
    assert entry_point_of(write("", "my gan (2).py")).distribution == "my-gan-2"
    assert entry_point_of(write("", "_.py")).distribution == "file"


def test_the_path_is_checked(write, tmp_path, monkeypatch):
    path = write("")
    monkeypatch.chdir(tmp_path)
    assert whole_path(type(path)("my_gan.py")) == path.resolve()
    with pytest.raises(ganreg.SpecError, match=r"there is no plugin file .*other\.py"):
        whole_path(tmp_path / "other.py")
    with pytest.raises(ganreg.SpecError, match="must be a Python file"):
        whole_path(tmp_path)


def test_the_environment_names_files(write):
    path = write(LOSS.format(name="mine"))
    name_in_environment(str(path))
    name_in_environment(str(path))
    assert named_by_environment() == [str(path)]
    assert os.environ["GANREG_PLUGIN"] == str(path)
    assert "mine" in build_registry(disabled=frozenset({"*"})).names("loss")


def test_a_missing_file_of_the_environment_is_a_plugin_that_failed(tmp_path, monkeypatch):
    monkeypatch.setenv("GANREG_PLUGIN", str(tmp_path / "gone.py"))
    (plugin,) = (one for one in build_registry(disabled=frozenset({"*"})).plugins if one.file)
    assert (plugin.status, plugin.error) == ("failed", f"there is no plugin file {tmp_path / 'gone.py'}")
