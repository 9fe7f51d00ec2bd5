"""ganreg's bundled regularizers: gradient penalties, feature matching, noise, batch statistics and weight clipping."""

from __future__ import annotations

from ganreg import Component, hookimpl


@hookimpl
def ganreg_regularizers() -> list[Component]:
    """Offers the regularizers of this package."""
    return [
        Component(
            "wgan-gp",
            "ganreg_regularizers.wgan_gp:WganGp",
            "draws D's gradient norm to 1 between reals and fakes",
            paper="arXiv:1704.00028",
        ),
        Component(
            "r1",
            "ganreg_regularizers.r1:R1",
            "draws D's gradient on reals to 0",
            paper="arXiv:1801.04406",
        ),
        Component(
            "r2",
            "ganreg_regularizers.r2:R2",
            "draws D's gradient on fakes to 0",
            paper="arXiv:1801.04406",
        ),
        Component(
            "feature-matching",
            "ganreg_regularizers.feature_matching:FeatureMatching",
            "makes fakes look like reals to D's hidden layers",
            paper="arXiv:1606.03498",
        ),
        Component(
            "instance-noise",
            "ganreg_regularizers.instance_noise:InstanceNoise",
            "adds Gaussian noise to whatever D sees",
            paper="arXiv:1610.04490",
        ),
        Component(
            "minibatch-discrimination",
            "ganreg_regularizers.minibatch_discrimination:MinibatchDiscrimination",
            "shows D how alike the samples of a batch are",
            paper="arXiv:1606.03498",
        ),
        Component(
            "weight-clipping",
            "ganreg_regularizers.weight_clipping:WeightClipping",
            "keeps each of D's weights within a bound",
            paper="arXiv:1701.07875",
        ),
    ]
