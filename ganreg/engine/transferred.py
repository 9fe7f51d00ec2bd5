"""What a GAN took from a trained one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs

_SHOWN = 3
"""The number of layers that a message names."""


@attrs.frozen
class Transfer:
    """What a GAN took from another one.

    Attributes:
        source: where that came from: a path, or the name of a recipe.
        weights: the SHA-256 hash of all its variables.
        iterations: the number of iterations that it was trained for.
        loaded: the layers that were loaded, by network.
        left: the layers that were not, by network, each with its shapes; they keep their initial weights.
    """

    source: str
    weights: str
    iterations: int
    loaded: Mapping[str, Sequence[str]]
    left: Mapping[str, Sequence[str]]

    @property
    def is_complete(self) -> bool:
        """Whether every layer was loaded."""
        return not any(self.left.values())

    def __str__(self) -> str:
        counts = ", ".join(
            f"{len(done)} of {len(done) + len(self.left[network])} layers of the {network}"
            for network, done in self.loaded.items()
        )
        text = f"started from {self.source} ({self.iterations} iterations): {counts}"
        missed = [f"{network} {layer}" for network, layers in self.left.items() for layer in layers]
        if not missed:
            return text
        more = f" and {len(missed) - _SHOWN} more" if len(missed) > _SHOWN else ""
        return f"{text}; not loaded, because nothing fits: {', '.join(missed[:_SHOWN])}{more}"
