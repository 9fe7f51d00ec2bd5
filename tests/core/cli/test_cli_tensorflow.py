"""TensorFlow on the command line: warnings and announcements as single lines, and a quiet start."""

from __future__ import annotations

import logging
import subprocess
import sys
import warnings

import pytest

from ganreg import GanregWarning
from ganreg.cli.tensorflow import warnings_as_lines


@pytest.mark.filterwarnings("default")
def test_our_warnings_are_lines_each_time_and_others_are_hidden(capsys):
    with warnings_as_lines():
        for _ in range(2):
            warnings.warn("the generator collapses", GanregWarning, stacklevel=1)
        warnings.warn("use something else", DeprecationWarning, stacklevel=1)

    assert capsys.readouterr() == ("", "Warning: the generator collapses\n" * 2)


def test_an_announcement_is_one_line_though_the_root_has_a_handler(capsys):
    root, handler = logging.getLogger(), logging.StreamHandler(sys.stderr)
    log = logging.getLogger("ganreg")
    propagated, handlers = log.propagate, list(log.handlers)
    root.addHandler(handler)
    try:
        with warnings_as_lines():
            log.info("execution: graph")
    finally:
        root.removeHandler(handler)

    assert capsys.readouterr().err.count("execution: graph") == 1
    assert (log.propagate, log.handlers) == (propagated, handlers)


@pytest.mark.slow
def test_tensorflow_starts_without_a_word():
    code = (
        "from ganreg.cli.tensorflow import import_quietly; import_quietly(); import sys; assert 'keras' in sys.modules"
    )

    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert (process.stdout, process.stderr) == ("", "")
