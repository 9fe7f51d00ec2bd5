"""Inverting image files and arrays with a generator that can make every image."""

import attrs
import keras
import numpy as np
import pytest
from PIL import Image

import ganreg
from ganreg.data.spec import DataSpec
from ganreg.runs.inverting import invert_files, resized_image
from ganreg.runs.translating import find_inputs


@attrs.frozen(kw_only=True)
class Identity(ganreg.Generator):
    """Pixels are the latents."""

    def build(self, data):
        latents = keras.Input((self.latent_dim,))
        identity = keras.layers.Dense(data.size, use_bias=False, kernel_initializer=keras.initializers.Identity(0.5))
        return keras.Model(latents, keras.layers.Reshape(data.shape)(identity(latents)))


DATA = DataSpec((4, 4, 1), value_range=(-1, 1))


@pytest.fixture(scope="module")
def gan(small):
    return small(DATA, generator=Identity(latent_dim=16))


@pytest.fixture
def invert(gan, tmp_path):
    def run(*names, output="out.png", label=None):
        found = find_inputs([tmp_path / name for name in names], "--invert")
        return invert_files(gan, found, tmp_path / output, label=label, seed=0)

    return run


def picture(path, side=4):
    path.parent.mkdir(exist_ok=True)
    pixels = np.random.default_rng(0).integers(40, 210, (side, side), np.uint8)
    Image.fromarray(pixels).save(path)
    return pixels


def test_an_image_is_found_and_written_with_its_latents(invert, tmp_path):
    pixels = picture(tmp_path / "in.png")
    result = invert("in.png")
    with Image.open(tmp_path / "out.png") as image:
        np.testing.assert_allclose(np.asarray(image).astype(float), pixels, atol=2)
    assert result.latents == tmp_path / "out-latents.npy"
    np.testing.assert_allclose(np.load(result.latents), [(pixels.ravel() / 127.5 - 1) / 0.5], atol=0.05)
    assert (result.count, result.resized, result.skipped) == (1, (), ())
    assert result.distance < 0.02


def test_several_become_one_file(invert, gan, tmp_path):
    picture(tmp_path / "in" / "a.png")
    (tmp_path / "in" / "notes.txt").write_text("no image")
    values = np.random.default_rng(1).uniform(-0.5, 0.5, (2, 4, 4, 1)).astype(np.float32)
    np.save(tmp_path / "x.npy", values)
    result = invert("in", "x.npy", output="out.npy")
    assert result.count == 3
    assert result.skipped == (tmp_path / "in" / "notes.txt",)
    latents = np.load(result.latents)
    np.testing.assert_array_equal(np.load(tmp_path / "out.npy"), gan.generate(latents=latents))
    np.testing.assert_allclose(np.load(tmp_path / "out.npy")[1:], values, atol=0.02)
    picture(tmp_path / "in" / "b.png")
    assert invert("in", output="grid.png").count == 2


def test_bytes_are_images(invert, tmp_path):
    np.save(tmp_path / "x.npy", np.full((1, 4, 4, 1), 191, np.uint8))
    invert("x.npy", output="out.npy")
    np.testing.assert_allclose(np.load(tmp_path / "out.npy"), 191 / 127.5 - 1, atol=0.02)


def test_an_image_of_another_size_is_scaled_and_named(invert, tmp_path):
    picture(tmp_path / "in.png", side=8)
    assert invert("in.png").resized == ((tmp_path / "in.png", 8, 8),)


def test_an_image_is_cropped_centrally_and_averaged():
    image = np.zeros((4, 12, 1), np.float32)
    image[:, 4:6], image[:2, 6:8], image[:, :4] = 1.0, 0.5, -1.0
    made = resized_image(image, DataSpec((2, 2, 1), value_range=(-1, 1)))
    np.testing.assert_allclose(made[..., 0], [[1.0, 0.5], [1.0, 0.0]], atol=1e-6)


@pytest.mark.parametrize(
    ("names", "output", "label", "message"),
    [
        (["gone.png"], "out.png", None, "gone.png does not exist; check --invert"),
        (["in.png"], "out.csv", None, "cannot be rows of a table"),
        (["in.png"], "out.png", 1, "the generator is not conditional"),
        (
            ["wrong.npy"],
            "out.png",
            None,
            r"wrong.npy holds samples of shape \(5, 5, 1\), but the run's are \(4, 4, 1\)",
        ),
        (["single.npy"], "out.png", None, "single.npy holds one sample; add an axis"),
        (["broken"], "out.png", None, "every other image is broken"),
    ],
)
def test_what_does_not_fit_is_refused(invert, tmp_path, names, output, label, message):
    picture(tmp_path / "in.png")
    np.save(tmp_path / "wrong.npy", np.zeros((1, 5, 5, 1), np.float32))
    np.save(tmp_path / "single.npy", np.zeros((4, 4, 1), np.float32))
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "a.png").write_bytes((tmp_path / "in.png").read_bytes()[:-30])
    before = set(tmp_path.rglob("*"))
    with pytest.raises(ganreg.DataError, match=message):
        invert(*names, output=output, label=label)
    assert set(tmp_path.rglob("*")) == before
