"""Pictures as data URIs, bounded in number and size."""

import base64
import io

import numpy as np
from matplotlib.image import imread, imsave

from ganreg.reports.pictures import last_picture, pictures


def decoded(picture):
    assert picture.uri.startswith("data:image/png;base64,")
    return base64.b64decode(picture.uri.partition(",")[2])


def test_pictures_come_in_the_order_of_their_iterations(tmp_path, draw_pictures):
    draw_pictures(tmp_path, [300, 20, 1000])
    found = pictures(tmp_path, limit=10, total_bytes=10**6)
    assert [picture.iteration for picture in found] == [20, 300, 1000]
    assert all(decoded(picture) == (tmp_path / f"{picture.iteration:08d}.png").read_bytes() for picture in found)
    assert (found[0].width, found[0].height) == (96, 80)


def test_of_many_some_are_taken_the_first_and_the_last_among_them(tmp_path, draw_pictures):
    draw_pictures(tmp_path, range(10, 1010, 10))
    found = pictures(tmp_path, limit=7, total_bytes=10**6)
    assert len(found) == 7
    assert (found[0].iteration, found[-1].iteration) == (10, 1000)


def test_what_holds_too_much_is_made_smaller(tmp_path):
    noise = np.random.default_rng(0).integers(0, 255, (512, 512, 3), np.uint8)
    imsave(tmp_path / "00000001.png", noise)
    (picture,) = pictures(tmp_path, limit=5, total_bytes=60_000)
    content = decoded(picture)
    assert len(content) <= 60_000
    assert imread(io.BytesIO(content)).shape[:2] == (picture.height, picture.width)


def test_what_is_no_picture_is_passed_over(tmp_path, draw_pictures):
    draw_pictures(tmp_path, [10])
    whole = (tmp_path / "00000010.png").read_bytes()
    (tmp_path / "00000020.png").write_bytes(whole[:60])
    (tmp_path / "00000030.png").write_text("<svg onload=alert(1)>")
    (tmp_path / "other.png").write_bytes(whole)
    assert [picture.iteration for picture in pictures(tmp_path, limit=9, total_bytes=10**6)] == [10]
    assert last_picture(tmp_path, total_bytes=10**6).iteration == 10
    assert last_picture(tmp_path / "none", total_bytes=10**6) is None
