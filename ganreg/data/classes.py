"""The classes of labelled samples: their names, and how often each is drawn."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import numpy as np

from ganreg.data.arrays import Array, Data
from ganreg.data.labels import read_labels, refuse_columns
from ganreg.errors import DataError, GanregWarning, SpecError, did_you_mean

LabelShares = Literal["data", "uniform"]
"""How labels are drawn: each class as often as in the training samples, or all equally often."""

_NAMED = 5
"""The number of classes that a message names."""


class Classes:
    """The classes of the samples that a GAN makes.

    Args:
        number: the number of classes. Defaults to 1.
        names: their names, in order. Defaults to those of the data, if they have any.
        shares: the share of each in the training samples. Defaults to those in the data, which are loaded when they are
            needed.
        load: loads the data. Defaults to `None`: there are none, so all classes are equally frequent until `learn` or
            `count` is called.
    """

    def __init__(
        self,
        number: int | None = 1,
        names: Sequence[str] = (),
        shares: Sequence[float] = (),
        load: Callable[[], Data] | None = None,
    ) -> None:
        self.number, self._load = number or 1, load
        self._names: tuple[str, ...] = ()
        self.name(names)
        self._counts: Array | None = np.asarray(shares, np.float64) if len(shares) == self.number else None
        self._counted, self._warned = False, False

    @property
    def names(self) -> tuple[str, ...]:
        """The names; none if they are not known. May load the data.

        Raises:
            DataError: the data cannot be loaded.
        """
        if not self._names and self._load is not None:
            self._learn_from(self._load())
        return self._names

    @property
    def known_names(self) -> tuple[str, ...]:
        """The names, as far as they are known without loading the data."""
        return self._names

    @property
    def known_shares(self) -> tuple[float, ...]:
        """The shares, as far as they are known without loading the data."""
        if self._counts is None:
            return ()
        return tuple(float(share) for share in self._counts / self._counts.sum())

    def name(self, names: Sequence[str]) -> None:
        """Names the classes, if there is a name for each and they have none yet."""
        if len(names) == self.number and not self._names:
            self._names = tuple(names)

    def learn(self, labels: Array | None) -> None:
        """Takes the shares from the labels of all training samples.

        Args:
            labels: int32 `[N]`, or `[N, n]` where each sample belongs to n classes; `None` if they are not known.

        Warns:
            GanregWarning: a class has no samples; the message names it.
        """
        if labels is None or not len(labels):
            return
        self._counts, self._counted = (
            np.bincount(np.ravel(labels), minlength=self.number)[: self.number].astype(np.float64),
            False,
        )
        empty = np.flatnonzero(self._counts == 0)
        if len(empty) and not self._warned:
            self._warned = True
            named = ", ".join(map(self.described, empty[:_NAMED])) + (", ..." if len(empty) > _NAMED else "")
            warnings.warn(
                f"{len(empty)} of {self.number} classes have no training samples, so they cannot be learnt and are "
                f"never drawn: {named}",
                GanregWarning,
                stacklevel=2,
            )

    def count(self, labels: Array) -> None:
        """Adds the labels in batches of which the whole is not known; without effect if the shares are known already.

        Args:
            labels: integers of any shape.
        """
        if self._counts is None or self._counted:
            counts = np.bincount(np.ravel(labels), minlength=self.number)[: self.number].astype(np.float64)
            self._counts = counts if self._counts is None else self._counts + counts
            self._counted = True

    def draw(self, stream: np.random.Generator, count: int, shares: LabelShares = "data") -> Array:
        """Draws classes.

        Args:
            stream: the random numbers.
            count: the number of classes to draw.
            shares: `"data"` (the default) to draw each as often as it occurs in the training samples, or `"uniform"`.

        Returns:
            int32 `[count]`.

        Raises:
            SpecError: there are no such shares.
        """
        if shares not in ("data", "uniform"):
            raise SpecError(f"label_shares must be 'data' or 'uniform', got {shares!r}")
        counts = self._known_counts() if shares == "data" else None
        if counts is None:
            return stream.integers(self.number, size=count).astype(np.int32)
        present = np.flatnonzero(counts)
        bounds = np.cumsum(counts[present])
        drawn = np.searchsorted(bounds[:-1] / bounds[-1], stream.random(count), side="right")
        chosen: Array = present[drawn].astype(np.int32)
        return chosen

    def _known_counts(self) -> Array | None:
        if self._counts is None and self._load is not None:
            try:
                self._learn_from(self._load())
            except DataError as error:
                self._load = None
                warnings.warn(
                    f"how frequent each class is cannot be found out, so all are drawn equally often: {error}",
                    GanregWarning,
                    stacklevel=2,
                )
        return self._counts

    def _learn_from(self, data: Data) -> None:
        self._load = None
        self.name(data.class_names)
        if self._counts is None:
            self.learn(data.train_classes)

    def numbers(self, labels: Any, count: int) -> Array:
        """Class numbers of given labels, int32 `[count]`.

        Args:
            labels: a class, by number or by name, or `[count]` of them, or one-hot rows. Text that is not a name, but a
                whole number, is that number.
            count: the number of samples.

        Raises:
            DataError: there are no such classes, or not as many labels.
        """
        if isinstance(labels, str):
            return np.full(count, self._named(labels), np.int32)
        array = np.asarray(labels)
        if array.ndim == 0:
            array = np.broadcast_to(array, (count,))
        if array.ndim not in (1, 2) or len(array) != count or array.dtype.kind not in "iuUO" + "f" * (array.ndim == 2):
            raise DataError(f"labels must be one class or {count} classes, got {array.dtype} of shape {array.shape}")
        if array.dtype.kind in "UO":
            return np.array([self._named(str(one)) for one in array.ravel()], np.int32).reshape(count)
        if array.ndim == 1 and (array.min() < 0 or array.max() >= self.number):
            raise DataError(f"labels must be between 0 and {self.number - 1}, got {array.min()}..{array.max()}")
        read = read_labels(array, count)
        refuse_columns(read, self.number)
        return read.numbers

    def _named(self, text: str) -> int:
        names = self.names
        if text in names:
            return names.index(text)
        if text.isascii() and text.isdecimal():
            if int(text) >= self.number:
                raise DataError(f"labels must be between 0 and {self.number - 1}, got {text}")
            return int(text)
        if not names:
            raise DataError(f"there is no class {text!r}: the classes have no names; use a number below {self.number}")
        raise DataError(f"there is no class {text!r}; {did_you_mean(text, names)}")

    def described(self, number: int) -> str:
        """A class as `number = name`, or as its number alone."""
        return f"{number} = {self._names[number]}" if self._names else str(number)

    def as_plain(self) -> dict[str, list[Any]]:
        """What is known of the classes as plain values, for `from_plain`."""
        return {"names": list(self.known_names), "shares": list(self.known_shares)}

    def restored(self, plain: Mapping[str, Any]) -> Classes:
        """The classes with what `as_plain` returned.

        Raises:
            KeyError, TypeError, ValueError: it is something else.
        """
        return Classes(self.number, list(map(str, plain["names"])), list(map(float, plain["shares"])), self._load)
