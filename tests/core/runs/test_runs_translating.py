"""Translating image files, folders and arrays with networks whose answer is known."""

import attrs
import keras
import numpy as np
import pytest
from PIL import Image

import ganreg
from ganreg import Data, DataError, DataSpec, Game, NetworkSpec, RunError, Translator
from ganreg.runs.translating import find_inputs, translate_files

SIDE = 8
CLASSES = 3


@attrs.frozen(kw_only=True)
class Dimming(Translator):
    """Halves each value, or divides it by one more than its class; as vectors, the means over rows."""

    def build(self, source, target):
        made = images = keras.Input(source.shape)
        inputs = images
        divisor = 2.0
        if self.conditional:
            inputs = [images, labels := keras.Input((), dtype="int32")]
            divisor = keras.ops.reshape(keras.ops.cast(labels, "float32") + 1.0, (-1, 1, 1, 1))
        if not target.is_image:
            made, divisor = keras.ops.mean(keras.ops.reshape(images, (-1, *source.shape[:2])), axis=2), 1.0
        one = keras.layers.Dense(1, use_bias=False, kernel_initializer="ones")  # a weight, for an average to differ by
        return keras.Model(inputs, one(made / divisor) if target.is_image else made)


class Both(Game):
    """A translator of images and an encoder into vectors."""

    roles = {"generator": "translator", "discriminator": "discriminator", "encoder": "translator"}  # noqa: RUF012
    needs = ("source",)

    def networks(self, assembly):
        data = assembly.data.without_source
        return {
            "generator": NetworkSpec("generator", data, source=assembly.data.source),
            "encoder": NetworkSpec("encoder", DataSpec((SIDE,)), source=assembly.data.source),
            "discriminator": NetworkSpec("discriminator", data),
        }


def assembled(conditional=False, **changes):
    images = np.zeros((4, SIDE, SIDE, 1), np.uint8)
    data = Data(train=images, train_labels=[0, 1, 2, 0], source=Data(train=images), paired=True)
    settings = {
        "generator": Dimming(conditional=conditional),
        "networks": {"encoder": Dimming()},
        "discriminator": f"mlp:conditional={str(conditional).lower()}",
        "loss": "non-saturating",
        "data": data,
    }
    return ganreg.assemble(game=Both(), **settings | changes)


@pytest.fixture(scope="module")
def gan():
    return assembled()


@pytest.fixture
def image(tmp_path):
    """Writes a grey image of a size and returns its path and pixels: `image("a.png", 5, 7)`."""

    def write(name, height=SIDE, width=SIDE):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True, parents=True)
        pixels = np.random.default_rng(len(name)).integers(0, 256, (height, width), np.uint8)
        Image.fromarray(pixels).save(path)
        return path, pixels

    return write


def dimmed(pixels, divisor=2):
    """The pixels of what the network makes of an image: values of -1..1 are divided."""
    return np.round(((pixels / 127.5 - 1) / divisor + 1) * 127.5)


def pixels_of(path):
    with Image.open(path) as opened:
        assert opened.mode == "L"
        return np.asarray(opened).astype(float)


def translate(gan, paths, output, **options):
    return translate_files(gan, find_inputs(paths), output, **options)


# --- inputs


def test_a_folder_is_searched_at_any_depth_for_images(image, tmp_path):
    paths = [image(f"in/{name}")[0] for name in ("b.png", "a.png", "deep/er/c.png")]
    image("in/.hidden.png")
    image("in/.folder/d.png")
    (tmp_path / "in" / "notes.txt").write_text("no image")

    inputs = find_inputs([tmp_path / "in"])

    assert [file.path for file in inputs.found] == [paths[1], paths[0], paths[2]]
    assert [str(file.name) for file in inputs.found] == ["a.png", "b.png", "deep/er/c.png"]
    assert inputs.skipped == (tmp_path / "in" / "notes.txt",)


def test_several_inputs_keep_their_order(image, tmp_path):
    np.save(tmp_path / "x.npy", np.zeros((1, SIDE, SIDE, 1)))
    paths = [tmp_path / "x.npy", image("b.png")[0], image("a.png")[0]]

    inputs = find_inputs(paths)

    assert [(file.path, file.is_array, file.was_named) for file in inputs.found] == [
        (path, path.suffix == ".npy", True) for path in paths
    ]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("gone.png", "does not exist; check --input"),
        ("notes.txt", "is neither an image that Pillow can open nor a .npy file"),
        ("empty", "holds no images that Pillow can open"),
    ],
)
def test_what_cannot_be_translated_is_refused(tmp_path, name, message):
    (tmp_path / "notes.txt").write_text("no image")
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "notes.txt").write_text("no image")

    with pytest.raises(DataError, match=f"{tmp_path / name} {message}"):
        find_inputs([tmp_path / name])


# --- outputs


