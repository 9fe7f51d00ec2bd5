"""Which images a folder holds, without reading any."""

import pytest
from ganreg_datasets.image_listing import list_images

from ganreg import DataError, GanregWarning


@pytest.fixture
def folder(tmp_path):
    """Makes a folder of empty files: `folder("cat/a.png", ...)`."""

    def make(*names):
        for name in names:
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).touch()
        return tmp_path

    return make


def names_of(listing):
    return [str(file.relative_to(listing.root)) for file in listing.files]


def test_classes_are_the_first_level_and_images_lie_below_it(folder):
    root = folder("dog/x/y/1.PNG", "dog/2.webp", "cat/z/3.tif", "cat/.hidden/4.png", "cat/.5.png")
    listing = list_images(root)
    assert names_of(listing) == ["cat/z/3.tif", "dog/2.webp", "dog/x/y/1.PNG"]
    assert (listing.labels, listing.class_names, listing.held_out) == ((0, 1, 1), ("cat", "dog"), ())


@pytest.mark.parametrize(
    ("names", "order"),
    [
        (("10", "9", "007", "2"), ("2", "007", "9", "10")),
        (("1", "01"), ("01", "1")),
        (("10", "9", "2a"), ("10", "2a", "9")),
        (("-1", "-2"), ("-1", "-2")),
        (("²", "1"), ("1", "²")),
    ],
)
def test_whole_numbers_are_sorted_as_numbers_and_other_names_as_text(folder, names, order):
    assert list_images(folder(*(f"{name}/a.png" for name in names))).class_names == order


def test_parts_have_the_classes_of_the_training_part(folder):
    listing = list_images(folder("train/10/a.png", "train/9/b.png", "train/9/c/d.png", "test/10/e.png"))
    assert listing.class_names == ("9", "10")
    assert (listing.labels, listing.held_out) == ((0, 0, 1, 1), (False, False, False, True))
    assert names_of(listing)[-1] == "test/10/e.png"


def test_what_is_skipped_is_counted_and_named(folder):
    listing = list_images(
        folder("train/a.png", "train/a.txt", "test/b.png", "test/b.json", "notes.md", "x.pdf", ".git/c")
    )
    with pytest.warns(GanregWarning) as told:
        listing.warn_of_skipped()
    assert [str(one.message) for one in told] == [
        f"skipped 4 files that are not images in {listing.root}: notes.md, test/b.json, train/a.txt and 1 more"
    ]


def test_nothing_is_said_where_nothing_is_skipped(folder):
    list_images(folder("a.png", ".b.txt")).warn_of_skipped()  # a warning would be an error


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (("a.png", "cat/b.png"), "holds both images such as a.png and folders such as cat"),
        (("cat/a.png", "dog/b.txt"), "class folder dog holds no images; fill it or remove it"),
        (("train/a.png", "test/b.txt"), "test holds neither images nor folders of them, but 1 other files"),
        (("train/cat/a.png", "test/dog/b.png"), "class dog has held-out images but none to train on"),
        (
            ("train/cat/a.png", "test/b.png"),
            "the train images are in folders of classes, but the held-out ones are not",
        ),
        (
            ("train/a.png", "test/cat/b.png"),
            "the held-out images are in folders of classes, but the train ones are not",
        ),
    ],
)
def test_folders_that_are_unclear_are_refused(folder, names, message):
    root = folder(*names)
    with pytest.raises(DataError, match=f"^{root}: {message}"):
        list_images(root)
