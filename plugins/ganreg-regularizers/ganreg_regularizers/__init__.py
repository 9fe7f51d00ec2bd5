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
        Component(
            "wgan-lp",
            "ganreg_regularizers.wgan_lp:WganLp",
            "keeps D's gradient norm below 1 between reals and fakes",
            paper="arXiv:1709.08894",
        ),
        Component(
            "dragan",
            "ganreg_regularizers.dragan:Dragan",
            "draws D's gradient norm to 1 near reals",
            paper="arXiv:1705.07215",
        ),
        Component(
            "max-gradient",
            "ganreg_regularizers.max_gradient:MaxGradient",
            "lowers D's greatest gradient between reals and fakes",
            paper="arXiv:1902.05687",
        ),
        Component(
            "logit-drift",
            "ganreg_regularizers.logit_drift:LogitDrift",
            "keeps D's logits on reals near 0",
            paper="arXiv:1710.10196",
        ),
        Component(
            "lecam",
            "ganreg_regularizers.lecam:LeCam",
            "holds D's logits near their average on the other side",
            paper="arXiv:2104.03310",
        ),
        Component(
            "orthogonal",
            "ganreg_regularizers.orthogonal:Orthogonal",
            "draws each kernel's columns towards right angles",
            paper="arXiv:1809.11096",
        ),
        Component(
            "historical-averaging",
            "ganreg_regularizers.historical_averaging:HistoricalAveraging",
            "holds weights near the average of their past",
            paper="arXiv:1606.03498",
        ),
        Component(
            "spectral-norm",
            "ganreg_regularizers.spectral_norm:SpectralNorm",
            "divides each kernel by its greatest singular value",
            paper="arXiv:1802.05957",
        ),
        Component(
            "gradient-normalization",
            "ganreg_regularizers.gradient_normalization:GradientNormalization",
            "divides D's logits by their own slope",
            paper="arXiv:2109.02235",
        ),
        Component(
            "diffaugment",
            "ganreg_regularizers.diffaugment:DiffAugment",
            "shows D recoloured, moved and partly hidden images",
            paper="arXiv:2006.10738",
        ),
        Component(
            "ada",
            "ganreg_regularizers.ada:Ada",
            "augments what D sees, as strongly as it overfits",
            paper="arXiv:2006.06676",
        ),
        Component(
            "apa",
            "ganreg_regularizers.apa:Apa",
            "passes fakes off as reals to D while it overfits",
            paper="arXiv:2111.06849",
        ),
        Component(
            "packing",
            "ganreg_regularizers.packing:Packing",
            "lets D judge several samples at once",
            paper="arXiv:1712.04086",
        ),
        Component(
            "minibatch-stddev",
            "ganreg_regularizers.minibatch_stddev:MinibatchStddev",
            "shows D how much the samples of a batch differ",
            paper="arXiv:1710.10196",
        ),
        Component(
            "virtual-batch-norm",
            "ganreg_regularizers.virtual_batch_norm:VirtualBatchNorm",
            "normalizes G's layers by a fixed reference batch",
            paper="arXiv:1606.03498",
        ),
        Component(
            "auxiliary-classifier",
            "ganreg_regularizers.auxiliary_classifier:AuxiliaryClassifier",
            "makes D tell the class of samples, and G make it tellable",
            paper="arXiv:1610.09585",
        ),
        Component(
            "mutual-information",
            "ganreg_regularizers.mutual_information:MutualInformation",
            "makes codes among the latents legible in the samples",
            paper="arXiv:1606.03657",
        ),
        Component(
            "consistency",
            "ganreg_regularizers.consistency:Consistency",
            "keeps D's logits the same when reals are transformed",
            paper="arXiv:1910.12027",
        ),
        Component(
            "balanced-consistency",
            "ganreg_regularizers.balanced_consistency:BalancedConsistency",
            "keeps D's logits the same when reals or fakes are transformed",
            paper="arXiv:2002.04724",
        ),
        Component(
            "latent-consistency",
            "ganreg_regularizers.latent_consistency:LatentConsistency",
            "keeps D's logits the same when latents move, but not G's samples",
            paper="arXiv:2002.04724",
        ),
        Component(
            "mode-seeking",
            "ganreg_regularizers.mode_seeking:ModeSeeking",
            "draws apart the samples of different latents",
            paper="arXiv:1903.05628",
        ),
        Component(
            "path-length",
            "ganreg_regularizers.path_length:PathLength",
            "evens how far samples move when latents do",
            paper="arXiv:1912.04958",
        ),
        Component(
            "pull-away",
            "ganreg_regularizers.pull_away:PullAway",
            "makes D's features of fakes point in different directions",
            paper="arXiv:1609.03126",
        ),
        Component(
            "top-k",
            "ganreg_regularizers.top_k:TopK",
            "lets G learn only from the fakes that D takes for the most real",
            paper="arXiv:2002.06224",
        ),
    ]
