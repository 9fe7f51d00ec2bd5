"""Recipes in files: which components and paths they may name."""

from pathlib import Path

import attrs
import pytest

import ganreg
from ganreg import Component, parameter
from ganreg.plugins.recipe_files import find_recipe


@attrs.frozen(kw_only=True)
class Files(ganreg.Dataset):
    """A dataset that reads files."""

    path: Path | None = parameter(None, "one")
    more: tuple[Path, ...] = parameter((), "further ones")
    text: str = parameter("", "no path")


@attrs.frozen(kw_only=True)
class Masked(ganreg.Regularizer):
    """A regularizer that reads a file."""

    mask: Path = parameter(Path("mask.npy"), "what it reads")


@attrs.frozen(kw_only=True)
class Derived(ganreg.Dataset):
    """A dataset that is made from another one."""

    dataset: str = parameter("files", "spec of the other one")


@attrs.frozen(kw_only=True)
class Pretrained(ganreg.Translator):
    """A translator that starts from a file."""

    start: Path | None = parameter(None, "its weights")


@attrs.frozen(kw_only=True)
class Scripted(ganreg.Game):
    """A game of translators that reads a file."""

    script: Path | None = parameter(None, "what it reads")

    roles = {"generator": "translator", "discriminator": "discriminator", "encoder": "translator"}  # noqa: RUF012


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
            ganreg_datasets=[Component("files", Files), Component("derived", Derived)],
            ganreg_translators=[Component("pretrained", Pretrained)],
            ganreg_games=[Component("scripted", Scripted)],
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


def test_a_path_is_relative_to_the_file(known, written, tmp_path, monkeypatch):
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
def test_a_path_out_of_the_folder_is_refused(known, written, path, table):
    file = written(f"dataset = {{name = 'files', {table.format(path)}}}")
    (Path(file).parent / "link").symlink_to("/etc")
    with pytest.raises(
        ganreg.SpecError,
        match=rf"{file}: dataset 'files': .* leads out of the recipe's folder: '{path}'; .*\(--dataset\)",
    ):
        find_recipe(file, known)


def test_a_folder_with_a_link_out_is_refused(known, written, tmp_path_factory):
    """Such as a folder of images: whoever reads it would read the user's own files."""
    file = written("dataset = {name = 'files', path = 'photos'}")
    photos = Path(file).parent / "photos" / "deeper"
    photos.mkdir(parents=True)
    (photos / "own.png").touch()
    (photos / "in.png").symlink_to("own.png")
    assert find_recipe(file, known).dataset is not None
    private = tmp_path_factory.mktemp("private")
    for target in (private, private / "photo.png"):
        (photos / "out.png").symlink_to(target)
        with pytest.raises(
            ganreg.SpecError, match=r"path names a folder with a link that leads out .*out\.png; .*\(--dataset\)"
        ):
            find_recipe(file, known)
        assert find_recipe(file, known, given=["dataset"]).name == "custom"
        (photos / "out.png").unlink()


def test_spec_text_in_a_file_is_checked_too(known, written):
    with pytest.raises(ganreg.SpecError, match="leads out of the recipe's folder: '/etc/passwd'"):
        find_recipe(written("dataset = 'files:path=/etc/passwd'"), known)


def test_every_component_is_checked(known, written):
    file = written("regularizers = ['masked:mask=/etc/passwd']")
    with pytest.raises(ganreg.SpecError, match=r"regularizer 'masked': mask leads out .*--regularizer"):
        find_recipe(file, known)
    assert find_recipe(file, known, given=["regularizers"]).name == "custom"


@pytest.mark.parametrize(
    ("text", "where", "option"),
    [
        ("game = {{name = 'scripted', script = '{}'}}", "game 'scripted': script", "--game"),
        ("game = 'scripted:script={}'", "game 'scripted': script", "--game"),
        (
            "game = 'scripted'\n[networks.encoder]\nname = 'pretrained'\nstart = '{}'",
            "translator 'pretrained': start",
            "--network encoder=SPEC",
        ),
        ("game = 'scripted'\ngenerator = 'pretrained:start={}'", "translator 'pretrained': start", "--generator"),
        ("dataset = {{name = 'derived', dataset = 'files:path={}'}}", "dataset 'files': path", "--dataset"),
        ("dataset = 'derived:dataset=\"derived:dataset=files:path={}\"'", "dataset 'files': path", "--dataset"),
    ],
)
def test_paths_of_games_their_networks_and_specs_within_specs(known, written, text, where, option):
    with pytest.raises(ganreg.SpecError, match=rf"recipe\.toml: {where} leads out of .*: '\.\./x'; .*\({option}\)"):
        find_recipe(written(text.format("../x")), known)

    file = written(text.format("below/x"))
    recipe = find_recipe(file, known)
    inside = str(Path(file).parent / "below" / "x")
    specs = [spec for spec in (recipe.game, recipe.generator, recipe.dataset, *recipe.networks.values()) if spec]
    assert any(inside in str(spec) for spec in specs)
    known.check(recipe)


def test_overridden_networks_are_not_checked(known, written):
    file = written("game = 'scripted'\n[networks]\nencoder = 'pretrained:start=/etc/passwd'")

    assert str(find_recipe(file, known, given=["encoder"]).networks["encoder"]) == "pretrained:start=/etc/passwd"
    with pytest.raises(ganreg.SpecError, match="leads out"):
        find_recipe(file, known)


@pytest.mark.parametrize("given", [[], ["game"], ["encodr"]])
def test_a_network_that_the_game_of_the_file_does_not_have_is_refused(known, written, given):
    """Otherwise another game, chosen on the command line, could use its path."""
    file = written("game = 'scripted'\n[networks]\nencodr = 'pretrained:start=/etc/passwd'")

    with pytest.raises(ganreg.SpecError, match=r"toml: its game has no network 'encodr'; did you mean 'encoder'"):
        find_recipe(file, known, given=given)


def test_overridden_fields_are_not_checked(known, written):
    file = written("dataset = 'files:path=/etc/passwd'")
    assert find_recipe(file, known, given=["dataset"]).dataset.parameters == {"path": "/etc/passwd"}


def test_paths_given_by_the_user_may_lead_anywhere(known):
    assert known.create("dataset", "files:path=../up.csv").path == Path("../up.csv")


def test_a_registered_name_takes_precedence_over_a_file(known, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plain").write_text("no TOML")
    assert find_recipe("plain", known).name == "plain"


@pytest.mark.parametrize("name", ["os:system", "builtins:eval", "keras.layers:Lambda", "acme.module:Class"])
@pytest.mark.parametrize("text", ["loss = '{}'", "loss = {{name = '{}'}}", "regularizers = ['{}']", "dataset = '{}'"])
def test_only_registered_names_are_accepted(known, written, text, name):
    with pytest.raises(ganreg.SpecError, match=r"recipe\.toml: "):
        find_recipe(written(text.format(name)), known)


def test_values_of_a_wrong_type_are_refused_by_their_component(known, written):
    recipe = find_recipe(written("dataset = {name = 'files', path = 3}"), known)
    with pytest.raises(ganreg.SpecError, match="dataset 'files': parameter 'path': expected text, got 3"):
        known.create("dataset", recipe.dataset)


def test_assembling_from_a_file_checks_its_paths(tmp_path):
    (tmp_path / "recipe.toml").write_text("dataset = 'npz:path=/etc/passwd'")
    with pytest.raises(ganreg.SpecError, match="leads out of the recipe's folder"):
        ganreg.assemble(tmp_path / "recipe.toml")
