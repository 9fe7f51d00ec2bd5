"""ganreg's bundled networks: generators and discriminators, one module for each paper."""

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
            "dense layers, for samples of any shape",
            paper="arXiv:1406.2661",
            default=True,
        ),
        Component(
            "dcgan",
            "ganreg_networks.dcgan:DcganGenerator",
            "stride-2 transposed convolutions, 1-D to 3-D",
            paper="arXiv:1511.06434",
        ),
        Component(
            "resnet",
            "ganreg_networks.resnet:ResnetGenerator",
            "residual blocks with nearest-neighbour upsampling",
            paper="arXiv:1802.05957",
        ),
        Component(
            "self-attention",
            "ganreg_networks.self_attention:SelfAttentionGenerator",
            "residual blocks with self-attention",
            paper="arXiv:1805.08318",
        ),
        Component(
            "style",
            "ganreg_networks.style:StyleGenerator",
            "StyleGAN2: style-modulated convolutions",
            paper="arXiv:1912.04958",
        ),
        Component(
            "r3gan",
            "ganreg_networks.r3gan:R3ganGenerator",
            "residual grouped convolutions, no normalisation",
            paper="arXiv:2501.05441",
        ),
        Component(
            "tabular",
            "ganreg_networks.tabular:TabularGenerator",
            "CTGAN: a Gumbel-softmax for each column of a table",
            paper="arXiv:1907.00503",
        ),
    ]


@hookimpl
def ganreg_discriminators() -> Iterable[Component]:
    """Offers the bundled discriminators."""
    return [
        Component(
            "mlp",
            "ganreg_networks.mlp:MlpDiscriminator",
            "dense layers, for samples of any shape",
            paper="arXiv:1406.2661",
            default=True,
        ),
        Component(
            "dcgan",
            "ganreg_networks.dcgan:DcganDiscriminator",
            "stride-2 convolutions, 1-D to 3-D",
            paper="arXiv:1511.06434",
        ),
        Component(
            "patch",
            "ganreg_networks.patch:PatchDiscriminator",
            "PatchGAN: one logit for each patch of a sample",
            paper="arXiv:1611.07004",
        ),
        Component(
            "autoencoder",
            "ganreg_networks.autoencoder:AutoencoderDiscriminator",
            "scores samples by their reconstruction error",
            paper="arXiv:1609.03126",
            remedies=("missing-energy",),
        ),
        Component(
            "resnet",
            "ganreg_networks.resnet:ResnetDiscriminator",
            "residual blocks with average pooling",
            paper="arXiv:1802.05957",
        ),
        Component(
            "self-attention",
            "ganreg_networks.self_attention:SelfAttentionDiscriminator",
            "residual blocks with self-attention",
            paper="arXiv:1805.08318",
        ),
        Component(
            "style",
            "ganreg_networks.style_discriminator:StyleDiscriminator",
            "StyleGAN2: residual, minibatch standard deviation",
            paper="arXiv:1912.04958",
        ),
        Component(
            "r3gan",
            "ganreg_networks.r3gan:R3ganDiscriminator",
            "residual grouped convolutions, no normalisation",
            paper="arXiv:2501.05441",
        ),
    ]
