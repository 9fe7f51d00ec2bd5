"""What is shown of samples is what `generate` returns."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
from matplotlib.image import imread

import ganreg
from ganreg.display import samples
from ganreg.display.samples import Rows, rows_of, small_samples
from ganreg.runs.sample_grids import image_grid
from ganreg.runs.translation_grids import panel_grid, translation_panels


def pixels_of(figure):
    return np.round(imread(io.BytesIO(figure._repr_png_()))[..., :3] * 255).astype(np.uint8)


def test_images_become_a_grid_of_exactly_these_pixels(image_gan):
    expected = image_grid(image_gan.generate(9, seed=3), (-1, 1))

    np.testing.assert_array_equal(pixels_of(image_gan.show_samples(9, seed=3)), expected)


def test_labels_choose_the_classes(image_gan):
    shown = pixels_of(image_gan.show_samples(4, seed=3, labels=2))

    np.testing.assert_array_equal(shown, image_grid(image_gan.generate(4, seed=3, labels=2), (-1, 1)))
    with pytest.raises(ganreg.DataError, match="label"):
        image_gan.show_samples(4, labels=7)


def test_points_are_scattered_where_they_are(point_gan):
    figure = point_gan.show_samples(30, seed=3)

    drawn = figure.axes[0].collections[0].get_offsets()
    np.testing.assert_array_equal(np.asarray(drawn, np.float32), point_gan.generate(30, seed=3))


def test_rows_become_a_table_with_the_columns_of_the_data(table_gan):
    frame = table_gan.show_samples(5, seed=3)

    expected = table_gan.assembly.source.columns(table_gan.generate(5, seed=3))
    assert list(frame.columns) == ["height", "<script>alert(1)</script>"]
    assert {name: frame[name].tolist() for name in frame} == {name: list(each) for name, each in expected.items()}


def test_translations_are_next_to_their_sources(translating_gan):
    panels = translation_panels(translating_gan, seed=3, count=5)

    assert [panel.name for panel in panels] == ["source", "output", "target"]
    assert len(panels[0].images) == 5
    np.testing.assert_array_equal(panels[1].images, translating_gan.generate(5, seed=3))
    np.testing.assert_array_equal(pixels_of(translating_gan.show_samples(5, seed=3)), panel_grid(panels))


def test_the_last_iterate_can_be_shown(point_gan, translating_gan):
    figure = point_gan.show_samples(8, seed=3, average=False)

    drawn = np.asarray(figure.axes[0].collections[0].get_offsets(), np.float32)
    np.testing.assert_array_equal(drawn, point_gan.generate(8, seed=3, average=False))
    shown = pixels_of(translating_gan.show_samples(4, seed=3, average=False))
    expected = translation_panels(translating_gan, seed=3, count=4, average=False)
    np.testing.assert_array_equal(shown, panel_grid(expected))


def test_without_a_seed_each_call_draws_afresh(point_gan):
    first, second = (np.asarray(point_gan.show_samples(4).axes[0].collections[0].get_offsets()) for _ in range(2))
    assert not np.array_equal(first, second)


def test_small_pictures_have_fewer_samples_if_each_takes_long(image_gan, monkeypatch):
    monkeypatch.setattr(samples, "_LITTLE_WORK", 0)
    monkeypatch.setattr(samples, "_SECONDS", 0.0)

    assert small_samples(image_gan, seed=0).caption == "1 generated sample"


def test_a_small_picture_is_a_png(image_gan):
    picture = small_samples(image_gan, seed=0)

    head, _, body = picture.uri.partition(",")
    assert head == "data:image/png;base64"
    assert imread(io.BytesIO(base64.b64decode(body))).shape[:2] == (picture.height, picture.width)
    assert max(picture.height, picture.width) <= 320


def test_nothing_is_loaded_for_a_small_picture_unless_it_may_be(translating_gan, monkeypatch):
    monkeypatch.setattr(type(translating_gan.players.sources), "are_loaded", False)

    assert small_samples(translating_gan, seed=0) is None
    assert small_samples(translating_gan, seed=0, may_load=True).caption == "source | output | target"


def test_numbers_of_a_small_table_are_short():
    assert rows_of({"a": [1 / 3], "b": ["x"]}) == Rows(["a", "b"], [["0.333333", "x"]])
