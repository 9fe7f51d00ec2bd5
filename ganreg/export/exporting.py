"""Exports a network of a GAN to a file or folder that needs nothing of ganreg."""

from __future__ import annotations

from pathlib import Path

from ganreg.engine.numbers import refuse_non_finite_weights
from ganreg.engine.players import Players
from ganreg.errors import SpecError
from ganreg.export.converting import write_network
from ganreg.export.formats import Format, format_of, require
from ganreg.export.networks import exportable


def export(
    players: Players,
    path: Path,
    format: str | None = None,
    *,
    network: str | None = None,
    average: bool = True,
    batch_size: int | None = None,
) -> Format:
    """Exports a network; see `GAN.export`.

    Returns:
        The format that was written.
    """
    chosen = format_of(path, format)
    if batch_size is not None and (isinstance(batch_size, bool) or not isinstance(batch_size, int) or batch_size < 1):
        raise SpecError(f"batch_size must be a positive integer or None, got {batch_size!r}")
    require(chosen)
    model = exportable(players, network, average=average)
    refuse_non_finite_weights(players)
    write_network(model, path, chosen, batch_size=chosen.batch_size if batch_size is None else batch_size)
    return chosen
