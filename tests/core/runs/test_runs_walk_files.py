"""A walk as an animation, a picture, an array and a table."""

import csv

import numpy as np
import pytest
from PIL import Image

import ganreg
from ganreg.runs.walk_files import write_walk


@pytest.fixture(scope="module")
def points(small):
    return small(
        ganreg.DataSpec((2,), num_classes=3),
        generator="mlp:latent_dim=3,widths=[8],conditional=true",
        discriminator="mlp:widths=[8],conditional=true",
    )


@pytest.fixture(scope="module")
def images(small):
    return small(ganreg.DataSpec((4, 4, 1), value_range=(-1, 1)))


def test_images_become_an_animation(images, tmp_path):
    write_walk(images, [1, 2], tmp_path / "walk.gif", frames=5, closed=True)
    walk = images.walk([1, 2], frames=5, closed=True)
    with Image.open(tmp_path / "walk.gif") as image:
        assert image.n_frames == 5
        image.seek(walk.stops[1])
        shown = np.asarray(image.convert("L"))[::64, ::64]
    expected = (images.generate(1, seed=2)[0, ..., 0] + 1) * 127.5
    np.testing.assert_allclose(shown, expected, atol=0.51)


def test_or_a_grid(images, tmp_path):
    write_walk(images, [1, 2], tmp_path / "walk.png", frames=4)
    with Image.open(tmp_path / "walk.png") as image:
        assert image.format == "PNG"


def test_points_become_rows_with_their_classes(points, tmp_path):
    write_walk(points, [1, 2, 3], tmp_path / "walk.csv", frames=7, truncation=0.5)
    header, *rows = csv.reader((tmp_path / "walk.csv").read_text().splitlines())
    walk = points.walk([1, 2, 3], frames=7, truncation=0.5)
    assert header == ["x0", "x1", "label"]
    np.testing.assert_array_equal(np.float32([row[:2] for row in rows]), walk.samples)
    assert [int(row[2]) for row in rows] == walk.labels.tolist()


def test_or_an_array(points, tmp_path):
    write_walk(points, [1, 2], tmp_path / "walk.npy", frames=3, label=2, average=False)
    expected = points.walk([1, 2], frames=3, labels=2, average=False).samples
    np.testing.assert_array_equal(np.load(tmp_path / "walk.npy"), expected)


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("walk.gif", {}, "samples of shape 2 are not images; write walk.png or walk.npy instead"),
        ("walk.npy", {"frames": 1}, "a walk through 2 seeds needs at least 2 frames"),
        ("walk.npy", {"truncation": -1.0}, "truncation must be above 0"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_written(points, tmp_path, name, options, message):
    with pytest.raises(ganreg.DataError, match=message):
        write_walk(points, [1, 2], tmp_path / name, **{"frames": 3} | options)
    assert not list(tmp_path.iterdir())
