import tempfile
import warnings
from pathlib import Path

import numpy as np
import pytest
from ganreg_datasets.image_folders import ImageFolders
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

import ganreg
from ganreg import DataError, DataSpec, GanregWarning

WHITE = 255
EMOJI = Path(__file__).resolve().parents[4] / "shared" / "emoji"
"""Emoji drawn twice, next to the repository and not part of it."""


@pytest.fixture
def folders(tmp_path):
    """Writes an image of one grey value for each path, such as `a/cat/1.png`, and returns the path of the folders."""

    def write(**images):
        for folder, values in images.items():
            (tmp_path / folder).mkdir(exist_ok=True)
            write_images(tmp_path / folder, values)
        return tmp_path

    return write


def write_images(folder, values):
    for name, value in values.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (4, 4), (value,) * 3).save(folder / name)


def dataset(place, **parameters):
    return ImageFolders(source=place / "a", target=place / "b", **{"size": 2, "held_out": 0} | parameters)


def values(images):
    """The grey values of images of one value each."""
    return None if images is None else images[:, 0, 0, 0].tolist()


class TestPairs:
    def test_images_with_the_same_name_belong_together(self, folders):
        place = folders(a={"x.png": 1, "y.png": 2, "z.PNG": 3}, b={"z.png": 30, "x.png": 10, "y.png": 20})
        data = dataset(place).load()
        assert (values(data.train), values(data.source.train)) == ([10, 20, 30], [1, 2, 3])
        assert data.paired
        assert data.train.dtype == data.source.train.dtype == np.uint8

    def test_the_suffix_may_differ(self, folders):
        place = folders(a={"x.1.jpg": 1, "x.2.png": 2}, b={"x.1.png": 10, "x.2.jpeg": 20})
        data = dataset(place).load()
        assert len(data.train) == 2
        np.testing.assert_allclose(values(data.train), [10, 20], atol=2)  # JPEG rounds
        np.testing.assert_allclose(values(data.source.train), [1, 2], atol=2)

    def test_both_images_of_a_pair_are_mirrored(self, folders, tmp_path):
        place = folders(a={}, b={})
        pixels = np.random.default_rng(0).integers(0, 256, (2, 4, 4, 3), np.uint8)
        for folder, image in zip("ab", pixels, strict=True):
            Image.fromarray(image).save(place / folder / "x.png")
        data = dataset(place, size=4, mirror=True).load()
        np.testing.assert_array_equal(data.source.train, [pixels[0], pixels[0][:, ::-1]])
        np.testing.assert_array_equal(data.train, [pixels[1], pixels[1][:, ::-1]])

    def test_each_folder_has_a_size_and_a_range_of_its_own(self, folders):
        place = folders(a={}, b={"x.png": 7})
        Image.fromarray(np.arange(16, dtype=np.uint16).reshape(4, 4) * 100).save(place / "a" / "x.png")
        made = dataset(place, size=[2, 4], source_size=4, channels=1, fit="stretch")
        with pytest.warns(
            GanregWarning, match=f"images in {place}/a have more than 8 bits; their values from 0 to 1500"
        ):
            data = made.load()
        assert made.spec() == data.spec
        assert (data.train.shape, data.value_range) == ((1, 2, 4, 1), (-1, 1))
        assert (data.source.train.shape, data.source.value_range) == ((1, 4, 4, 1), (0, 1500))

    def test_test_folders_are_held_out(self, folders):
        parts = {"train/cat/1.png": 1, "train/dog/2.png": 2, "test/dog/3.png": 3}
        place = folders(a=parts, b={name: 10 * value for name, value in parts.items()})
        data = dataset(place, held_out=None).load()
        assert (values(data.train), values(data.test)) == ([10, 20], [30])
        assert (values(data.source.train), values(data.source.test)) == ([1, 2], [3])
        assert (data.train_labels.tolist(), data.test_labels.tolist()) == ([0, 1], [1])
        with pytest.raises(DataError, match="held_out has no effect next to the folder of held-out images"):
            dataset(place, held_out=5).load()

    def test_test_folders_on_one_side_alone(self, folders):
        place = folders(a={"train/1.png": 1, "test/2.png": 2}, b={"1.png": 1, "2.png": 2})
        with pytest.raises(DataError, match=f"{place}/a holds the folders train and test, but {place}/b does not"):
            dataset(place, held_out=None).load()

    def test_pairs_are_in_the_same_class(self, folders):
        place = folders(a={"cat/1.png": 1, "dog/1.png": 2}, b={"dog/1.png": 20, "cat/1.png": 10})
        data = dataset(place).load()
        assert (values(data.train), values(data.source.train)) == ([10, 20], [1, 2])
        assert (data.train_labels.tolist(), data.class_names) == ([0, 1], ("cat", "dog"))
        assert data.source.train_labels is None

    def test_images_without_a_partner_are_left_out_counted_and_named(self, folders):
        place = folders(a={f"{n}.png": n for n in range(6)}, b={f"{n}.png": 10 * n for n in range(4, 8)})
        message = (
            rf"^6 of 10 images are left out because the other folder holds none of the same name: "
            rf"{place}/a/0\.png, {place}/a/1\.png, {place}/a/2\.png and 3 more$"
        )
        with pytest.warns(GanregWarning, match=message):
            data = dataset(place).load()
        assert (values(data.train), values(data.source.train)) == ([40, 50], [4, 5])

    def test_a_single_one_is_named_too(self, folders):
        place = folders(a={"x.png": 1}, b={"x.png": 10, "y.png": 20})
        with pytest.warns(GanregWarning, match=rf"^1 of 3 images is left out because .* name: {place}/b/y\.png$"):
            assert dataset(place).spec() == dataset(place).load().spec

    def test_an_instance_warns_once(self, folders):
        made = dataset(folders(a={"x.png": 1}, b={"x.png": 10, "y.png": 20}))
        with pytest.warns(GanregWarning):
            made.spec()
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            made.load()

    def test_a_class_without_pairs_is_none(self, folders):
        place = folders(a={"cat/1.png": 1, "eel/1.png": 2}, b={"ant/1.png": 5, "cat/1.png": 10, "eel/1.png": 20})
        with pytest.warns(GanregWarning, match="1 of 5 images is left out"):
            data = dataset(place).load()
        assert (data.class_names, data.train_labels.tolist()) == (("cat", "eel"), [0, 1])
        assert data.spec.num_classes == 2


