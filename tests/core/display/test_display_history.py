"""Plots of what was logged hold the logged numbers."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.figure import Figure

import ganreg
from ganreg.display.history import plot_history


class Keep(ganreg.UpdateCallback):
    """Keeps what every iteration logs."""

    def __init__(self):
        super().__init__()
        self.logs = {}

    def on_updates(self, first, logs):
        for name, values in logs.items():
            self.logs.setdefault(name, []).extend(values.tolist())


def lines(figure):
    return {line.get_label(): line for axes in figure.axes for line in axes.lines}


def test_the_lines_of_a_gan_are_what_its_iterations_logged(small, points):
    gan, keep = small(), Keep()
    for steps in (3, 4):
        gan.fit(points, steps=steps, verbose=0, callbacks=[keep], execution="graph", updates_per_call=2)
    last = gan.train_on_batch(points[:16])

    drawn = lines(gan.plot_history())

    names = {"discriminator": "discriminator_loss", "generator": "generator_loss"}
    names |= {"real samples": "real_accuracy", "generated samples": "fake_accuracy"}
    assert drawn.keys() == names.keys()
    for label, name in names.items():
        assert drawn[label].get_xdata().tolist() == list(range(1, 9))
        np.testing.assert_allclose(drawn[label].get_ydata(), [*keep.logs[name], last[name]], rtol=1e-6)


def test_the_lines_of_a_run_are_those_of_its_file(run_folder):
    figure = ganreg.Run.read(run_folder).plot_history()

    drawn = lines(figure)
    assert drawn["discriminator"].get_xdata().tolist() == [5 * row for row in range(1, 61)]
    np.testing.assert_allclose(drawn["generator"].get_ydata(), [row / 10 + 1 for row in range(1, 61)])
    assert figure._repr_png_().startswith(b"\x89PNG")


def test_it_draws_into_given_axes(run_folder):
    figure = Figure()
    axes = figure.subplots(1, 2)
    run = ganreg.Run.read(run_folder)

    assert run.plot_history(ax=axes[0]) is figure
    assert [line.get_label() for line in axes[0].lines] == ["discriminator", "generator"]
    run.plot_history(ax=axes)
    assert [line.get_label() for line in axes[1].lines] == ["real samples"]


@pytest.mark.parametrize("ax", ["left", [], [1, 2]])
def test_what_are_no_axes_is_refused(run_folder, ax):
    with pytest.raises(ganreg.SpecError, match="ax must be one Axes of matplotlib"):
        ganreg.Run.read(run_folder).plot_history(ax=ax)


def test_without_logs_the_error_says_where_they_are(small, run_folder):
    with pytest.raises(ganreg.RunError, match=r"ganreg\.Run\.read\(FOLDER\)\.plot_history\(\)"):
        small().plot_history()
    (run_folder / "metrics.csv").unlink()
    with pytest.raises(ganreg.RunError, match="holds no rows"):
        ganreg.Run.read(run_folder).plot_history()


def test_many_values_are_drawn_with_their_means_on_top():
    values = np.random.default_rng(0).normal(size=1000)

    drawn = lines(plot_history(list(range(1, 1001)), {"generator_loss": values}))

    assert drawn["generator"].get_ydata().tolist() == values.tolist()
    mean = drawn["_mean of generator"]
    assert mean.get_xdata()[0] == 10  # of the iterations 1 to 20
    np.testing.assert_allclose(mean.get_ydata()[[0, -1]], [values[:20].mean(), values[-20:].mean()])


def test_logs_of_validation_are_no_lines():
    figure = plot_history([1, 2], {"generator_loss": [1, 2], "val_generator_loss": [3, 4], "other": [5, 6]})
    assert list(lines(figure)) == ["generator"]


def test_without_losses_and_accuracies_there_is_nothing_to_plot():
    with pytest.raises(ganreg.RunError, match="neither losses nor accuracies"):
        plot_history([1], {"other": [1.0]})