@pytest.mark.parametrize("size", [(SIDE, SIDE), (5, 13), (1, 30)])
def test_an_image_keeps_its_size(gan, image, tmp_path, size):
    path, pixels = image("photo.png", *size)

    assert translate(gan, [path], tmp_path / "out.png").count == 1
    np.testing.assert_allclose(pixels_of(tmp_path / "out.png"), dimmed(pixels), atol=1)


def test_a_folder_keeps_names_and_subfolders(gan, image, tmp_path):
    pixels = {name: image(f"in/{name}.gif", 3 + len(name), 6)[1] for name in ("a", "deep/b")}
    (tmp_path / "in" / "notes.txt").write_text("no image")
    whole = image("in/cut.png", 64, 64)[0]
    whole.write_bytes(whole.read_bytes()[:200])

    done = translate(gan, [tmp_path / "in"], tmp_path / "out" / "below")

    assert done.count == 2
    assert done.skipped == (tmp_path / "in" / "notes.txt", whole)
    files = sorted(str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*") if path.is_file())
    assert files == ["below/a.png", "below/deep/b.png"]
    for name, stored in pixels.items():
        np.testing.assert_allclose(pixels_of(tmp_path / "out" / "below" / f"{name}.png"), dimmed(stored), atol=1)


def test_arrays_become_arrays(gan, tmp_path):
    values = np.random.default_rng(0).uniform(-1, 1, (3, SIDE, SIDE, 1)).astype(np.float32)
    np.save(tmp_path / "x.npy", values)
    np.save(tmp_path / "y.npy", np.full((2, SIDE, SIDE, 1), 255, np.uint8))

    assert translate(gan, [tmp_path / "x.npy", tmp_path / "y.npy"], tmp_path / "both.npy").count == 5
    assert translate(gan, [tmp_path / "x.npy"], tmp_path / "out").count == 3

    expected = np.concatenate([values / 2, np.full((2, SIDE, SIDE, 1), 0.5)])
    np.testing.assert_allclose(np.load(tmp_path / "both.npy"), expected, rtol=1e-6)
    np.testing.assert_allclose(np.load(tmp_path / "out" / "x.npy"), values / 2, rtol=1e-6)


def test_several_images_of_one_size_make_a_grid(gan, image, tmp_path):
    paths = [image(f"{name}.png")[0] for name in ("a", "bb")]

    assert translate(gan, paths, tmp_path / "grid.png").count == 2
    with Image.open(tmp_path / "grid.png") as grid:
        assert grid.width == pytest.approx(2 * grid.height, rel=0.02)


def test_another_network_and_a_table(gan, image, tmp_path):
    path, pixels = image("photo.png")

    translate(gan, [path], tmp_path / "z.npy", network="encoder")
    translate(gan, [path], tmp_path / "z.csv", network="encoder")

    expected = (pixels / 127.5 - 1).mean(axis=1)
    np.testing.assert_allclose(np.load(tmp_path / "z.npy"), [expected], atol=1e-6)
    np.testing.assert_allclose(np.loadtxt(tmp_path / "z.csv", delimiter=",", skiprows=1), expected, atol=1e-6)


def test_the_last_iterate_instead_of_the_average(image, tmp_path):
    path, pixels = image("photo.png")
    gan = assembled()
    own = gan.generator.get_weights()
    gan.generator.set_weights([4 * weights for weights in own])
    gan.average_generator.set_weights(own)

    translate(gan, [path], tmp_path / "average.png")
    translate(gan, [path], tmp_path / "last.png", average=False)

    np.testing.assert_allclose(pixels_of(tmp_path / "average.png"), dimmed(pixels), atol=1)
    np.testing.assert_allclose(pixels_of(tmp_path / "last.png"), np.clip(dimmed(pixels, 0.5), 0, 255), atol=1)


# --- labels


def test_a_class_is_given_or_drawn_by_seed(image, tmp_path):
    gan = assembled(conditional=True)
    ones = np.ones((64, SIDE, SIDE, 1), np.float32)
    np.save(tmp_path / "x.npy", ones)

    translate(gan, [tmp_path / "x.npy"], tmp_path / "two.npy", label=2)
    drawn = []
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        translate(gan, [tmp_path / "x.npy"], tmp_path / f"{name}.npy", seed=seed)
        drawn.append(np.round(1 / np.load(tmp_path / f"{name}.npy")[:, 0, 0, 0]))

    np.testing.assert_allclose(np.load(tmp_path / "two.npy"), ones / 3, rtol=1e-6)
    assert set(drawn[0]) == {1, 2, 3}  # one more than each class
    np.testing.assert_array_equal(drawn[0], drawn[1])
    assert (drawn[0] != drawn[2]).any()
    with pytest.raises(DataError, match=r"x\.npy: labels must be between 0 and 2, got 3"):
        translate(gan, [tmp_path / "x.npy"], tmp_path / "no.npy", label=3)


def test_each_image_of_a_folder_gets_a_class_of_its_own(image, tmp_path):
    gan = assembled(conditional=True)
    for number in range(12):
        Image.fromarray(np.full((SIDE, SIDE), 255, np.uint8)).save(image(f"in/{number}.png")[0])

    translate(gan, [tmp_path / "in"], tmp_path / "out", seed=3)

    levels = {pixels_of(path)[0, 0] for path in (tmp_path / "out").iterdir()}
    assert levels == {255, 191, 170}  # 1, 1/2 and 1/3 of -1..1


# --- what is refused


@pytest.mark.parametrize(
    ("output", "options", "message"),
    [
        ("out.csv", {}, "samples of shape 8x8x1 cannot be rows of a table"),
        ("out", {"network": "encoder"}, r"samples that network 'encoder' makes have the shape \(8,\), so they are not"),
        ("out.png", {"network": "encodr"}, "this run has no translator called 'encodr'; did you mean 'encoder'"),
        ("out.png", {"network": "discriminator"}, "this run has no translator called 'discriminator'; choose from"),
        ("out.png", {"label": 1}, "network 'generator' takes no labels; leave --label out"),
    ],
    ids=str,
)
def test_nothing_is_written_where_something_does_not_fit(gan, image, tmp_path, output, options, message):
    path, _ = image("photo.png")

    with pytest.raises(DataError, match=message):
        translate(gan, [path], tmp_path / output, **options)
    assert list(tmp_path.iterdir()) == [path]


def test_images_of_two_sizes_do_not_fit_into_one_file(gan, image, tmp_path):
    paths = [image("a.png", 3, 5)[0], image("b.png", 8, 8)[0]]

    with pytest.raises(DataError, match="different sizes, such as 3x5 and 8x8, cannot be written to one file; give -o"):
        translate(gan, paths, tmp_path / "out.png")


@pytest.mark.parametrize("name", ["a.png", "deep/b.png"])
def test_no_file_is_overwritten_in_a_folder(gan, image, tmp_path, name):
    image("in/a.jpg")
    image("in/deep/b.png")
    (tmp_path / "out" / "deep").mkdir(parents=True)
    (tmp_path / "out" / name).write_text("mine")

    with pytest.raises(RunError, match=f"{tmp_path / 'out' / name} would be overwritten; choose another folder"):
        translate(gan, [tmp_path / "in"], tmp_path / "out")
    assert (tmp_path / "out" / name).read_text() == "mine"
    assert [path.name for path in (tmp_path / "out").rglob("*") if path.is_file()] == [name.rpartition("/")[2]]


def test_the_inputs_themselves_are_not_overwritten(gan, image, tmp_path):
    path, pixels = image("in/a.png")
    image("in/b.png")

    with pytest.raises(RunError, match=r"in/a\.png and 1 more of these files would be overwritten"):
        translate(gan, [tmp_path / "in"], tmp_path / "in")
    np.testing.assert_array_equal(pixels_of(path), pixels)


def test_two_inputs_of_one_name_are_refused(gan, image, tmp_path):
    image("in/a.png")
    image("in/a.gif")

    with pytest.raises(DataError, match=r"in/a\.gif and .*in/a\.png would both be written to .*out/a\.png; rename"):
        translate(gan, [tmp_path / "in"], tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (np.zeros((SIDE, SIDE, 1), np.float32), r"holds one sample; add an axis, so that its shape is \(1, 8, 8, 1\)"),
        (np.zeros((2, SIDE, SIDE, 3), np.float32), r": inputs have shape \(8, 8, 3\), but"),
        (np.full((2, SIDE, SIDE, 1), 3.0), ": inputs range over 3..3 but must stay in -1..1"),
        (np.array([{}]), "cannot be read: "),
    ],
    ids=["one", "channels", "range", "objects"],
)
def test_arrays_that_do_not_fit_are_named(gan, tmp_path, values, message):
    np.save(tmp_path / "x.npy", values)

    with pytest.raises(DataError, match=rf"x\.npy\s?{message}"):
        translate(gan, [tmp_path / "x.npy"], tmp_path / "out.npy")
    assert not (tmp_path / "out.npy").exists()


def test_a_run_without_translators_says_so(image, tmp_path):
    path, _ = image("photo.png")
    usual = ganreg.assemble(generator="mlp", discriminator="mlp", loss="hinge", data=DataSpec((SIDE, SIDE, 1)))

    with pytest.raises(DataError, match="no network of this run makes samples from other samples; leave --input out"):
        translate(usual, [path], tmp_path / "out.png")


def test_a_run_that_generates_from_latents_names_its_encoder(image, tmp_path):
    path, _ = image("photo.png")
    gan = ganreg.assemble(game="bidirectional", data=DataSpec((2,)))

    with pytest.raises(DataError, match=r"'generator' makes samples from latents; choose .* --network encoder"):
        translate(gan, [path], tmp_path / "out.png")
    with pytest.raises(DataError, match=r"samples that network 'encoder' takes have the shape \(2,\), so they are not"):
        translate(gan, [path], tmp_path / "out.npy", network="encoder")