class TestUnpaired:
    def test_every_image_is_used(self, folders):
        place = folders(a={"x.png": 1, "y.jpg": 2, "y.png": 3}, b={"x.png": 10, "w.png": 20})
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            data = dataset(place, paired=False).load()
        assert (values(data.train), len(data.source.train)) == ([20, 10], 3)
        assert not data.paired

    def test_classes_are_those_of_the_target(self, folders):
        place = folders(a={"x.png": 1}, b={"cat/x.png": 10, "dog/x.png": 20})
        assert dataset(place, paired=False).load().class_names == ("cat", "dog")
        place = folders(c={"cat/x.png": 10, "dog/x.png": 20}, d={"x.png": 1})
        data = ImageFolders(source=place / "c", target=place / "d", paired=False, size=2).load()
        assert data.train_labels is None
        assert len(data.source.train) == 2


class TestHeldOut:
    @pytest.mark.parametrize(("every", "expected"), [(2, [1, 3, 6]), (3, [2, 7]), (4, [3]), (5, None), (0, None)])
    def test_every_nth_of_a_class_is_held_out_on_both_sides(self, folders, every, expected):
        names = {f"cat/{n}.png": n for n in range(4)} | {f"dog/{n}.png": n for n in (5, 6, 7)}
        numbers = list(names.values())
        place = folders(a=names, b={name: 10 * n for name, n in names.items()})
        data = dataset(place, held_out=every).load()
        assert values(data.source.test) == expected
        assert values(data.test) == (None if expected is None else [10 * n for n in expected])
        assert values(data.source.train) == [n for n in numbers if n not in (expected or ())]
        assert values(data.train) == [10 * n for n in values(data.source.train)]
        if expected is not None:
            assert data.test_labels.tolist() == [int(n > 4) for n in expected]

    def test_without_pairs_each_folder_is_counted_on_its_own(self, folders):
        place = folders(a={f"{n}.png": n for n in range(5)}, b={f"{n}.png": 10 * n for n in range(2)})
        data = dataset(place, paired=False, held_out=3).load()
        assert (values(data.source.train), values(data.source.test)) == ([0, 1, 3, 4], [2])
        assert (values(data.train), data.test) == ([0, 10], None)

    @pytest.mark.parametrize("wrong", [1, -2])
    def test_something_is_left_to_train_on(self, wrong):
        with pytest.raises(
            ganreg.SpecError, match=f"held_out must be 0, to hold out no file, or at least 2, got {wrong}"
        ):
            ganreg.create("dataset", f"image-folders:held_out={wrong}")


