"""A GAN shows itself in notebooks, and its training there; `tests/core/display` checks what is shown."""

from __future__ import annotations

import sys
import types
from unittest import mock

import pytest

import ganreg


@pytest.fixture
def notebook(monkeypatch):
    """An IPython with a kernel; what is displayed in it."""
    shown = []

    class Handle:
        def update(self, html):
            shown.append(("update", html))

    def display(html, display_id):
        assert display_id is True
        shown.append(("display", html))
        return Handle()

    shell = mock.MagicMock(config={"IPKernelApp": {}})  # matplotlib registers an event of it
    found = types.SimpleNamespace(get_ipython=lambda: shell, version_info=(9, 0, 0))
    monkeypatch.setitem(sys.modules, "IPython", found)
    ipython = types.SimpleNamespace(HTML=str, display=display)
    monkeypatch.setitem(sys.modules, "IPython.display", ipython)
    return shown


def test_fit_shows_live_progress_in_a_notebook(small, points, notebook, capsys):
    gan = small()
    gan.fit(points, steps=4, execution="graph", updates_per_call=2)

    assert [how for how, _ in notebook].count("display") == 1
    assert "4 of 4 iterations" in notebook[-1][1]
    assert capsys.readouterr().out == ""


def test_fit_does_as_it_is_told_otherwise(small, points, notebook, capsys):
    gan = small()
    for verbose in (0, 1, 2):
        gan.fit(points, epochs=1, batch_size=64, verbose=verbose, execution="graph", updates_per_call=4)

        assert notebook == []
        assert ("generator_loss" in capsys.readouterr().out) == bool(verbose)


def test_a_run_shows_live_progress_in_a_notebook_and_nothing_elsewhere(small, points, notebook, tmp_path, monkeypatch):
    gan = small(points)
    ganreg.train(gan, tmp_path / "one", steps=2, execution="graph", updates_per_call=2)
    assert "2 of 2 iterations" in notebook[-1][1]
    notebook.clear()

    monkeypatch.delitem(sys.modules, "IPython")
    ganreg.train(gan, tmp_path / "two", steps=2, execution="graph", updates_per_call=2)

    assert notebook == []


def test_a_run_prints_what_it_is_asked_for(small, points, notebook, tmp_path, capsys):
    gan = small(points)
    for verbose, progress in ((0, False), (1, True)):
        path = tmp_path / str(verbose)
        ganreg.train(gan, path, steps=1, execution="graph", verbose=verbose)
        ganreg.resume(path, steps=gan.players.done + 1, verbose=verbose)

        assert notebook == []
        assert ("generator_loss" in capsys.readouterr().out) == progress


@pytest.mark.parametrize("verbose", ["loud", 3, -1, None, 0.5])
def test_another_verbosity_is_refused(small, points, tmp_path, verbose):
    gan = small(points)
    with pytest.raises(ganreg.SpecError, match='verbose must be "auto", 0, 1 or 2'):
        gan.fit(points, steps=1, verbose=verbose)
    with pytest.raises(ganreg.SpecError, match='verbose must be "auto", 0, 1 or 2'):
        ganreg.train(gan, tmp_path / "run", steps=1, verbose=verbose)
    assert not (tmp_path / "run").exists()


def test_its_html_and_its_text_name_what_it_consists_of(small):
    gan = small()

    assert "mlp" in gan._repr_html_()
    assert repr(gan).startswith("<GAN: generator mlp")


def test_all_that_was_logged_stays(small, points):
    gan = small()
    gan.fit(points, steps=3, verbose=0, execution="graph", updates_per_call=3)
    gan.train_on_batch(points[:16])

    iterations, values = gan.log_book.table()

    assert iterations.tolist() == [1, 2, 3, 4]
    assert set(values) == set(gan.log_names)
