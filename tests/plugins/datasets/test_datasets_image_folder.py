import io

import numpy as np
import pytest
from ganreg_datasets.image_folder import ImageFolder
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

import ganreg
from ganreg import DataError, DataSpec

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)
ORIENTATION = 0x0112


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
            ("I;16", 0x8040, (0x80, 0x80, 0x80)),
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

    def test_other_and_hidden_files_are_passed_over(self, save, tmp_path):
        folder = save("a.png")
        (tmp_path / "README.txt").write_text("hello")
        (tmp_path / ".hidden.png").write_bytes(b"")
        (tmp_path / ".cache").mkdir()
        assert len(ImageFolder(path=folder).load().train) == 1

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
        self.refuses(tmp_path, f"^{tmp_path}: holds neither PNG or JPEG files nor folders of them$")

    def test_an_empty_class(self, save, tmp_path):
        (tmp_path / "dog").mkdir()
        self.refuses(
            save("cat/a.png"), f"^{tmp_path}: class folder dog holds no PNG or JPEG files; fill it or remove it$"
        )

    def test_folders_within_a_class(self, save, tmp_path):
        save("train/a.png")
        self.refuses(
            save("train/cat/a.png"), f"^{tmp_path}: class folder train holds the folder cat, but may hold only images"
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
            folder, f"^{tmp_path}/b.png: is broken, or is not a PNG or JPEG file despite its name; replace or remove"
        )
        Image.new("RGB", (4, 4)).save(tmp_path / "b.png", format="GIF")
        self.refuses(folder, f"^{tmp_path}/b.png: is broken, or is not a PNG or JPEG")

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
        self.refuses(
            save("a.png"), f"^{tmp_path}/a.png: has more than {limit} pixels, Pillow's limit; reduce its size$"
        )

    @pytest.mark.parametrize("wrong", [{"size": 0}, {"channels": 4}])
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