class TestImages:
    def test_sizes_and_channels(self, folders):
        place = folders(a={"x.png": 1}, b={"x.png": 10})
        data = dataset(place, size=8, source_size=2, channels=1).load()
        assert (data.train.shape, data.source.train.shape) == ((1, 8, 8, 1), (1, 2, 2, 1))

    def test_transparent_parts_become_white(self, folders):
        place = folders(a={"x.png": 1}, b={})
        Image.new("RGBA", (4, 4), (10, 20, 30, 0)).save(place / "b" / "x.png")
        assert values(dataset(place).load().train) == [WHITE]

    def test_spec_reads_no_image(self, folders):
        place = folders(a={"cat/x.png": 1}, b={"cat/x.png": 10})
        (place / "a/cat/x.png").write_bytes(b"broken")
        assert dataset(place, source_size=3).spec() == DataSpec(
            (2, 2, 3), 1, (-1, 1), source=DataSpec((3, 3, 3), None, (-1, 1)), paired=True
        )

    @pytest.mark.parametrize("paired", [True, False])
    @pytest.mark.parametrize("names", [["x.png"], ["cat/x.png", "dog/x.png"]])
    def test_spec_is_that_of_the_data(self, folders, names, paired):
        place = folders(a=dict.fromkeys(names, 1), b=dict.fromkeys(names, 2))
        made = dataset(place, paired=paired)
        assert made.spec() == made.load().spec

    def test_an_instance_reads_its_images_once(self, folders):
        place = folders(a={"x.png": 1}, b={"x.png": 10})
        made = dataset(place)
        first = made.load()
        (place / "a/x.png").unlink()
        assert made.load() is first

    def test_a_tilde_is_expanded(self, folders, monkeypatch):
        place = folders(a={"x.png": 1}, b={"x.png": 10})
        monkeypatch.setenv("HOME", str(place))
        assert values(ImageFolders(source=Path("~/a"), target=Path("~/b"), held_out=0).load().train) == [10]


class TestRefused:
    def refuses(self, made, message):
        for method in ("spec", "load"):
            with pytest.raises(DataError, match=message) as caught:
                getattr(made, method)()
            assert "\n" not in str(caught.value)

    @pytest.mark.parametrize(
        ("given", "missing"), [({}, "source"), ({"target": "b"}, "source"), ({"source": "a"}, "target")]
    )
    def test_a_folder_that_is_not_given(self, folders, given, missing):
        place = folders(a={"x.png": 1}, b={"x.png": 1})
        made = ImageFolders(**{name: place / folder for name, folder in given.items()})
        self.refuses(
            made, f"^dataset 'image-folders' needs the folder {missing}=, as in image-folders:source=sketches,"
        )

    @pytest.mark.parametrize("name", ["source", "target"])
    def test_a_folder_that_does_not_exist(self, folders, name):
        place = folders(a={"x.png": 1}, b={"x.png": 1})
        made = dataset(place)
        made = ImageFolders(**{"source": made.source, "target": made.target} | {name: place / "nowhere"})
        self.refuses(made, f"^{place}/nowhere does not exist; check {name}=$")

    def test_a_file(self, folders):
        place = folders(a={"x.png": 1}, b={"x.png": 1})
        self.refuses(
            ImageFolders(source=place / "a", target=place / "b/x.png"),
            r"x\.png cannot be read: Not a directory; check target= and the folder's permissions$",
        )

    def test_an_empty_folder(self, folders):
        place = folders(a={"x.png": 1}, b={})
        self.refuses(dataset(place), f"^{place}/b: holds neither images nor folders of them$")

    def test_two_images_with_the_same_name(self, folders):
        place = folders(a={"cat/x.png": 1, "cat/x.jpg": 2, "dog/x.png": 3}, b={"cat/x.png": 1, "dog/x.png": 2})
        self.refuses(
            dataset(place),
            rf"^{place}/a holds both cat/x\.jpg and cat/x\.png, so that pairs are ambiguous; rename or remove one of",
        )

    @pytest.mark.parametrize(
        ("source", "target"), [("x.png", "y.png"), ("cat/x.png", "dog/x.png"), ("x.png", "cat/x.png")]
    )
    def test_no_pairs_at_all(self, folders, source, target):
        place = folders(a={source: 1}, b={target: 1})
        self.refuses(
            dataset(place),
            f"^no image in {place}/a has the name of one in {place}/b; give the two images of a pair the same name "
            "and, if there are classes, the same subfolder, or use paired=false$",
        )

    @pytest.mark.parametrize("folder", ["a", "b"])
    def test_a_broken_image_is_named(self, folders, folder):
        place = folders(a={"x.png": 1}, b={"x.png": 1})
        (place / folder / "x.png").write_text("<html>")
        with pytest.raises(DataError, match=f"^{place}/{folder}/x.png is broken, or not an image"):
            dataset(place).load()

    @pytest.mark.parametrize(
        "wrong", [{"size": 0}, {"source_size": 0}, {"channels": 0}, {"paired": "maybe"}, {"held_out": 2.5}]
    )
    def test_wrong_parameters(self, wrong):
        with pytest.raises(ganreg.SpecError, match=next(iter(wrong))):
            ganreg.create("dataset", "image-folders", **wrong)


