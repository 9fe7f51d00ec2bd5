"""Live progress: one output, few updates, samples at growing intervals, and the training stays what it was."""

from __future__ import annotations

import numpy as np
import pytest

from ganreg.display import samples
from ganreg.display.fragments import Picture
from ganreg.display.progress import LiveProgress


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


class Screen:
    """An output that can be updated, as IPython's."""

    def __init__(self):
        self.outputs, self.pages = 0, []

    def __call__(self, html):
        self.outputs += 1
        self.pages.append(html)
        return self.pages.append


@pytest.fixture
def screen():
    return Screen()


@pytest.fixture
def clock():
    return Clock()


def table(count, value=0.5):
    names = ("discriminator_loss", "generator_loss", "real_accuracy", "fake_accuracy")
    return {name: np.full(count, value, np.float32) for name in names}


def played(progress, clock, calls, count=10, seconds=0.1):
    progress.on_train_begin()
    for call in range(calls):
        progress.on_updates(count * call, table(count, 0.5 + 0.001 * call))
        clock.now += seconds
    progress.on_train_end()


def test_one_output_is_updated_twice_a_second(point_gan, screen, clock, parsed):
    progress = LiveProgress(point_gan, 0, 1000, show=screen, clock=clock)

    played(progress, clock, calls=100)

    assert screen.outputs == 1
    assert 15 <= len(screen.pages) <= 25
    assert "0 of 1,000 iterations, compiling ..." in parsed(screen.pages[0]).text
    shown = [parsed(page).text for page in screen.pages]
    assert "1,000 of 1,000 iterations" in shown[-1]
    assert "100 a second" in shown[5]
    assert "D classifies 52% of the real and 52% of the generated samples correctly" in shown[5]
    assert "D loss 0.599" in shown[-1]
    assert max(map(len, screen.pages)) < 200_000


def test_samples_are_drawn_at_growing_intervals_and_at_the_end(point_gan, screen, clock, monkeypatch):
    drawn = []

    def small_samples(gan, *, seed, may_load):
        drawn.append(clock.now - 100)
        clock.now += 0.5
        return Picture("data:image/png;base64,AAAA", 1, 1, "samples")

    monkeypatch.setattr(samples, "small_samples", small_samples)
    progress = LiveProgress(point_gan, 0, 100_000, show=screen, clock=clock)

    played(progress, clock, calls=600, count=1, seconds=0.5)

    gaps = np.diff(drawn)[:-1]
    assert len(drawn) < 0.06 * clock.now
    assert (gaps >= 10).all()  # drawing takes 0.5 s, and a twentieth of the time at most
    assert "data:image/png" in screen.pages[-1]


def test_samples_that_cannot_be_drawn_do_not_end_the_training(point_gan, screen, clock, monkeypatch):
    def fail(*_, **__):
        raise ValueError("lost screw")

    monkeypatch.setattr(samples, "small_samples", fail)

    played(LiveProgress(point_gan, 0, 100, show=screen, clock=clock), clock, calls=10, seconds=1)

    assert "100 of 100 iterations" in screen.pages[-1]


def test_a_training_is_the_same_with_and_without_it(small, points, screen, numbers, same):
    gans = [small(), small()]
    for gan, callbacks in zip(gans, ([], [LiveProgress(gans[1], 0, 9, show=screen)]), strict=True):
        gan.fit(points, steps=9, verbose=0, callbacks=callbacks, execution="graph", updates_per_call=4)

    assert same(numbers(gans[0]), numbers(gans[1]))
    assert "9 of 9 iterations" in screen.pages[-1]


def test_a_long_training_keeps_few_points(point_gan, screen, clock):
    progress = LiveProgress(point_gan, 0, 50_000, show=screen, clock=clock)

    played(progress, clock, calls=5000, seconds=0.0)

    assert len(progress._curve) <= 400
    assert len(screen.pages[-1]) < 200_000


def test_values_of_validation_data_are_shown(point_gan, screen, clock, parsed):
    of_epoch = {"val_generator_loss": 1.25, "generator_loss": 9.0}
    progress = LiveProgress(point_gan, 0, 100, lambda: of_epoch, show=screen, clock=clock)

    played(progress, clock, calls=3, seconds=1)

    assert "val_generator_loss 1.25" in parsed(screen.pages[-1]).text


def test_values_that_are_not_finite_leave_gaps(point_gan, screen, clock, parsed):
    progress = LiveProgress(point_gan, 0, 100, show=screen, clock=clock)
    progress.on_train_begin()
    for call, value in enumerate([1.0, float("nan"), float("inf"), 2.0]):
        progress.on_updates(call, table(1, value))
        clock.now += 1
    progress.on_train_end()

    assert "nan" not in screen.pages[-1].partition("<figcaption")[0]
