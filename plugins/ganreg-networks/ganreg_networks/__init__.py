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
        Component(
            "resnet",
            "ganreg_networks.resnet:ResnetGenerator",
            "residual blocks with nearest upsampling, for square images",
            paper="arXiv:1802.05957",
        ),
        Component(
            "self-attention",
            "ganreg_networks.self_attention:SelfAttentionGenerator",
            "residual blocks, and pixels that attend to each other",
            paper="arXiv:1805.08318",
        ),
        Component(
            "style",
            "ganreg_networks.style:StyleGenerator",
            "StyleGAN2: styles scale the kernels of a synthesis network",
            paper="arXiv:1912.04958",
        ),
        Component(
            "r3gan",
            "ganreg_networks.r3gan:R3ganGenerator",
            "residual stages of grouped convolutions, without normalization",
            paper="arXiv:2501.05441",
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
        Component(
            "patch",
            "ganreg_networks.patch:PatchDiscriminator",
            "convolutions that judge each patch of an image",
            paper="arXiv:1611.07004",
        ),
        Component(
            "autoencoder",
            "ganreg_networks.autoencoder:AutoencoderDiscriminator",
            "judges samples by how well it reconstructs them",
            paper="arXiv:1609.03126",
        ),
        Component(
            "resnet",
            "ganreg_networks.resnet:ResnetDiscriminator",
            "residual blocks with average pooling, for square images",
            paper="arXiv:1802.05957",
        ),
        Component(
            "self-attention",
            "ganreg_networks.self_attention:SelfAttentionDiscriminator",
            "residual blocks, and pixels that attend to each other",
            paper="arXiv:1805.08318",
        ),
        Component(
            "style",
            "ganreg_networks.style_discriminator:StyleDiscriminator",
            "StyleGAN2: filtered residual blocks, and a look at the whole batch",
            paper="arXiv:1912.04958",
        ),
        Component(
            "r3gan",
            "ganreg_networks.r3gan:R3ganDiscriminator",
            "residual stages of grouped convolutions, without normalization",
            paper="arXiv:2501.05441",
        ),
    ]
