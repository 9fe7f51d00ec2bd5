"""What tests of runs share."""

import pytest

from ganreg.contract.callbacks import UpdateCallback


class Dying(UpdateCallback):
    """Raises at an iteration, as a process that is killed there would end."""

    every = 1

    def __init__(self, at):
        super().__init__()
        self.at = at

    def on_iteration(self, iteration):
        if iteration == self.at:
            raise KeyboardInterrupt


@pytest.fixture(scope="session")
def dying():
    """Makes a callback that ends the training at an iteration."""
    return Dying
