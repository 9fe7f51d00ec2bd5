"""Checks that a component does not change global state of the process."""

from __future__ import annotations

import os
import random
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from ganreg.testing.bench import bench_of
from ganreg.testing.check import EVERY_KIND, check
from ganreg.testing.failures import NotApplicableError, require
from ganreg.testing.subject import Subject

_ODD_SEED = 27182818

_OF_PYTHON: Mapping[str, Callable[[], Any]] = {
    "Python's global random numbers": random.getstate,
    "numpy's global random numbers": lambda: repr(np.random.get_state()),
    "numpy's error handling": lambda: sorted(np.geterr().items()),
    "environment variables": lambda: sorted(os.environ.items()),
    "the working directory": os.getcwd,
}
_OF_TENSORFLOW: Mapping[str, Callable[[Any], Any]] = {
    # With an explicit seed, the call itself does not change the state.
    "TensorFlow's global seed": lambda tensorflow: tensorflow.compat.v1.get_seed(0),
    "TensorFlow's eager switch": lambda tensorflow: tensorflow.config.functions_run_eagerly(),
}
_OF_KERAS: Mapping[str, Callable[[Any], Any]] = {
    "Keras's dtype policy": lambda keras: keras.config.dtype_policy().name,
    "Keras's float type": lambda keras: keras.config.floatx(),
    "Keras's image layout": lambda keras: keras.config.image_data_format(),
}
"""The state that all components of a process share, and how to read it."""


def _of_libraries() -> dict[str, Any]:
    """The state of TensorFlow and Keras if they are loaded; a dataset needs neither."""
    return {
        name: look(sys.modules[module])
        for module, looks in (("tensorflow", _OF_TENSORFLOW), ("keras", _OF_KERAS))
        if module in sys.modules
        for name, look in looks.items()
    }


def _of_python() -> dict[str, Any]:
    return {name: look() for name, look in _OF_PYTHON.items()}


@check(*EVERY_KIND, proves="it changes no global state: random numbers, dtype policy, environment, warning filters")
def changes_no_global_state(subject: Subject) -> None:
    """Compares global state before and after the component is used.

    The state of Python is restored after a first use, in which libraries that it imports may change it, and compared
    after a second use.
    """
    use = _uses(subject)
    with _restored():
        before = _of_libraries()
        try:
            use()
        except Exception as error:
            raise NotApplicableError(f"it cannot be used: {' '.join(str(error).split())}") from error
        after = _of_libraries()
        changed = [name for name in before if after[name] != before[name]]
    with _restored(), warnings.catch_warnings():
        # An unlikely seed: a component that always sets the same seed would otherwise go unnoticed.
        random.seed(_ODD_SEED)
        np.random.seed(_ODD_SEED)
        warnings.resetwarnings()
        before = _of_python()
        use()
        after = _of_python()
        changed += [name for name in before if after[name] != before[name]]
        changed += ["the filters of warnings"] if warnings.filters else []
    require(not changed, f"it changes {' and '.join(changed)}")


@contextmanager
def _restored() -> Iterator[None]:
    """Restores the state of Python and numpy."""
    python_state, numpy_state, errors = random.getstate(), np.random.get_state(), np.geterr()
    environment, folder = dict(os.environ), Path.cwd()
    try:
        yield
    finally:
        random.setstate(python_state)
        np.random.set_state(numpy_state)
        np.seterr(**errors)
        os.chdir(folder)
        for name in os.environ.keys() - environment.keys():
            del os.environ[name]
        os.environ.update(environment)


def _uses(subject: Subject) -> Callable[[], Any]:
    """A function that uses a component in every way that its kind is used."""
    if subject.kind == "dataset":
        return lambda: (subject.make().spec(), subject.make().load())
    if subject.kind == "metric":
        from ganreg.testing.checks.metrics import example_of

        return example_of(subject).values
    if subject.kind == "extractor":
        from ganreg.testing.checks.extractors import uses_of

        return uses_of(subject)
    if subject.kind == "recipe":
        from ganreg.testing.checks.recipes import small_gan

        return lambda: small_gan(subject)
    bench = bench_of(subject)
    return lambda: bench.fit(bench.gan(), 1)
