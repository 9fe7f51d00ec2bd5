"""Starting from a trained GAN, wherever it is."""

import shutil

import numpy as np
import pytest

import ganreg
from ganreg.checkpoints.starting import keep_start, restore_start


@pytest.fixture(scope="module")
def trained(small):
    gan = small("gaussian-1d:samples=64", seed=1)
    gan.fit(steps=2, verbose=0, execution="graph", updates_per_call=2)
    return gan


@pytest.fixture(scope="module")
def places(trained, tmp_path_factory):
    """The trained GAN, and what it was saved as."""
    folder = tmp_path_factory.mktemp("places")
    trained.save(folder / "folder")
    trained.save(folder / "gan.keras")
    trained.average_generator.save(folder / "generator.keras")
    return folder


def start(small, source, **options):
    return small(options.pop("data", "gaussian-1d:samples=64"), seed=2, start_from=source, **options)


@pytest.mark.parametrize("name", [None, "folder", "gan.keras"])
def test_a_gan_a_folder_or_a_file(small, trained, places, name, recwarn):
    source = trained if name is None else places / name
    gan = start(small, source if name is None else str(source))
    np.testing.assert_array_equal(gan.generate(4, seed=0), trained.generate(4, seed=0))
    np.testing.assert_array_equal(gan.generate(4, seed=0, average=False), trained.generate(4, seed=0, average=False))
    assert gan.transferred.is_complete
    assert gan.transferred.source == ("a GAN of recipe custom" if name is None else str(source))
    assert gan.transferred.iterations == 2
    assert int(gan.iterations) == 0
    assert not recwarn.list
    assert small().transferred is None


def test_what_was_left_out_is_a_warning(small, trained):
    with pytest.warns(
        ganreg.GanregWarning, match=r"1 of 2 layers of the generator.*not loaded.*generator dense_1"
    ) as told:
        gan = start(small, trained, generator="mlp:latent_dim=3,widths=[8]", data=ganreg.DataSpec((3,)))
    assert len(told) == 1
    assert str(told[0].message) == str(gan.transferred)
    assert "/tests/" in told[0].filename


@pytest.mark.parametrize(
    ("source", "error", "message"),
    [
        (5, ganreg.SpecError, "start_from must be a GAN or the folder of a run, got int"),
        ("gone", ganreg.RunError, "gone holds no run"),
        ("generator.keras", ganreg.RunError, "is a Keras file, not the folder of a run"),
    ],
)
def test_what_holds_no_gan_is_refused(small, places, monkeypatch, source, error, message):
    monkeypatch.chdir(places)
    with pytest.raises(error, match=message):
        start(small, source)


def test_a_keras_model_has_a_place_of_its_own(small, trained):
    with pytest.raises(ganreg.SpecError, match="pass it as the generator or discriminator"):
        start(small, trained.generator)


def test_a_run_without_a_checkpoint_is_refused(small, places, tmp_path):
    shutil.copytree(places / "folder", tmp_path / "run")
    shutil.rmtree(tmp_path / "run" / "checkpoints")
    with pytest.raises(ganreg.RunError, match="holds no checkpoint yet"):
        start(small, tmp_path / "run")


def test_the_start_of_a_run_is_kept_and_restored(small, trained, tmp_path):
    gan, again = start(small, trained), start(small, trained)
    keep_start(gan.players, tmp_path)
    again.generator.set_weights([0 * one for one in again.generator.get_weights()])
    restore_start(again.players, tmp_path)
    np.testing.assert_array_equal(again.generate(3, seed=0), gan.generate(3, seed=0))


def test_without_a_start_nothing_is_kept(trained, tmp_path):
    keep_start(trained.players, tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_start_that_is_lost_is_told(trained, tmp_path):
    with pytest.raises(ganreg.RunError, match="start no longer holds the weights with which the run began"):
        restore_start(trained.players, tmp_path)
