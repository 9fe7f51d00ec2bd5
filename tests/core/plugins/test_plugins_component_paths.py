from pathlib import Path

import pytest

import ganreg
from ganreg import Recipe, Spec
from ganreg.plugins.component_paths import paths_of, with_absolute_paths


@pytest.fixture
def inside(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path


def absolute(dataset):
    return with_absolute_paths(Recipe(dataset=dataset), ganreg.registry()).dataset


def test_paths_become_absolute_and_nothing_else_changes(inside):
    spec = absolute("csv:path=data/t.csv,label=data")

    assert spec.parameters["path"] == str(inside / "data" / "t.csv")
    assert spec.parameters["label"] == "data"
    assert absolute("csv:path=~/t.csv").parameters["path"] == str(inside / "home" / "t.csv")
    assert absolute("csv:path=/data/t.csv").parameters["path"] == "/data/t.csv"
    assert absolute("csv").parameters == {}


def test_paths_of_a_dataset_within_a_dataset(inside):
    spec = absolute("degraded:dataset='npz:path=x.npz'")

    assert Spec.of(spec.parameters["dataset"]).parameters["path"] == str(inside / "x.npz")
    assert paths_of("dataset", spec, ganreg.registry()) == [inside / "x.npz"]
    assert absolute("degraded:dataset=digits") == Spec.of("degraded:dataset=digits")


@pytest.mark.parametrize("spec", ["unregistered/Mine:path=x.csv", "csv:nothing=x.csv"])
def test_what_cannot_be_created_is_left_as_it_is(spec):
    known = ganreg.registry()

    assert absolute(spec) == Spec.of(spec)
    assert paths_of("dataset", Spec.of(spec), known) == []


def test_an_assembly_names_its_files_absolutely(inside):
    Path("t.csv").write_text("x\n1\n2\n")

    gan = ganreg.assemble(
        generator="mlp:widths=[2]", discriminator="mlp:widths=[2]", loss="hinge", data="csv:path=t.csv"
    )

    assert gan.recipe.dataset.parameters["path"] == str(inside / "t.csv")


def test_a_game_that_no_plugin_offers_brings_its_roles(inside):
    recipe = Recipe(game="unregistered/Mine", networks={"encoder": "mlp"}, dataset="csv:path=t.csv")
    roles = {"generator": "generator", "discriminator": "discriminator", "encoder": "translator"}

    changed = with_absolute_paths(recipe, ganreg.registry(), roles)

    assert changed.game == recipe.game
    assert changed.networks == recipe.networks
    assert changed.dataset.parameters["path"] == str(inside / "t.csv")


def test_empty_text_names_no_component():
    spec = Spec.of({"name": "perceptual", "dataset": ""})

    assert with_absolute_paths(Recipe(regularizers=[spec]), ganreg.registry()).regularizers == (spec,)
