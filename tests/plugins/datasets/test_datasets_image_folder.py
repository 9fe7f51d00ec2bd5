import io
from pathlib import Path

import numpy as np
import pytest
import tifffile
from ganreg_datasets.image_folder import ImageFolder
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

import ganreg
from ganreg import DataError, DataSpec, GanregWarning

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)
ORIENTATION = 0x0112
EMOJI = Path(__file__).resolve().parents[4] / "shared" / "emoji" / "noto"
"""Real pictures, which are not part of the repository."""


@pytest.fixture
def save(tmp_path):
    """Writes one image of one colour, by its path within the folder, and returns the folder's path."""

    def write(name, colour=RED, size=(8, 8), mode="RGB"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new(mode, size, colour).save(tmp_path / name)
        return str(tmp_path)

    return write


def only(folder, **parameters):
    """The only image that a folder gives."""
    (image,) = ImageFolder(path=str(folder), **parameters).load().train
    return image


class TestImages:
    def test_loose_images_in_the_order_of_their_names(self, save):
        save("b.PNG", GREEN)
        save("c.jpeg", BLUE)
        folder = save("a.jpg", RED)
        data = ImageFolder(path=folder, size=8).load()
        assert data.train.dtype == np.uint8
        assert data.train.shape == (3, 8, 8, 3)
        for image, colour in zip(data.train, (RED, GREEN, BLUE), strict=True):
            np.testing.assert_allclose(image, np.broadcast_to(colour, (8, 8, 3)), atol=3)  # JPEG rounds
        assert data.train_labels is None

    def test_a_png_of_the_right_size_is_kept_to_the_bit(self, tmp_path):
        pixels = np.random.default_rng(0).integers(0, 256, (16, 16, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(tmp_path / "noise.png")
        np.testing.assert_array_equal(only(tmp_path, size=16), pixels)

    @pytest.mark.parametrize("upright", [False, True])
    def test_the_central_square_is_taken(self, tmp_path, upright):
        pixels = np.full((8, 24, 3), BLUE, np.uint8)
        pixels[:, 8:16] = GREEN
        Image.fromarray(pixels.swapaxes(0, 1) if upright else pixels).save(tmp_path / "wide.png")
        np.testing.assert_array_equal(only(tmp_path, size=8), np.broadcast_to(GREEN, (8, 8, 3)))

    @pytest.mark.parametrize("size", [4, 32])
    def test_images_are_resized_both_ways(self, save, size):
        np.testing.assert_array_equal(only(save("a.png"), size=size), np.broadcast_to(RED, (size, size, 3)))

    def test_a_large_jpeg_keeps_its_content(self, tmp_path):
        pixels = np.zeros((512, 512, 3), np.uint8)
        pixels[:256], pixels[256:] = RED, BLUE
        Image.fromarray(pixels).save(tmp_path / "large.jpg", quality=95)
        image = only(tmp_path, size=8)
        np.testing.assert_allclose(image[:3], np.broadcast_to(RED, (3, 8, 3)), atol=12)
        np.testing.assert_allclose(image[5:], np.broadcast_to(BLUE, (3, 8, 3)), atol=12)

    @pytest.mark.parametrize("suffix", [".png", ".jpg"])
    def test_exif_orientation_turns_the_image_upright(self, tmp_path, suffix):
        pixels = np.zeros((32, 32, 3), np.uint8)
        pixels[:, :16], pixels[:, 16:] = RED, BLUE  # the camera lay on its side: red left, blue right
        exif = Image.Exif()
        exif[ORIENTATION] = 6  # turn a quarter clockwise to show it: what was left is now at the top
        Image.fromarray(pixels).save(tmp_path / f"turned{suffix}", exif=exif)
        image = only(tmp_path, size=32)
        np.testing.assert_allclose(image[:12], np.broadcast_to(RED, (12, 32, 3)), atol=12)
        np.testing.assert_allclose(image[20:], np.broadcast_to(BLUE, (12, 32, 3)), atol=12)

    def test_grey(self, save):
        image = only(save("a.png", (100, 100, 100)), size=8, channels=1)
        np.testing.assert_array_equal(image, np.full((8, 8, 1), 100))

    @pytest.mark.parametrize(
        ("mode", "colour", "expected"),
        [
            ("L", 77, (77, 77, 77)),
            ("1", 1, WHITE),
            ("RGBA", (10, 20, 30, 255), (10, 20, 30)),
            ("RGBA", (10, 20, 30, 0), WHITE),
            ("LA", (10, 0), WHITE),
            ("P", 0, (0, 0, 0)),
        ],
    )
    def test_every_kind_of_png(self, save, mode, colour, expected):
        np.testing.assert_array_equal(
            only(save("a.png", colour, mode=mode), size=2), np.broadcast_to(expected, (2, 2, 3))
        )

    def test_a_cmyk_jpeg(self, save):
        np.testing.assert_allclose(only(save("a.jpg", (0, 0, 0, 0), mode="CMYK"), size=8), 255, atol=2)

    def test_other_files_are_named_once_and_hidden_ones_passed_over(self, save, tmp_path):
        save("cat/deep/a.png")
        folder = save("dog/b.png")
        for name in ("README.txt", "cat/notes.md", "cat/deep/c.npy", "dog/d.csv", ".hidden.png", "cat/.DS_Store"):
            (tmp_path / name).write_text("hello")
        (tmp_path / ".cache").mkdir()
        dataset = ImageFolder(path=folder)
        dataset.spec()
        with pytest.warns(GanregWarning) as told:
            assert len(dataset.load().train) == 2
        assert len(dataset.load().train) == 2
        assert [str(one.message) for one in told] == [
            f"skipped 4 files that are not images in {tmp_path}: README.txt, cat/deep/c.npy, cat/notes.md and 1 more"
        ]

    @pytest.mark.parametrize(("fit", "shape"), [("crop", (8, 8)), ("pad", (12, 6)), ("stretch", (6, 12))])
    def test_sides_of_their_own(self, save, fit, shape):
        folder = save("a.png", RED, (16, 8))
        image = only(folder, size=shape, fit=fit)
        assert image.shape == (*shape, 3)
        assert (image[shape[0] // 2, shape[1] // 2] == RED).all()
        assert (image[0, 0] == ((0, 0, 0) if fit == "pad" else RED)).all()
        assert ImageFolder(path=folder, size=shape, fit=fit).spec().shape == (*shape, 3)

    def test_sizes_and_fits_as_text(self, save):
        folder = save("a.png")
        made = ganreg.create("dataset", f"image-folder:path={folder},size=[48,64],fit=pad,channels=4,mirror=true")
        assert (made.size, made.fit, made.channels, made.mirror) == ((48, 64), "pad", 4, True)
        assert ganreg.create("dataset", f"image-folder:path={folder},size=32").size == 32

    def test_transparency_as_a_channel(self, save):
        folder = save("a.png", (10, 20, 30, 40), mode="RGBA")
        np.testing.assert_array_equal(only(folder, size=8, channels=4), np.broadcast_to((10, 20, 30, 40), (8, 8, 4)))

    def test_mirrored_images_follow_the_others(self, tmp_path):
        pixels = np.random.default_rng(0).integers(0, 256, (2, 8, 8, 3), np.uint8)
        for part, image in (("train/cat", pixels[0]), ("test/cat", pixels[1])):
            (tmp_path / part).mkdir(parents=True)
            Image.fromarray(image).save(tmp_path / part / "a.png")
        data = ImageFolder(path=tmp_path, size=8, mirror=True).load()
        np.testing.assert_array_equal(data.train, [pixels[0], pixels[0][:, ::-1]])
        np.testing.assert_array_equal(data.test, pixels[1:])
        assert (data.train_labels.tolist(), data.test_labels.tolist()) == ([0, 0], [0])


class TestDeep:
    def ramp(self, folder, name, values):
        (folder / name).parent.mkdir(exist_ok=True)
        Image.fromarray(np.tile(values, (32, 1)).astype(np.uint16)).save(folder / name)

    def test_twelve_bits_of_sixteen_keep_their_values(self, tmp_path):
        for number in range(4):
            self.ramp(tmp_path, f"{number}.png", np.arange(0, 4096, 128) + 31 * number)
        dataset = ImageFolder(path=tmp_path, size=32, channels=1)
        with pytest.warns(GanregWarning, match="have more than 8 bits; their values from 0 to 4061 are scaled") as told:
            data = dataset.load()
        assert dataset.spec() == data.spec == DataSpec((32, 32, 1), value_range=(0, 4061))
        assert len(told) == 1
        assert data.train.dtype == np.float32
        np.testing.assert_array_equal(data.train[2, 0, :, 0], np.arange(0, 4096, 128) + 62)

    def test_the_range_is_that_of_both_parts(self, tmp_path):
        self.ramp(tmp_path, "train/a.png", np.arange(100, 132))
        self.ramp(tmp_path, "test/b.png", np.arange(1000, 1032))
        with pytest.warns(GanregWarning, match="from 100 to 1031"):
            data = ImageFolder(path=tmp_path, size=32, channels=1).load()
        assert (data.value_range, data.train.max(), data.test.min()) == ((100, 1031), 131, 1000)

    def test_images_of_one_value(self, tmp_path):
        self.ramp(tmp_path, "a.png", np.full(32, 700))
        with pytest.warns(GanregWarning, match="from 0 to 700"):
            assert ImageFolder(path=tmp_path, size=32, channels=1).load().value_range == (0, 700)

    def test_satellite_images_of_thirteen_bands(self, tmp_path):
        bands = np.random.default_rng(0).integers(0, 10_000, (3, 16, 16, 13), np.uint16)
        for number, image in enumerate(bands):
            tifffile.imwrite(tmp_path / f"{number}.tif", image, photometric="minisblack", planarconfig="contig")
        with pytest.warns(GanregWarning, match="more than 8 bits"):
            data = ImageFolder(path=tmp_path, size=16, channels=13).load()
        np.testing.assert_array_equal(data.train, bands)


class TestParts:
    def test_test_images_are_held_out(self, save):
        for number in range(3):
            save(f"train/cat/{number}.png", RED)
        save("train/dog/deeper/a.png", GREEN)
        folder = save("test/dog/b.png", BLUE)
        data = ImageFolder(path=folder, size=2).load()
        assert (data.class_names, data.train_labels.tolist(), data.test_labels.tolist()) == (
            ("cat", "dog"),
            [0] * 3 + [1],
            [1],
        )
        np.testing.assert_array_equal(data.test[:, 0, 0], [BLUE])

    @pytest.mark.parametrize("name", ["test", "val", "valid", "validation"])
    def test_without_classes(self, save, name):
        save("train/a.png", RED)
        data = ImageFolder(path=save(f"{name}/b.png", BLUE), size=2).load()
        assert (len(data.train), len(data.test), data.train_labels) == (1, 1, None)

    def test_test_comes_before_others_which_are_named(self, save, tmp_path):
        save("train/a.png", RED)
        save("val/c.png", GREEN)
        dataset = ImageFolder(path=save("test/b.png", BLUE), size=2)
        with pytest.warns(GanregWarning, match=f"skipped {tmp_path}/val, as other images are held out"):
            np.testing.assert_array_equal(dataset.load().test[:, 0, 0], [BLUE])

    @pytest.mark.parametrize("names", [["train", "bus"], ["train"], ["test", "val"]])
    def test_other_folders_are_classes(self, save, names):
        for name in names:
            folder = save(f"{name}/a.png")
        assert ImageFolder(path=folder).load().class_names == tuple(sorted(names))
        assert ImageFolder(path=folder).load().test is None

    def test_a_tilde_is_expanded(self, save, tmp_path, monkeypatch):
        save("photos/a.png")
        monkeypatch.setenv("HOME", str(tmp_path))
        assert len(ImageFolder(path="~/photos").load().train) == 1

    def test_an_instance_reads_its_images_once(self, save, tmp_path):
        dataset = ImageFolder(path=save("a.png"))
        first = dataset.load()
        (tmp_path / "a.png").write_bytes(b"")
        assert dataset.load() is first


class TestClasses:
    def test_sub_folders_are_classes_by_sorted_name(self, save):
        save("dog/1.png", BLUE)
        save("cat/2.png", GREEN)
        folder = save("cat/1.png", RED)
        data = ImageFolder(path=folder, size=2).load()
        assert data.class_names == ("cat", "dog")
        assert data.train_labels.tolist() == [0, 0, 1]
        np.testing.assert_array_equal(data.train[:, 0, 0], [RED, GREEN, BLUE])

    def test_whole_numbers_are_sorted_as_numbers(self, save):
        for number in (0, 1, 2, 10, 11):
            folder = save(f"{number}/a.png", (number, 0, 0))
        data = ImageFolder(path=folder, size=2).load()
        assert data.class_names == ("0", "1", "2", "10", "11")
        assert data.train[:, 0, 0, 0].tolist() == [0, 1, 2, 10, 11]
        assert ImageFolder(path=save("x/a.png")).load().class_names == ("0", "1", "10", "11", "2", "x")

    def test_images_lie_at_any_depth_and_links_in_a_circle_end(self, save, tmp_path):
        save("cat/a/b/c/1.png")
        folder = save("cat/2.png")
        (tmp_path / "cat/a/again").symlink_to(tmp_path / "cat")
        assert len(ImageFolder(path=folder, size=2).load().train) == 2

    def test_spec_reads_no_image(self, save, tmp_path):
        save("dog/1.png")
        dataset = ImageFolder(path=save("cat/1.png"), size=16, channels=1)
        (tmp_path / "cat/1.png").write_bytes(b"broken")
        assert dataset.spec() == DataSpec((16, 16, 1), num_classes=2, value_range=(-1.0, 1.0))

    @pytest.mark.parametrize("names", [["a.png"], ["cat/a.png", "dog/a.png"]])
    def test_spec_is_that_of_the_data(self, save, names):
        for name in names:
            folder = save(name)
        dataset = ImageFolder(path=folder, size=4)
        assert dataset.spec() == dataset.load().spec


class TestRefused:
    def refuses(self, folder, message):
        with pytest.raises(DataError, match=message) as caught:
            ImageFolder(path=str(folder)).load()
        assert "\n" not in str(caught.value)

    def test_no_path(self):
        self.refuses("", "dataset 'image-folder' needs a folder, such as image-folder:path=photos")

    def test_a_missing_folder(self, tmp_path):
        self.refuses(tmp_path / "nowhere", f"^{tmp_path}/nowhere does not exist; check path=$")

    def test_a_file(self, save, tmp_path):
        save("a.png")
        self.refuses(tmp_path / "a.png", "a.png cannot be read: Not a directory; check path=")

    def test_an_empty_folder(self, tmp_path):
        self.refuses(tmp_path, f"^{tmp_path}: holds neither images nor folders of them$")
        (tmp_path / "a.txt").touch()
        self.refuses(tmp_path, f"^{tmp_path}: holds neither images nor folders of them, but 1 other files$")

    def test_an_empty_class(self, save, tmp_path):
        (tmp_path / "dog").mkdir()
        self.refuses(save("cat/a.png"), f"^{tmp_path}: class folder dog holds no images; fill it or remove it$")

    def test_a_class_without_images_to_train_on(self, save, tmp_path):
        save("train/cat/a.png")
        self.refuses(
            save("test/dog/a.png"), f"^{tmp_path}: class dog has held-out images but none to train on; add some"
        )

    def test_classes_in_one_part_alone(self, save, tmp_path):
        save("train/cat/a.png")
        self.refuses(
            save("test/a.png"), f"^{tmp_path}: the train images are in folders of classes, but the held-out ones are"
        )

    def test_loose_images_beside_classes(self, save, tmp_path):
        save("cat/a.png")
        self.refuses(
            save("b.png"), f"^{tmp_path}: holds both images such as b.png and folders such as cat; put every image"
        )

    def test_an_image_that_is_something_else(self, save, tmp_path):
        folder = save("a.png")
        (tmp_path / "b.png").write_text("<html>")
        self.refuses(
            folder, f"^{tmp_path}/b.png is broken, or not an image that Pillow can open; replace or remove it$"
        )

    def test_an_image_with_the_suffix_of_another_format_is_read(self, save, tmp_path):
        Image.new("RGB", (4, 4)).save(tmp_path / "b.png", format="GIF")
        assert len(ImageFolder(path=tmp_path).load().train) == 1

    @pytest.mark.parametrize("suffix", ["png", "jpg"])
    def test_a_truncated_image(self, tmp_path, suffix):
        pixels = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
        path = tmp_path / f"a.{suffix}"
        Image.fromarray(pixels).save(path)
        path.write_bytes(path.read_bytes()[:2000])
        self.refuses(tmp_path, f"^{path} cannot be read: .*truncated.*; replace or remove it$")

    @pytest.mark.parametrize("limit", [60, 30])
    def test_an_image_beyond_pillows_limit(self, save, tmp_path, monkeypatch, limit):
        monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", limit)  # Pillow warns beyond it, and raises beyond its double
        self.refuses(save("a.png"), f"^{tmp_path}/a.png has more than {limit} pixels, Pillow's limit; reduce its size$")

    @pytest.mark.parametrize("wrong", [{"size": 0}, {"size": [8, 0]}, {"channels": 0}, {"fit": "fill"}, {"mirror": 2}])
    def test_wrong_parameters(self, wrong):
        with pytest.raises(ganreg.SpecError, match=next(iter(wrong))):
            ganreg.create("dataset", "image-folder", **wrong)


def flipped(content):
    return st.builds(
        lambda at, bits: content[:at] + bytes([content[at] ^ bits]) + content[at + 1 :],
        st.integers(0, len(content) - 1),
        st.integers(1, 255),
    )


def encoded(pillow_format):
    buffer = io.BytesIO()
    noise = np.random.default_rng(0).integers(0, 256, (12, 12), dtype=np.uint8)
    Image.fromarray(noise).save(buffer, format=pillow_format)
    return buffer.getvalue()


def broken(content):
    return st.one_of(flipped(content), st.integers(0, len(content)).map(lambda end: content[:end]))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(content=st.one_of(broken(encoded("PNG")), broken(encoded("JPEG"))))
@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow's, about broken metadata
def test_broken_images_give_a_data_error_that_names_them_or_an_image(tmp_path, content):
    path, message = tmp_path / "a.png", ""
    path.write_bytes(content)
    try:
        data = ImageFolder(path=str(tmp_path), size=4).load()
    except DataError as error:
        message = str(error)
    if message:
        assert message.startswith(str(path))
        assert "\n" not in message
    else:
        assert data.train.shape == (1, 4, 4, 3)


@pytest.mark.skipif(not EMOJI.is_dir(), reason="there are no emoji in ../shared/emoji")
@pytest.mark.parametrize("channels", [3, 4])
def test_emoji_have_nine_classes_and_transparency(channels):
    data = ImageFolder(path=EMOJI, size=64, channels=channels).load()
    folders = sorted(folder for folder in EMOJI.iterdir() if folder.is_dir())
    assert data.class_names == tuple(folder.name for folder in folders)
    assert np.bincount(data.train_labels).tolist() == [len(list(folder.iterdir())) for folder in folders]
    files = sorted(folders[3].iterdir())
    for place in (0, 10, len(files) - 1):
        with Image.open(files[place]) as image:
            stored = np.asarray(image.convert("RGBA")).astype(float)
        share = stored[..., 3:] / 255
        expected = stored if channels == 4 else stored[..., :3] * share + 255 * (1 - share)
        read = data.train[np.flatnonzero(data.train_labels == 3)[place]]
        np.testing.assert_allclose(read, expected, atol=1)
