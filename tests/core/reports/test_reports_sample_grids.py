"""Sample grids as data URIs, bounded in number and size."""

import base64
import io

import numpy as np
from matplotlib.image import imread, imsave

from ganreg.reports.sample_grids import last_sample_grid, sample_grids


def decoded(grid):
    assert grid.uri.startswith("data:image/png;base64,")
    return base64.b64decode(grid.uri.partition(",")[2])


def test_grids_come_in_the_order_of_their_iterations(tmp_path, draw_sample_grids):
    draw_sample_grids(tmp_path, [300, 20, 1000])
    found = sample_grids(tmp_path, limit=10, total_bytes=10**6)
    assert [grid.iteration for grid in found] == [20, 300, 1000]
    assert all(decoded(grid) == (tmp_path / f"{grid.iteration:08d}.png").read_bytes() for grid in found)
    assert (found[0].width, found[0].height) == (96, 80)


def test_a_limit_keeps_the_first_and_the_last(tmp_path, draw_sample_grids):
    draw_sample_grids(tmp_path, range(10, 1010, 10))
    found = sample_grids(tmp_path, limit=7, total_bytes=10**6)
    assert len(found) == 7
    assert (found[0].iteration, found[-1].iteration) == (10, 1000)


def test_large_grids_are_scaled_down(tmp_path):
    noise = np.random.default_rng(0).integers(0, 255, (512, 512, 3), np.uint8)
    imsave(tmp_path / "00000001.png", noise)
    (grid,) = sample_grids(tmp_path, limit=5, total_bytes=60_000)
    content = decoded(grid)
    assert len(content) <= 60_000
    assert imread(io.BytesIO(content)).shape[:2] == (grid.height, grid.width)


def test_other_files_and_damaged_ones_are_skipped(tmp_path, draw_sample_grids):
    draw_sample_grids(tmp_path, [10])
    complete = (tmp_path / "00000010.png").read_bytes()
    (tmp_path / "00000020.png").write_bytes(complete[:60])
    (tmp_path / "00000030.png").write_text("<svg onload=alert(1)>")
    (tmp_path / "other.png").write_bytes(complete)
    assert [grid.iteration for grid in sample_grids(tmp_path, limit=9, total_bytes=10**6)] == [10]
    assert last_sample_grid(tmp_path, total_bytes=10**6).iteration == 10
    assert last_sample_grid(tmp_path / "none", total_bytes=10**6) is None
