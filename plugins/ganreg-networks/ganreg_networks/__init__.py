"""ganreg's bundled networks: generators and discriminators, a module for each paper."""

from __future__ import annotations

from collections.abc import Iterable

from ganreg import Component, hookimpl


@hookimpl
def ganreg_generators() -> Iterable[Component]:
    """Offers the bundled generators."""
    return [
        Component(
            "mlp",
            "ganreg_networks.mlp:MlpGenerator",
            "dense layers, for points and tables of any shape",
            paper="arXiv:1406.2661",
        ),
        Component(
            "dcgan",
            "ganreg_networks.dcgan:DcganGenerator",
            "stride-2 transposed convolutions, for square images",
            paper="arXiv:1511.06434",
        ),
    ]


@hookimpl
def ganreg_discriminators() -> Iterable[Component]:
    """Offers the bundled discriminators."""
    return [
        Component(
            "mlp",
            "ganreg_networks.mlp:MlpDiscriminator",
            "dense layers, for points and tables of any shape",
            paper="arXiv:1406.2661",
        ),
        Component(
            "dcgan",
            "ganreg_networks.dcgan:DcganDiscriminator",
            "stride-2 convolutions, for square images",
            paper="arXiv:1511.06434",
        ),
    ]
