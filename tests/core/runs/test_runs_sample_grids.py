"""Sample grids and plots: the place and the grey level of each image."""

import numpy as np
import pytest
from matplotlib.image import imread
from PIL import Image

import ganreg
from ganreg.runs.sample_grids import draw, grid_of, image_grid

IMAGES = ganreg.DataSpec((4, 4, 1), value_range=(-1, 1))


def test_a_grid_is_square_with_white_lines_between():
    """Five images of 4x4 in 3 columns, 2 rows: each 640 // (3·5) = 42 times as large."""
    values = np.array([-1.0, -0.5, 0.0, 0.5, 1.0], np.float32)
    grid = image_grid(np.broadcast_to(values[:, None, None, None], (5, 4, 4, 1)), (-1, 1))
    side = 4 * 42
    assert grid.shape == (2 * (side + 2) + 2, 3 * (side + 2) + 2, 3)
    assert grid.dtype == np.uint8
    for index, grey in enumerate([0, 64, 128, 191, 255]):
        top, left = 2 + (index // 3) * (side + 2), 2 + (index % 3) * (side + 2)
        assert np.all(grid[top : top + side, left : left + side] == grey)
    covered = np.zeros(grid.shape[:2], bool)
    for row in range(2):
        for column in range(3):
            covered[2 + row * (side + 2) :, 2 + column * (side + 2) :][:side, :side] = True
    assert np.all(grid[~covered] == 255)


def test_enlarged_pixels_stay_where_they_are():
    image = np.arange(16.0).reshape(1, 4, 4, 1)
    grid = image_grid(image, (0, 15))
    scale = (grid.shape[0] - 4) // 4
    np.testing.assert_array_equal(grid[2:-2:scale, 2:-2:scale, 0][:4, :4], np.round(image[0, ..., 0] * 17))


THIRTEEN = list(np.arange(13) / 20)
"""Values of 13 channels; in bytes, 12.75 times their place."""


@pytest.mark.parametrize(
    ("values", "bands", "shown", "said"),
    [
        ([0.2], None, [51, 51, 51], ""),
        ([0.2], [1], [51, 51, 51], "band 1 of 1"),
        ([1.0, 0.2], None, [255, 255, 255], "band 1 of 2"),
        ([1.0, 0.2], [2], [51, 51, 51], "band 2 of 2"),
        ([0.0, 0.5, 1.0], None, [0, 128, 255], ""),
        ([0.0, 0.5, 1.0], [3, 2, 1], [255, 128, 0], "bands 3, 2, 1 of 3"),
        ([0.0, 0.4, 1.0, 1.0], None, [0, 102, 255], "bands 1, 2, 3 over white, with band 4 as opacity"),
        ([0.0, 0.4, 1.0, 0.0], None, [255, 255, 255], "bands 1, 2, 3 over white, with band 4 as opacity"),
        ([0.0, 0.5, 1.0, 0.4], None, [153, 204, 255], "bands 1, 2, 3 over white, with band 4 as opacity"),
        ([0.0, 0.4, 1.0, 0.2], [4], [51, 51, 51], "band 4 of 4"),
        ([0.0, 0.4, 1.0, 0.2], [1, 2, 3], [0, 102, 255], "bands 1, 2, 3 of 4"),
        (THIRTEEN, None, [0, 13, 26], "bands 1, 2, 3 of 13"),
        (THIRTEEN, [13, 9, 5], [153, 102, 51], "bands 13, 9, 5 of 13"),
    ],
)
def test_a_picture_shows_channels_and_says_which(tmp_path, values, bands, shown, said):
    images = np.array([[[values]]])
    assert image_grid(images, (0, 1), bands)[5, 5].tolist() == shown
    draw(images, ganreg.DataSpec(images.shape[1:], value_range=(0, 1)), tmp_path / "a.png", bands=bands)
    with Image.open(tmp_path / "a.png") as written:
        assert written.info.get("Description", "") == said


@pytest.mark.parametrize("bands", [[0], [4], [1, 2], [1, 2, 3, 3], []])
def test_channels_that_are_not_there_are_refused(bands):
    with pytest.raises(ganreg.DataError, match="bands must be one or three numbers from 1 to 3, such as 3,2,1; got"):
        image_grid(np.zeros((1, 2, 2, 3)), (0, 1), bands)


def test_channels_of_points_are_refused(tmp_path):
    with pytest.raises(ganreg.DataError, match="bands are for images"):
        draw(np.zeros((4, 2)), ganreg.DataSpec((2,)), tmp_path / "a.png", bands=[1])


def test_a_grid_of_volumes_has_the_three_slices_of_each_and_says_so(tmp_path):
    """A volume of 2x2x2 voxels, one of which is white: it lies in each of the middle slices."""
    volumes = np.zeros((1, 2, 2, 2, 1), np.float32)
    volumes[0, 1, 1, 1] = 1
    data = ganreg.DataSpec((2, 2, 2, 1), value_range=(0, 1))

    draw(volumes, data, tmp_path / "volumes.png")

    grid = grid_of(volumes, data)
    scale = 640 // 9  # one column of 2 + 1 + 2 + 1 + 2 pixels
    rows = grid[2:-2:scale, 2:-2:scale, 0][:2, :8]
    assert rows.tolist() == [[0, 0, 128, 0, 0, 128, 0, 0], [0, 255, 128, 0, 255, 128, 0, 255]]
    with Image.open(tmp_path / "volumes.png") as written:
        assert written.info["Description"] == "the middle slices across depth, height and width of each volume"
    draw(np.zeros((1, 2, 2, 2, 5)), ganreg.DataSpec((2, 2, 2, 5)), tmp_path / "a.png", bands=[5])
    with Image.open(tmp_path / "a.png") as written:
        assert written.info["Description"].endswith("of each volume, band 5 of 5")


def test_values_beyond_the_range_are_clipped():
    assert image_grid(np.full((1, 1, 1, 1), 9.0), (-1, 1))[5, 5, 0] == 255
    assert image_grid(np.full((1, 1, 1, 1), -9.0), (-1, 1))[5, 5, 0] == 0


def test_without_a_range_the_extremes_are_black_and_white():
    grid = image_grid(np.array([3.0, 7.0]).reshape(2, 1, 1, 1))
    assert {int(grid[5, 5, 0]), int(grid[5, -5, 0])} == {0, 255}


@pytest.mark.parametrize("shape", [(1,), (2,), (3,), (5, 2), (1, 5), (4, 4, 1), (4, 5, 6, 1), (2, 2, 2, 2, 2)])
@pytest.mark.parametrize("with_real", [False, True])
def test_every_kind_of_sample_can_be_drawn(tmp_path, shape, with_real):
    rng = np.random.default_rng(0)
    samples = rng.normal(size=(20, *shape)).astype(np.float32)
    path = tmp_path / "deep" / "samples.png"
    draw(samples, ganreg.DataSpec(shape), path, real=samples + 1 if with_real else None, title="a title")
    assert imread(path).ndim == 3
    assert [file.name for file in path.parent.iterdir()] == ["samples.png"]


def test_images_are_written_as_a_grid(tmp_path):
    samples = np.random.default_rng(0).uniform(-1, 1, (4, 4, 4, 1)).astype(np.float32)
    draw(samples, IMAGES, tmp_path / "grid.png")
    written = np.round(imread(tmp_path / "grid.png")[..., :3] * 255).astype(np.uint8)
    np.testing.assert_array_equal(written, image_grid(samples, (-1, 1)))


def test_a_file_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ganreg.RunError, match=r"cannot write .*samples\.png"):
        draw(np.zeros((1, 4, 4, 1)), IMAGES, tmp_path / "file" / "samples.png")
