"""Plots of signals: what the lines of each panel are."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from ganreg.runs import signal_plots
from ganreg.runs.signal_plots import plot_signals


def drawn(samples, **options):
    figure = Figure(layout="constrained")
    plot_signals(figure, samples, **options)
    return figure, [axes for axes in figure.axes if axes.get_visible()]


def test_each_signal_has_a_panel_with_a_line_for_each_channel():
    samples = np.random.default_rng(0).normal(size=(5, 30, 3)).astype(np.float32)

    figure, panels = drawn(samples, title="five")

    assert len(panels) == 5
    for signal, axes in zip(samples, panels, strict=True):
        np.testing.assert_array_equal([line.get_ydata() for line in axes.lines], signal.T)
        assert len({tuple(line.get_color()) for line in axes.lines}) == 3
        assert axes.get_ylim() == panels[0].get_ylim()
    assert figure.get_suptitle() == "five"
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["channel 1", "channel 2", "channel 3"]


def test_real_signals_fill_a_last_row_with_another_background():
    samples, real = np.zeros((3, 30, 1), np.float32), np.ones((9, 30, 1), np.float32)

    _, panels = drawn(samples, real=real)

    assert [axes.lines[0].get_ydata()[0] for axes in panels] == [0, 0, 0, 1, 1]
    assert [axes.get_title() for axes in panels] == ["", "", "", "real", "real"]
    assert panels[3].get_facecolor() != panels[0].get_facecolor()


def test_of_many_signals_the_first_ones_are_shown_and_the_title_says_so(monkeypatch):
    monkeypatch.setattr(signal_plots, "MOST", 4)

    figure, panels = drawn(np.zeros((5, 30, 1), np.float32), title="many")

    assert len(panels) == 4
    assert figure.get_suptitle() == "many (the first 4 of 5)"


@pytest.mark.parametrize(("length", "marker"), [(30, "None"), (8, ".")])
def test_the_values_of_short_signals_are_marked(length, marker):
    _, panels = drawn(np.zeros((1, length, 1), np.float32))

    assert panels[0].lines[0].get_marker() == marker


@pytest.mark.parametrize(("channels", "legends"), [(1, 0), (10, 1), (12, 0)])
def test_a_legend_names_a_few_channels(channels, legends):
    figure, panels = drawn(np.zeros((1, 30, channels), np.float32))

    assert len(figure.legends) == legends
    assert len(panels[0].lines) == channels
