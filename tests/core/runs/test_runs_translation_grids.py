"""Grids of translations: which image is where, and what the file says about it."""

from __future__ import annotations

import attrs
import keras
import numpy as np
import pytest
from matplotlib.image import imread
from PIL import Image

import ganreg
from ganreg.contract.translators import Translator
from ganreg.reports.sample_grids import last_sample_grid
from ganreg.runs.translation_grids import Panel, draw_translations, draws_translations, translation_panels

RANGE = (-1.0, 1.0)


def flat(*greys, side=2):
    return np.broadcast_to(np.float32(greys)[:, None, None, None], (len(greys), side, side, 1))


def test_panels_of_a_source_are_next_to_each_other(tmp_path):
    """Two groups of three panels of 4 pixels, lines and a margin of 1; the smaller panel is enlarged."""
    path = tmp_path / "1.png"
    panels = [
        Panel("source", flat(-1, -0.5, side=2), RANGE),
        Panel("output", flat(0, 0.5, side=4), RANGE),
        Panel("target", flat(1, 0.25, side=4), RANGE),
    ]
    draw_translations(panels, path)
    grid = np.round(imread(path)[..., 0] * 255).astype(int)
    scale = 640 // 16
    width, height = 15 * scale, 4 * scale
    assert grid.shape == (2 * (height + 2) + 2, width + 4)
    for row, greys in enumerate([(0, 128, 255), (64, 191, 159)]):
        top = 2 + row * (height + 2)
        group = grid[top : top + height, 2 : 2 + width]
        for place, grey in enumerate(greys):
            assert np.all(group[:, place * 5 * scale : (place * 5 + 4) * scale] == grey)
        for line in (4, 9, 14):
            assert np.all(group[:, line * scale : (line + 1) * scale] == 255)
    with Image.open(path) as image:
        assert image.info["Description"] == "source | output | target"


def test_sides_that_do_not_divide_keep_the_whole_image(tmp_path):
    source = np.linspace(-1, 1, 9, dtype=np.float32).reshape(1, 3, 3, 1)
    draw_translations([Panel("source", source, RANGE), Panel("output", flat(0, side=4), RANGE)], tmp_path / "1.png")
    grid = np.round(imread(tmp_path / "1.png")[..., 0] * 255).astype(int)
    scale = 640 // 11
    shown = grid[2:-2:scale, 2:-2:scale][:, :4]
    expected = np.round(np.arange(9) * 255 / 8).reshape(3, 3)[[0, 0, 1, 2]][:, [0, 0, 1, 2]]
    np.testing.assert_allclose(shown, expected, atol=1)


@attrs.frozen(kw_only=True)
class Negative(Translator):
    """The negative of an image; a class brightens it."""

    conditional: bool = False

    def build(self, source, target):
        images = keras.Input(source.shape)
        once = keras.layers.Conv2D(target.shape[-1], 1, kernel_initializer=keras.initializers.Constant(-0.5))
        if not self.conditional:
            return keras.Model(images, once(images))
        labels = keras.Input((), dtype="int32")
        shift = keras.layers.Embedding(3, 1, embeddings_initializer=keras.initializers.Constant(0.25))(labels)
        shifted = keras.layers.Add()([once(images), keras.layers.Reshape((1, 1, 1))(shift)])
        return keras.Model([images, labels], shifted)


def assembled(game, images, *, conditional=False, generator=None, **data):
    return ganreg.assemble(
        game=game,
        generator=generator or Negative(conditional=conditional),
        discriminator=f"mlp:widths=[4],conditional={str(conditional).lower()}",
        loss="non-saturating",
        data=ganreg.Data(train=images, value_range=RANGE, **data),
        batch_size=4,
        ema_decay=0.0,
    )


@pytest.fixture(scope="module")
def images():
    return np.random.default_rng(0).uniform(-0.5, 0.5, (30, 4, 4, 1)).astype(np.float32)


@pytest.mark.parametrize("paired", [True, False])
def test_sources_translations_and_true_samples_belong_together(images, paired):
    source = ganreg.Data(train=-images, value_range=RANGE)
    gan = assembled("translation" if paired else "cycle", images, source=source, paired=paired)
    assert draws_translations(gan.assembly)
    panels = {panel.name: panel.images for panel in translation_panels(gan, seed=3)}
    np.testing.assert_allclose(panels["output"], -0.5 * panels["source"], rtol=1e-6)
    if paired:
        np.testing.assert_array_equal(panels["target"], -panels["source"])
    else:
        assert set(panels) == {"source", "output"}


def test_a_conditional_translator_is_shown_for_each_class(images):
    gan = assembled("star", images, conditional=True, train_labels=np.arange(30) % 3)
    source, *into = translation_panels(gan, seed=3)
    assert [panel.name for panel in into] == ["class 0", "class 1", "class 2"]
    for panel in into:
        np.testing.assert_allclose(panel.images, 0.25 - 0.5 * source.images, rtol=1e-5, atol=1e-6)


def test_points_and_samples_from_latents_have_no_such_grid(small):
    assert not draws_translations(small().assembly)
    points = np.random.default_rng(0).normal(size=(30, 2)).astype(np.float32)
    gan = ganreg.assemble(
        game="cycle",
        generator="mlp:widths=[4]",
        discriminator="mlp:widths=[4]",
        loss="non-saturating",
        batch_size=16,
        data=ganreg.Data(train=points, source=ganreg.Data(train=points)),
    )
    assert not draws_translations(gan.assembly)


def test_a_run_draws_them_and_its_report_says_what_they_show(tmp_path, images):
    source = ganreg.Data(train=-images, value_range=RANGE)
    gan = assembled("translation", images, generator="mlp:widths=[4]", source=source, paired=True)
    run = ganreg.train(gan, tmp_path / "run", steps=4, sample_every=2)
    assert last_sample_grid(run.samples, total_bytes=10**6).description == "source | output | target"
    assert "each in a group: source | output | target." in (run.path / "report.html").read_text()
