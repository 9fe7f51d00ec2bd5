"""Loading runs, including foreign ones, which may not lead out of their folder, name code, or be changed by halves."""

import hashlib
import json
import shutil

import numpy as np
import pytest

import ganreg
from ganreg.runs.loading import rebuild, restore
from ganreg.runs.training import resume, train
from ganreg.runs.verifying import verify


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """An unfinished run of six iterations out of twelve."""
    gan = ganreg.assemble(
        generator="mlp:latent_dim=2,widths=[4]",
        discriminator="mlp:widths=[4]",
        data="gaussian-1d:samples=64",
        batch_size=16,
    )
    path = tmp_path_factory.mktemp("safety") / "run"
    train(gan, path, steps=6, checkpoint_every=2, sample_every=6, execution="graph", updates_per_call=1)
    text = (path / "run.toml").read_text()
    (path / "run.toml").write_text(text[: text.index("[result]")].replace("steps = 6", "steps = 12", 1))
    return path


@pytest.fixture
def run(made, tmp_path):
    """A copy of the run."""
    return shutil.copytree(made, tmp_path / "run")


def test_the_rebuilt_gan_is_the_one_before_training(made):
    """Training it again for the same six iterations leads to the stored weights."""
    gan = rebuild(made)
    assert int(gan.iterations) == 0
    gan.fit(steps=6, verbose=0, execution="graph", updates_per_call=1)
    np.testing.assert_array_equal(gan.generate(8, seed=1), ganreg.load(made).generate(8, seed=1))


def test_components_learn_whether_a_checkpoint_replaces_their_state(made):
    assert not rebuild(made).assembly.restored
    assert rebuild(made, restored=True).assembly.restored
    assert ganreg.load(made).assembly.restored


def test_each_kept_checkpoint_can_be_loaded(made):
    gan = rebuild(made)
    samples = {}
    for iteration in (2, 4, 6):
        restore(gan, made, iteration)
        assert int(gan.iterations) == iteration
        samples[iteration] = gan.generate(8, seed=1)
        np.testing.assert_array_equal(samples[iteration], ganreg.load(made, checkpoint=iteration).generate(8, seed=1))
    assert not np.array_equal(samples[2], samples[6])


def contents(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
        if path.name != ".lock"
    }


def rewrite_manifests(run, change):
    """Changes every manifest together with its checksum, as an attacker would."""
    for path in (run / "checkpoints").glob("ckpt-*.json"):
        content = json.loads(path.read_text())
        content.pop("sha256")
        change(content)
        digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
        path.write_text(json.dumps({"sha256": digest} | content))


def refused_unchanged(run, error, match, **options):
    before = contents(run)
    with pytest.raises(error, match=match):
        resume(run, **options)
    assert contents(run) == before


@pytest.mark.parametrize("name", ["../recipe.toml", "/etc/passwd", "..", "ckpt-0.index", "sub/ckpt-6.index"])
def test_a_manifest_names_its_own_files_only(run, name):
    rewrite_manifests(run, lambda content: content["files"].update({name: "0"}))
    refused_unchanged(run, ganreg.RunError, "its manifest names .*, which is not one of its files")
    with pytest.raises(ganreg.RunError, match="not one of its files"):
        ganreg.load(run)


@pytest.mark.parametrize("place", ["metrics.csv", "samples", "checkpoints", "run.toml", ".lock", "samples/x.png"])
@pytest.mark.parametrize("use", [resume, verify, ganreg.load])
def test_a_link_out_of_the_folder_is_refused(run, tmp_path, place, use):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "file").write_text("the user's own")
    if (run / place).is_dir():
        shutil.rmtree(run / place)
        (run / place).symlink_to(outside)
    else:
        (run / place).unlink(missing_ok=True)
        (run / place).symlink_to(outside / "file")
    with pytest.raises(ganreg.RunError, match=f"{place} is a link that leads out of the run's folder"):
        use(run)
    assert contents(outside) == {"file": b"the user's own"}


def test_links_within_the_folder_and_to_it_are_allowed(run, tmp_path):
    (run / "samples" / "newest.png").symlink_to("00000006.png")
    (tmp_path / "link").symlink_to(run)
    assert int(ganreg.load(tmp_path / "link").iterations) == 6


@pytest.mark.parametrize("name", ["os:system", "builtins:eval", "keras.layers:Lambda", "ganreg.gan:GAN"])
@pytest.mark.parametrize("use", [resume, verify, ganreg.load])
def test_a_recipe_names_registered_components_only(run, name, use):
    text = (run / "recipe.toml").read_text()
    (run / "recipe.toml").write_text(text.replace('name = "non-saturating"', f'name = "{name}"'))
    with pytest.raises(
        ganreg.GanregError, match=r"recipe\.toml: .*" + name.partition(":")[0] + "|has not done its steps"
    ):
        use(run)


@pytest.mark.parametrize(
    "state", [None, 3, [], {}, {"columns": 3}, {"columns": [], "bytes": "x", "done": [], "pending": 4}]
)
def test_an_invalid_state_of_the_metrics_file(run, state):
    rewrite_manifests(run, lambda content: content["recorders"].update(metrics=state))
    refused_unchanged(
        run, ganreg.RunError, r"the checkpoint does not hold the position in .*metrics\.csv; --allow-changes"
    )


def test_a_deeply_nested_manifest(run):
    for path in (run / "checkpoints").glob("ckpt-*.json"):
        path.write_text("[" * 100_000)
    refused_unchanged(run, ganreg.RunError, "its manifest cannot be read")


@pytest.mark.parametrize("table", ["data = 3", "[data]\nshape = [1]\nvalue_range = [0]", "[data]\nshape = ['x']"])
def test_an_invalid_description_of_the_data(run, table):
    (run / "recipe.toml").write_text(table)
    refused_unchanged(run, ganreg.GanregError, r"recipe\.toml.*data")


@pytest.mark.slow
def test_columns_of_an_older_version(run):
    """Two fewer columns, as before gradient norms were logged."""
    dropped = ["generator_gradient_norm", "discriminator_gradient_norm"]

    def older(content):
        state = content["recorders"]["metrics"]
        state["columns"] = [name for name in state["columns"] if name not in dropped]

    rewrite_manifests(run, older)
    rows = (run / "metrics.csv").read_text()
    told = r"the columns of .*metrics\.csv differ .*: with .*_gradient_norm, .*_gradient_norm; --allow-changes"
    refused_unchanged(run, ganreg.RunError, told)

    resume(run, allow_changes=True)

    assert (run / "metrics-to-6.csv").read_text() == rows
    assert [line.split(",")[0] for line in (run / "metrics.csv").read_text().splitlines()] == [
        "iteration", *map(str, range(7, 13)),
    ]  # fmt: skip


def test_a_changed_batch_size_that_the_data_cannot_fill(run):
    text = (run / "recipe.toml").read_text()
    (run / "recipe.toml").write_text(text.replace("batch_size = 16", "batch_size = 65"))
    refused_unchanged(run, ganreg.DataError, "batch size 65 is more than the 64 samples", allow_changes=True)


def test_a_generator_file_is_not_a_run(run):
    remedy = r"generator\.keras is a Keras file, not the folder of a run; .*models\.load_model"
    with pytest.raises(ganreg.RunError, match=remedy):
        ganreg.load(run / "generator.keras")
