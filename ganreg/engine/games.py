"""Games in the engine: what they need of the data, and their networks. Importable without TensorFlow."""

from __future__ import annotations

from collections.abc import Mapping

from ganreg.contract.assembly import Assembly, Part
from ganreg.contract.games import NEEDS, Game
from ganreg.contract.network_spec import NetworkSpec
from ganreg.contract.parameters import is_kebab_case
from ganreg.data.spec import DataSpec
from ganreg.engine.attribution import attributed
from ganreg.engine.remedies import MISSING_PAIRS, MISSING_SOURCES, such_as
from ganreg.errors import AssemblyError, PluginError

USUAL_GAME = Part(Game(), "game", origin="the usual game")
"""One generator against one discriminator."""

_RESERVED = ("iterations", "game", "latents", "sample")
"""Names that checkpoints, logs and random numbers use for something else."""


def refuse_unfit_data(game: Part, data: DataSpec) -> None:
    """Checks that data have what a game needs.

    Raises:
        AssemblyError: they have not.
        PluginError: the game needs something that data cannot have.
    """
    needs = game.implementation.needs
    if unknown := set(needs) - set(NEEDS):
        raise PluginError(f"{game.origin} needs {sorted(unknown)[0]!r}; a game can need {', '.join(NEEDS)}")
    if {"source", "pairs"} & set(needs) and data.source is None:
        raise AssemblyError(
            f"{game.origin} makes samples from sources, but the data have none; use a dataset with sources"
            f"{such_as(MISSING_SOURCES)} (in Python also Data(train=..., source=Data(train=...)))"
        )
    if "pairs" in needs and not data.paired:
        raise AssemblyError(
            f"{game.origin} needs the source of each sample, but the data are not paired; use paired data, or a game "
            f"that needs no pairs{such_as(MISSING_PAIRS)}"
        )
    if "labels" in needs and data.num_classes is None:
        raise AssemblyError(f"{game.origin} needs labels, but the data have none; use data with labels")


def networks_of(assembly: Assembly) -> Mapping[str, NetworkSpec]:
    """Asks a game for the description of its networks.

    Args:
        assembly: the components, whose data have what the game needs.

    Raises:
        PluginError: the game's code failed, or its networks cannot play it.
        AssemblyError: the game does not fit the data.
    """
    game, origin = assembly.game, assembly.game_part.origin
    with attributed(origin, "networks"):
        networks = dict(game.networks(assembly))
    kinds = {name: game.roles.get(place.role) for name, place in networks.items()}
    for name, place in networks.items():
        if not is_kebab_case(name) or name in _RESERVED:
            raise PluginError(f"{origin} calls a network {name!r}; use another name in kebab-case")
        if kinds[name] is None:
            raise PluginError(f"{origin}: network '{name}' has the role '{place.role}', which is not in its roles")
        if kinds[name] == "translator" and place.source is None:
            raise PluginError(f"{origin}: translator '{name}' has no source")
        if kinds[name] == "discriminator" and kinds.get(place.judges) in (None, "discriminator"):
            raise PluginError(f"{origin}: '{name}' judges '{place.judges}', which is no network that makes samples")
    if "discriminator" not in kinds.values():
        raise PluginError(f"{origin} has no discriminator")
    if kinds.get(game.makes) in (None, "discriminator"):
        raise PluginError(f"{origin}: '{game.makes}', which should make the samples, is no network that does")
    return networks
