"""Loading plugin files: once, under a name of their own, and again for a run only if the user has named them."""

import sys

import pytest

import ganreg
from ganreg.plugins.files import hashes, load_plugin, load_recorded
from ganreg.plugins.registry import build_registry

TEXT = "import attrs, ganreg\n\n@ganreg.register(name='mine')\n@attrs.frozen\nclass Own(ganreg.Loss):\n    pass\n"


@pytest.fixture(autouse=True)
def surroundings(tmp_path, monkeypatch):
    monkeypatch.setenv("GANREG_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(sys, "path", list(sys.path))


@pytest.fixture
def known():
    return build_registry([])


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "my_gan.py"
    path.write_text(TEXT)
    return path


def test_a_file_is_loaded_once(file, known):
    plugin = load_plugin(file, known)
    assert load_plugin(str(file), known) is plugin
    assert known.names("loss") == ["mine"]
    assert list(hashes(known)) == [str(file)]


def test_two_files_of_one_name_and_a_file_called_as_a_distribution_are_refused(file, known, tmp_path, point):
    load_plugin(file, known)
    other = tmp_path / "other" / "my_gan.py"
    other.parent.mkdir()
    other.write_text(TEXT)
    with pytest.raises(ganreg.PluginError, match=r"because the file .*my_gan.py is called 'my_gan' too; rename it"):
        load_plugin(other, known)
    known.add(point("acme", ganreg_losses=[]))
    acme = tmp_path / "acme.py"
    acme.write_text(TEXT)
    with pytest.raises(ganreg.PluginError, match="because an installed distribution is called 'acme' too"):
        load_plugin(acme, known)


def test_two_files_may_offer_one_name(file, known, tmp_path):
    other = tmp_path / "other.py"
    other.write_text(TEXT)
    load_plugin(file, known)
    load_plugin(other, known)
    assert known.names("loss") == ["my_gan/mine", "other/mine"]


def test_a_file_that_fails_is_an_error(known, tmp_path):
    path = tmp_path / "bad.py"
    path.write_text("raise ValueError('no colours left')")
    with pytest.raises(ganreg.PluginError, match=r"bad.py failed: ValueError: no colours left"):
        load_plugin(path, known)


def test_a_recorded_file_is_loaded_only_if_the_user_has_named_it(file, known):
    recorded = {str(file): "0"}
    with pytest.raises(ganreg.RunError, match=r"that you have not named on this machine yet; .* --plugin"):
        load_recorded(recorded, where="run/recipe.toml", known=known)
    assert known.names("loss") == []
    load_plugin(file, build_registry([]))
    with pytest.warns(ganreg.GanregWarning, match=r"my_gan.py has changed since run/recipe.toml was written"):
        load_recorded(recorded, where="run/recipe.toml", known=known)
    assert known.names("loss") == ["mine"]


def test_an_unchanged_file_is_not_told(file, known):
    recorded = hashes_of(file)
    load_recorded(recorded, where="run", known=known)
    assert known.names("loss") == ["mine"]


def hashes_of(file):
    other = build_registry([])
    load_plugin(file, other)
    return hashes(other)


def test_a_file_in_another_place_stands_for_one_of_its_name(file, known, tmp_path):
    recorded = {str(tmp_path / "elsewhere" / "my_gan.py"): next(iter(hashes_of(file).values()))}
    with pytest.raises(ganreg.RunError, match="which is missing; name it with --plugin FILE"):
        load_recorded(recorded, where="run", known=known)
    load_plugin(file, known)
    load_recorded(recorded, where="run", known=known)


def test_a_damaged_record_is_refused(known):
    with pytest.raises(ganreg.RunError, match="plugin_files must be a table, got 3"):
        load_recorded(3, where="run", known=known)
