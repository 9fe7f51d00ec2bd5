"""A GAN trains on data of every kind, and shows networks one range while it returns the data's own."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import ganreg
from ganreg.engine.variables import put_back, weights_hash

PIXELS = np.random.default_rng(0).integers(0, 256, (32, 4, 4, 1)).astype(np.uint8)
SMALL = {"generator": "mlp:widths=[4]", "discriminator": "mlp:widths=[4]", "loss": "non-saturating", "batch_size": 8}


def assembled(value_range, **changes):
    data = ganreg.DataSpec((4, 4, 1), value_range=value_range, **changes.pop("data", {}))
    return ganreg.assemble(**{**SMALL, "data": data, **changes})


@pytest.fixture(scope="module")
def trained():
    """GANs for each range, trained on the same images in that range."""
    gans = {}
    for value_range in [(-1, 1), (0, 1), (0, 255)]:
        gans[value_range] = gan = assembled(value_range)
        least, greatest = value_range
        images = PIXELS if value_range == (-1, 1) else (PIXELS / 255 * (greatest - least) + least).astype(np.float32)
        gan.fit(images, steps=3, verbose=0, execution="graph", updates_per_call=3)
    return gans


def test_networks_do_not_know_the_range_of_the_data(trained):
    """The same images in any range make the same networks, up to the rounding of their values."""
    weights = [gan.generator.get_weights() + gan.discriminator.get_weights() for gan in trained.values()]
    for others in weights[1:]:
        for one, other in zip(weights[0], others, strict=True):
            np.testing.assert_allclose(one, other, atol=1e-5)


def test_samples_are_in_the_datas_own_range(trained):
    plain = trained[-1, 1].generate(16, seed=0)
    assert plain.min() < 0 < plain.max()
    for (least, greatest), gan in trained.items():
        expected = least + (plain + 1) / 2 * (greatest - least)
        for average in (True, False):
            made = gan.generate(16, seed=0, average=average)
            assert made.dtype == np.float32
            assert least <= made.min() <= made.max() <= greatest
        np.testing.assert_allclose(gan.generate(16, seed=0), expected, atol=1e-4 * (greatest - least))


def test_real_and_generated_samples_reach_the_discriminator_on_one_scale(trained):
    for value_range, gan in trained.items():
        for images in (PIXELS, PIXELS / 255 * (value_range[1] - value_range[0]) + value_range[0]):
            real = gan.batches_of(images, shuffle=False).take(0, 1)["real"][0]
            np.testing.assert_allclose(real, PIXELS[:8] / 127.5 - 1, atol=1e-5)
        made = gan.generator(100 * np.random.default_rng(0).normal(size=(64, gan.assembly.generator.latent_dim)))
        assert -1 <= np.min(made) < -0.99
        assert 0.99 < np.max(made) <= 1


def test_everything_that_leaves_a_gan_is_in_the_datas_own_range(trained, tmp_path):
    gan = trained[0, 255]
    latents = np.random.default_rng(1).normal(size=(5, gan.assembly.generator.latent_dim)).astype(np.float32)
    expected = (np.array(gan.average_generator(latents)) + 1) * 127.5
    np.testing.assert_allclose(gan(latents), expected, rtol=1e-5)
    np.testing.assert_allclose(gan.predict(latents, verbose=0), expected, rtol=1e-5)
    gan.save(tmp_path / "saved")
    alone = keras.models.load_model(tmp_path / "saved" / "generator.keras")
    np.testing.assert_allclose(alone(latents), expected, rtol=1e-5)
    loaded = ganreg.load(tmp_path / "saved")
    assert loaded.assembly.data == gan.assembly.data
    np.testing.assert_array_equal(loaded.generate(4, seed=0), gan.generate(4, seed=0))


@pytest.mark.parametrize("images", [PIXELS, PIXELS / 127.5 - 1, (PIXELS / 255)])
def test_data_without_a_description_have_the_range_that_they_are_within(images):
    gan = ganreg.assemble(**SMALL, data=images)
    expected = (0.0, 1.0) if images.min() >= 0 and images.dtype != np.uint8 else (-1.0, 1.0)
    assert gan.assembly.data.value_range == expected
    np.testing.assert_allclose(gan.batches_of(shuffle=False).take(0, 1)["real"][0], PIXELS[:8] / 127.5 - 1, atol=1e-5)


@pytest.mark.parametrize("images", [PIXELS.astype(np.float32), PIXELS.astype(int), PIXELS / 64 - 2])
def test_images_of_another_range_are_refused_at_every_way_in(images, tmp_path):
    np.savez(tmp_path / "images.npz", x=images)
    ways = [
        lambda: ganreg.assemble(**SMALL, data=images),
        lambda: ganreg.Data(train=images),
        lambda: ganreg.create("dataset", f'npz:path="{tmp_path / "images.npz"}"').load(),
        lambda: assembled(None).batches_of(images),
        lambda: assembled((-1, 1)).batches_of(images),
        lambda: assembled((-1, 1)).batches_of(tf.data.Dataset.from_tensor_slices(images).batch(8)),
    ]
    for way in ways:
        with pytest.raises(ganreg.DataError, match=r"values in|range over") as error:
            way()
        assert "uint8" in str(error.value)


class Slices(keras.utils.PyDataset):
    def __len__(self):
        return 4

    def __getitem__(self, index):
        return PIXELS[8 * index : 8 * index + 8], np.eye(2)[np.arange(8) % 2]


def dicts():
    return tf.data.Dataset.from_tensor_slices({"image": PIXELS, "label": np.arange(32) % 2}).batch(8)


def test_a_conditional_gan_trains_on_every_kind_of_data_alike():
    """The same batches in the same order give the same weights, whatever yields them."""
    labels = np.arange(32) % 2
    kinds = {
        "arrays": lambda: (PIXELS, labels),
        "one-hot": lambda: (PIXELS, np.eye(2)[labels]),
        "text": lambda: (PIXELS, np.array(["cat", "dog"])[labels]),
        "dicts": lambda: (dicts(),),
        "PyDataset": lambda: (Slices(),),
        "generator": lambda: (iter(dicts().repeat()),),
    }
    conditional = dict.fromkeys(("generator", "discriminator"), "mlp:widths=[4],conditional=true")
    gan = assembled((-1, 1), data={"num_classes": 2}, **conditional)
    hashes = {}
    for name, given in kinds.items():
        with put_back(gan.players):
            gan.fit(*given(), steps=6, shuffle=False, verbose=0, execution="graph", updates_per_call=3)
            hashes[name] = weights_hash(gan.players)
    assert len(set(hashes.values())) == 1, hashes


def test_fit_goes_on_with_the_next_batch_of_a_generator():
    seen = []

    def batches():
        for number in range(100):
            seen.append(number)
            yield PIXELS[:8]

    gan, stream = assembled((-1, 1)), batches()
    for _ in range(2):
        gan.fit(stream, steps=2, verbose=0, execution="eager")
    assert seen == [0, 1, 2, 3]


def test_a_pipeline_must_be_described():
    with pytest.raises(ganreg.DataError, match=r"does not describe its samples; pass data=DataSpec\(shape, \.\.\.\)"):
        ganreg.assemble(**SMALL, data=dicts())


class Growing(keras.utils.PyDataset):
    """Each epoch shows other samples."""

    epochs = 0

    def __len__(self):
        return 4

    def __getitem__(self, index):
        return (np.roll(PIXELS, self.epochs, axis=0)[8 * index : 8 * index + 8],)

    def on_epoch_end(self):
        self.epochs += 1


@pytest.mark.parametrize(
    "make",
    [Growing, lambda: tf.data.Dataset.from_tensor_slices(PIXELS).shuffle(32, seed=3).batch(8)],
    ids=["PyDataset", "tf.data"],
)
def test_a_loaded_gan_continues_with_the_batches_that_come_next(make, tmp_path):
    """The number of updates since the start says which batch is next, in the middle of an epoch too."""
    how = {"verbose": 0, "execution": "graph", "updates_per_call": 1}
    gan = assembled((-1, 1))
    with put_back(gan.players):
        gan.fit(make(), steps=7, **how)
        expected = weights_hash(gan.players)
    gan.fit(make(), steps=5, **how)
    gan.save(tmp_path / "saved")
    loaded = ganreg.load(tmp_path / "saved")
    loaded.fit(make(), steps=2, **how)
    assert weights_hash(loaded.players) == expected