NAMES = st.sets(st.sampled_from([f"{folder}/{name}.png" for folder in "pqr" for name in "uvwxyz"]), min_size=1)


@settings(deadline=None, max_examples=30)
@given(NAMES, NAMES, st.sampled_from([0, 2, 3]))
def test_pairs_are_the_names_in_both_folders(sources, targets, every):
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        place, common = Path(folder), sorted(sources & targets)
        numbers = {name: number for number, name in enumerate(sorted(sources | targets))}
        write_images(place / "a", {name: numbers[name] for name in sources})
        write_images(place / "b", {name: 100 + numbers[name] for name in targets})
        made = dataset(place, held_out=every)
        if not common:
            with pytest.raises(DataError, match="use paired=false"):
                made.load()
            return
        data = made.load()
        assert made.spec() == data.spec
        per_class = {name: [other for other in common if other[0] == name[0]] for name in common}
        held_out = [name for name in common if every and (per_class[name].index(name) + 1) % every == 0]
        trained = [name for name in common if name not in held_out]
        assert values(data.train) == [100 + numbers[name] for name in trained]
        assert values(data.source.train) == [numbers[name] for name in trained]
        assert (values(data.test) or []) == [100 + numbers[name] for name in held_out]
        assert (values(data.source.test) or []) == [numbers[name] for name in held_out]
        assert [data.class_names[label] for label in data.train_labels] == [name[0] for name in trained]
        alone = len(sources ^ targets)
        assert [str(each.message).partition(" ")[0] for each in told] == [str(alone)] * (alone > 0)


@pytest.mark.skipif(not EMOJI.is_dir(), reason="there are no emoji in ../shared/emoji")
def test_every_tenth_emoji_of_a_category_is_held_out(tmp_path):
    """Transparent pictures in class folders, each drawn by two hands."""
    categories = sorted(folder.name for folder in (EMOJI / "noto").iterdir() if folder.is_dir())[:2]
    for hand, folder in (("noto", "a"), ("twemoji", "b")):
        (tmp_path / folder).mkdir()
        for category in categories:
            (tmp_path / folder / category).symlink_to(EMOJI / hand / category)
    data = dataset(tmp_path, size=64, held_out=10).load()
    assert data.class_names == tuple(categories)
    expected = [
        sorted((EMOJI / "noto" / category).glob("*.png"), key=lambda file: file.name)[9::10] for category in categories
    ]
    assert np.bincount(data.test_labels).tolist() == [len(files) for files in expected]
    files = [file for each in expected for file in each]
    for index in (0, len(files) // 2, len(files) - 1):
        for images, hand in ((data.source.test, "noto"), (data.test, "twemoji")):
            path = EMOJI / hand / files[index].relative_to(EMOJI / "noto")
            rgba = np.asarray(Image.open(path).convert("RGBA")).astype(float)
            share = rgba[..., 3:] / 255
            np.testing.assert_allclose(images[index], rgba[..., :3] * share + 255 * (1 - share), atol=2)
