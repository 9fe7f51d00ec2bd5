"""The description of a network in a game. Importable without TensorFlow."""

from __future__ import annotations

import attrs

from ganreg.data.spec import DataSpec


@attrs.frozen
class NetworkSpec:
    """A network's place in a game.

    Attributes:
        role: the key of `Game.roles` that names the kind of component that builds the network.
        data: the description of one sample that the network makes or, for a discriminator, judges, in the data's own
            range; the network is built for `data.as_seen`.
        source: the description of one sample that a translator is given. Defaults to `None`.
        judges: for a discriminator, the name of the network that makes the samples that it is shown as fake. Defaults
            to `"generator"`.
    """

    role: str
    data: DataSpec
    source: DataSpec | None = attrs.field(default=None, kw_only=True)
    judges: str = attrs.field(default="generator", kw_only=True)
