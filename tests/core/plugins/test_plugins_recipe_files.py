"""Recipes in files: what they may name, above all which paths."""

from pathlib import Path

import attrs
import pytest

import ganreg
from ganreg import Component, parameter
from ganreg.plugins.recipe_files import find_recipe


@attrs.frozen(kw_only=True)
class Files(ganreg.Dataset):
    """A data set of the user's own files."""

    path: Path | None = parameter(None, "one")
    more: tuple[Path, ...] = parameter((), "further ones")
    text: str = parameter("", "no path")


@attrs.frozen(kw_only=True)
class Masked(ganreg.Regularizer):
    """A regularizer that reads a file."""

    mask: Path = parameter(Path("mask.npy"), "what it reads")


@pytest.fixture
def known(make_registry, point):
    networks = {
        "ganreg_generators": [Component("mlp", ganreg.registry().implementation("generator", "mlp"))],
        "ganreg_discriminators": [Component("mlp", ganreg.registry().implementation("discriminator", "mlp"))],
        "ganreg_losses": [Component("non-saturating", ganreg.registry().implementation("loss", "non-saturating"))],
    }
    return make_registry(
        point(
            "acme",
            ganreg_datasets=[Component("files", Files)],
            ganreg_regularizers=[Component("masked", Masked)],
            ganreg_recipes=[ganreg.Recipe(name="plain")],
            **networks,
        )
    )


@pytest.fixture
def written(tmp_path):
    """Writes a recipe's file and returns its path."""

    def write(text):
        file = tmp_path / "theirs" / "recipe.toml"
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
        return str(file)

    return write


def test_a_path_means_one_beside_the_file(known, written, tmp_path, monkeypatch):
    file = written("dataset = {name = 'files', path = 'a/b.csv', more = ['c', './d/../e'], text = '../f'}")
    monkeypatch.chdir(tmp_path / "theirs")

    recipe = find_recipe("recipe.toml", known)

    folder = tmp_path / "theirs"
    assert recipe.dataset.as_table() == {
        "name": "files",
        "path": str(folder / "a/b.csv"),
        "more": [str(folder / "c"), str(folder / "e")],
        "text": "../f",
    }
    assert find_recipe(file, known) == recipe
    made = known.create("dataset", recipe.dataset)
    assert made.path == folder / "a/b.csv"


@pytest.mark.parametrize("path", ["/etc/passwd", "../up.csv", "a/../../up.csv", "~/secret", "link/passwd"])
@pytest.mark.parametrize("table", ["path = '{}'", "more = ['a', '{}']"])
def test_a_path_that_leads_elsewhere_is_refused(known, written, path, table):
    file = written(f"dataset = {{name = 'files', {table.format(path)}}}")
    (Path(file).parent / "link").symlink_to("/etc")
    with pytest.raises(
        ganreg.SpecError,
        match=rf"{file}: dataset 'files': .* leads out of the recipe's folder: '{path}'; .*\(--dataset\)",
    ):
        find_recipe(file, known)


def test_spec_text_in_a_file_is_held_to_the_same(known, written):
    with pytest.raises(ganreg.SpecError, match="leads out of the recipe's folder: '/etc/passwd'"):
        find_recipe(written("dataset = 'files:path=/etc/passwd'"), known)


def test_any_component_is_held_to_the_same(known, written):
    file = written("regularizers = ['masked:mask=/etc/passwd']")
    with pytest.raises(ganreg.SpecError, match=r"regularizer 'masked': mask leads out .*--regularizer"):
        find_recipe(file, known)
    assert find_recipe(file, known, given=["regularizers"]).name == "custom"


def test_what_the_user_gives_instead_is_not_looked_at(known, written):
    file = written("dataset = 'files:path=/etc/passwd'")
    assert find_recipe(file, known, given=["dataset"]).dataset.parameters == {"path": "/etc/passwd"}


def test_the_user_s_own_paths_lead_anywhere(known):
    assert known.create("dataset", "files:path=../up.csv").path == Path("../up.csv")


def test_a_registered_name_comes_before_a_file_of_that_name(known, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plain").write_text("no TOML")
    assert find_recipe("plain", known).name == "plain"


@pytest.mark.parametrize("name", ["os:system", "builtins:eval", "keras.layers:Lambda", "acme.module:Class"])
@pytest.mark.parametrize("text", ["loss = '{}'", "loss = {{name = '{}'}}", "regularizers = ['{}']", "dataset = '{}'"])
def test_nothing_but_registered_names(known, written, text, name):
    with pytest.raises(ganreg.SpecError, match=r"recipe\.toml: "):
        find_recipe(written(text.format(name)), known)


def test_values_of_a_wrong_type_are_left_to_their_component(known, written):
    recipe = find_recipe(written("dataset = {name = 'files', path = 3}"), known)
    with pytest.raises(ganreg.SpecError, match="dataset 'files': parameter 'path': expected text, got 3"):
        known.create("dataset", recipe.dataset)


def test_assembling_from_a_file_holds_it_to_the_same(tmp_path):
    (tmp_path / "recipe.toml").write_text("dataset = 'npz:path=/etc/passwd'")
    with pytest.raises(ganreg.SpecError, match="leads out of the recipe's folder"):
        ganreg.assemble(tmp_path / "recipe.toml")
