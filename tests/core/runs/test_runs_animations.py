"""Animations, read again with Pillow."""

import numpy as np
import pytest
from PIL import Image

from ganreg import DataError, DataSpec
from ganreg.runs.animations import refuse_unfit, write_animation


def frames_of(path):
    with Image.open(path) as image:
        frames = []
        for number in range(image.n_frames):
            image.seek(number)
            frames.append(np.asarray(image.convert("RGB")))
        return np.stack(frames), image.info


def test_grey_images_keep_every_level(tmp_path):
    levels = np.arange(256, dtype=np.float32).reshape(1, 16, 16, 1)
    samples = np.concatenate([levels, levels[:, ::-1]]) / 127.5 - 1
    write_animation(samples, DataSpec((16, 16, 1), value_range=(-1, 1)), tmp_path / "a.gif")
    frames, info = frames_of(tmp_path / "a.gif")
    assert frames.shape == (2, 256, 256, 3)
    np.testing.assert_array_equal(frames[0, ::16, ::16, 0], levels[0, ..., 0])
    np.testing.assert_array_equal(frames[1, ::16, ::16, 2], levels[0, ::-1, :, 0])
    assert info["loop"] == 0
    assert info["duration"] == 40


def test_few_colours_are_kept(tmp_path):
    stream = np.random.default_rng(0)
    samples = stream.integers(0, 2, (5, 4, 6, 3)).astype(np.float32)
    write_animation(samples, DataSpec((4, 6, 3), value_range=(0, 1)), tmp_path / "a.gif")
    frames, _ = frames_of(tmp_path / "a.gif")
    assert frames.shape == (5, 4 * 42, 6 * 42, 3)
    np.testing.assert_array_equal(frames[:, ::42, ::42], 255 * samples)


def test_other_samples_are_refused(tmp_path):
    with pytest.raises(DataError, match=r"samples of shape 2 are not images; write a\.png or a\.npy instead"):
        refuse_unfit(tmp_path / "a.gif", DataSpec((2,)))
    refuse_unfit(tmp_path / "a.gif", DataSpec((4, 4, 1)))
