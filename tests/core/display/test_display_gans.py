"""GANs in a notebook: what they say, for each kind of data, in bounded time, whatever their names are."""

from __future__ import annotations

import time

import numpy as np
import pytest

import ganreg
from ganreg.display import samples
from ganreg.display.gans import html, text

NASTY = "<script>alert(1)</script>"


@pytest.mark.parametrize("kind", ["points", "images", "table", "translation"])
def test_every_kind_of_data_is_shown_with_samples(gans, kind, parsed):
    gan = gans[kind]
    html(gan)
    began = time.perf_counter()
    page = html(gan)

    assert time.perf_counter() - began < 2
    assert len(page) < 500_000
    tags = parsed(page)
    assert f"{gan.generator.count_params():,}" in tags.text
    assert f"{gan.discriminator.count_params():,}" in tags.text
    assert "4 iterations" in tags.text
    assert ("img" in tags.names) == (kind != "table")
    if kind == "table":
        assert NASTY in tags.text
    if kind == "translation":
        assert "source | output | target" in tags.text


def test_an_untrained_gan_has_no_samples(small, parsed):
    gan = small(regularizers=["r1:weight=2"])

    tags = parsed(html(gan))

    assert "img" not in tags.names
    assert "untrained" in tags.text
    assert "r1 every=1, weight=2" in tags.text
    assert text(gan) == (
        "<GAN: generator mlp, discriminator mlp, loss non-saturating, regularizers r1; samples 2; 0 iterations>"
    )


def test_names_are_escaped_and_cut(small):
    gan = small()
    object.__setattr__(gan.assembly.parts["loss"], "spec", ganreg.Spec("hinge", {"a": NASTY * 100}))

    page = html(gan)

    assert NASTY not in page
    assert "&lt;script&gt;" in page
    assert len(page) < 10_000


def test_samples_that_take_long_are_left_out(point_gan, monkeypatch, parsed):
    monkeypatch.setattr(samples, "_MOST_WORK", 1)

    tags = parsed(html(point_gan))

    assert "img" not in tags.names
    assert "gan.show_samples()" in tags.text


def test_samples_that_fail_leave_the_rest(point_gan, monkeypatch, parsed):
    def fail(*_, **__):
        raise ValueError(NASTY)

    monkeypatch.setattr(type(point_gan), "generate", fail)

    tags = parsed(html(point_gan))

    assert f"Samples cannot be shown: ValueError: {NASTY}" in tags.text
    assert "mlp" in tags.text


def test_showing_a_gan_does_not_change_it(point_gan, numbers, same):
    before = numbers(point_gan)

    html(point_gan)

    assert same(before, numbers(point_gan))
    assert np.array_equal(point_gan.generate(4, seed=1), point_gan.generate(4, seed=1))
