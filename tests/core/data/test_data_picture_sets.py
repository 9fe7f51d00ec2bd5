"""Many images at once: in order, of one kind, and with a word on what takes long."""

import numpy as np
import pytest
from PIL import Image

from ganreg import DataError, has_deep_images, read_images
from ganreg.data import picture_sets


def saved(folder, name, pixels):
    Image.fromarray(pixels).save(folder / name)
    return folder / name


def test_images_are_in_the_order_of_the_files(tmp_path):
    files = [saved(tmp_path, f"{value}.png", np.full((4, 4), value, np.uint8)) for value in range(50)]
    made = read_images(files[::-1], 1, size=(4, 4))
    assert (made.values.dtype, made.white) == (np.uint8, 255)
    assert made.values[:, 0, 0, 0].tolist() == list(range(50))[::-1]


def test_bytes_among_words_have_the_same_white(tmp_path):
    files = [
        saved(tmp_path, "a.png", np.full((2, 2), 255, np.uint8)),
        saved(tmp_path, "b.png", np.full((2, 2), 65535, np.uint16)),
    ]
    assert has_deep_images(files)
    made = read_images(files, 1, size=(2, 2))
    assert made.white == 65535
    np.testing.assert_array_equal(made.values, 65535)


def test_floats_among_others_are_refused(tmp_path):
    files = [
        saved(tmp_path, "a.png", np.zeros((2, 2), np.uint8)),
        saved(tmp_path, "b.tiff", np.zeros((2, 2), np.float32)),
    ]
    with pytest.raises(DataError, match=r"b\.tiff holds floats or 32 bits, .* but .*a\.png holds 8 or 16 bits"):
        read_images(files, 1, size=(2, 2))


def test_a_broken_file_is_named(tmp_path):
    files = [saved(tmp_path, f"{value}.png", np.zeros((4, 4), np.uint8)) for value in range(9)]
    files[5].write_text("<html>")
    with pytest.raises(DataError, match=f"{files[5]} is broken"):
        read_images(files, 3, size=(4, 4))


def test_what_takes_long_is_told(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(picture_sets, "_QUIET_SECONDS", 0.0)
    caplog.set_level("INFO", "ganreg")
    read_images([saved(tmp_path, f"{value}.png", np.zeros((4, 4), np.uint8)) for value in range(3)], size=(4, 4))
    assert "read 3 of 3 images" in caplog.text


def test_too_many_for_the_memory_are_refused(tmp_path):
    files = [saved(tmp_path, "a.png", np.zeros((4, 4), np.uint8))]
    with pytest.raises(DataError, match=r"1 images of 10000000x10000000 pixels need 300000 GB of memory"):
        read_images(files, 3, size=(10**7, 10**7))
