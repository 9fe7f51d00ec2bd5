"""What the engine announces reaches the user once, whoever else listens to the log."""

import logging
import sys

from ganreg.cli.tensorflow import warnings_as_lines


def test_an_announcement_is_one_line_though_the_root_has_a_handler(capsys):
    root, handler = logging.getLogger(), logging.StreamHandler(sys.stderr)
    log = logging.getLogger("ganreg")
    propagated = log.propagate
    root.addHandler(handler)
    try:
        with warnings_as_lines():
            log.info("execution: graph")
    finally:
        root.removeHandler(handler)
    assert capsys.readouterr().err.count("execution: graph") == 1
    assert log.propagate == propagated
