"""Which epoch an iteration belongs to, and where a training ends."""

from __future__ import annotations

import attrs


@attrs.define
class Course:
    """The iterations of one training, divided into epochs.

    Attributes:
        start: the number of iterations that were done when the first epoch began.
        per_epoch: the number of iterations in one epoch.
        length: the number of iterations of all epochs.
        first_epoch: the number of the first epoch.
    """

    start: int
    per_epoch: int
    length: int
    first_epoch: int

    @property
    def end(self) -> int:
        """The number of iterations that are done at the end."""
        return self.start + self.length

    @property
    def epochs(self) -> int:
        """The number of the epoch after the last one, which may be incomplete."""
        return self.first_epoch + -(-self.length // self.per_epoch)

    def epoch_of(self, iteration: int) -> int:
        """The epoch of the iteration that follows after `iteration` ones."""
        return self.first_epoch + (iteration - self.start) // self.per_epoch

    def place_of(self, iteration: int) -> int:
        """The place of that iteration in its epoch, counted from 0."""
        return (iteration - self.start) % self.per_epoch

    def end_of_epoch(self, iteration: int) -> int:
        """The number of iterations that are done when the epoch of that iteration is complete."""
        return iteration + self.per_epoch - self.place_of(iteration)

    def move(self, by: int) -> None:
        """Moves all epochs, because weights with another count of iterations were loaded: what remains stays the same.

        Args:
            by: the number of iterations by which the count changed.
        """
        self.start += by

    def rejoin(self, epoch: int, began: int) -> None:
        """Continues an earlier training, of which an epoch was interrupted.

        Args:
            epoch: the number of the epoch.
            began: the number of iterations that were done when it began.
        """
        self.start = began - (epoch - self.first_epoch) * self.per_epoch
