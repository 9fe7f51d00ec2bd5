"""Fixtures for the tests of runs."""

import pytest

from ganreg.contract.callbacks import UpdateCallback


class Dying(UpdateCallback):
    """Raises at an iteration, as if the process were killed there."""

    every = 1

    def __init__(self, at):
        super().__init__()
        self.at = at

    def on_iteration(self, iteration):
        if iteration == self.at:
            raise KeyboardInterrupt


@pytest.fixture(scope="session")
def dying():
    """Creates a callback that ends the training at an iteration: `dying(17)`."""
    return Dying
