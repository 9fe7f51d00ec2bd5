"""ganreg's bundled regularizers: penalties, augmentations, noise, normalisation, batch statistics and heads."""

from __future__ import annotations

from ganreg import Component, hookimpl


@hookimpl
def ganreg_regularizers() -> list[Component]:
    """Returns the regularizers of this package."""
    return [
        Component(
            "wgan-gp",
            "ganreg_regularizers.wgan_gp:WganGp",
            "penalises gradient norms other than 1 (WGAN-GP)",
            paper="arXiv:1704.00028",
            remedies=("unbounded-slope",),
        ),
        Component(
            "r1",
            "ganreg_regularizers.r1:R1",
            "penalises D's gradient norm on real samples",
            paper="arXiv:1801.04406",
            remedies=("mode-collapse", "strong-discriminator", "divergence"),
        ),
        Component(
            "r2",
            "ganreg_regularizers.r2:R2",
            "penalises D's gradient norm on generated samples",
            paper="arXiv:1801.04406",
        ),
        Component(
            "feature-matching",
            "ganreg_regularizers.feature_matching:FeatureMatching",
            "matches D's features of real and generated samples",
            paper="arXiv:1606.03498",
        ),
        Component(
            "instance-noise",
            "ganreg_regularizers.instance_noise:InstanceNoise",
            "adds Gaussian noise to everything D sees",
            paper="arXiv:1610.04490",
            remedies=("strong-discriminator",),
        ),
        Component(
            "minibatch-discrimination",
            "ganreg_regularizers.minibatch_discrimination:MinibatchDiscrimination",
            "shows D how similar the samples of a batch are",
            paper="arXiv:1606.03498",
        ),
        Component(
            "weight-clipping",
            "ganreg_regularizers.weight_clipping:WeightClipping",
            "clips D's weights to a fixed range (WGAN)",
            paper="arXiv:1701.07875",
        ),
        Component(
            "wgan-lp",
            "ganreg_regularizers.wgan_lp:WganLp",
            "penalises gradient norms above 1 (WGAN-LP)",
            paper="arXiv:1709.08894",
        ),
        Component(
            "dragan",
            "ganreg_regularizers.dragan:Dragan",
            "penalises gradient norms other than 1 near the data",
            paper="arXiv:1705.07215",
        ),
        Component(
            "max-gradient",
            "ganreg_regularizers.max_gradient:MaxGradient",
            "penalises D's largest gradient norm in the batch",
            paper="arXiv:1902.05687",
        ),
        Component(
            "logit-drift",
            "ganreg_regularizers.logit_drift:LogitDrift",
            "penalises large logits of real samples",
            paper="arXiv:1710.10196",
        ),
        Component(
            "lecam",
            "ganreg_regularizers.lecam:LeCam",
            "penalises logits far from moving averages (LeCam)",
            paper="arXiv:2104.03310",
        ),
        Component(
            "orthogonal",
            "ganreg_regularizers.orthogonal:Orthogonal",
            "penalises kernels whose columns are not orthogonal",
            paper="arXiv:1809.11096",
        ),
        Component(
            "historical-averaging",
            "ganreg_regularizers.historical_averaging:HistoricalAveraging",
            "penalises distance of weights to their past average",
            paper="arXiv:1606.03498",
        ),
        Component(
            "spectral-norm",
            "ganreg_regularizers.spectral_norm:SpectralNorm",
            "divides each kernel by its largest singular value",
            paper="arXiv:1802.05957",
        ),
        Component(
            "gradient-normalization",
            "ganreg_regularizers.gradient_normalization:GradientNormalization",
            "normalises D's logits by their gradient norm",
            paper="arXiv:2109.02235",
        ),
        Component(
            "diffaugment",
            "ganreg_regularizers.diffaugment:DiffAugment",
            "augments D's inputs: colour, translation, cutout",
            paper="arXiv:2006.10738",
        ),
        Component(
            "ada",
            "ganreg_regularizers.ada:Ada",
            "augments D's inputs more strongly as D overfits",
            paper="arXiv:2006.06676",
        ),
        Component(
            "apa",
            "ganreg_regularizers.apa:Apa",
            "shows D generated samples as real while it overfits",
            paper="arXiv:2111.06849",
        ),
        Component(
            "packing",
            "ganreg_regularizers.packing:Packing",
            "lets D classify several samples jointly (PacGAN)",
            paper="arXiv:1712.04086",
            remedies=("mode-collapse",),
        ),
        Component(
            "minibatch-stddev",
            "ganreg_regularizers.minibatch_stddev:MinibatchStddev",
            "shows D the standard deviation within a batch",
            paper="arXiv:1710.10196",
        ),
        Component(
            "virtual-batch-norm",
            "ganreg_regularizers.virtual_batch_norm:VirtualBatchNorm",
            "normalises G's layers with a fixed reference batch",
            paper="arXiv:1606.03498",
        ),
        Component(
            "auxiliary-classifier",
            "ganreg_regularizers.auxiliary_classifier:AuxiliaryClassifier",
            "adds a class prediction head to D (ACGAN)",
            paper="arXiv:1610.09585",
        ),
        Component(
            "mutual-information",
            "ganreg_regularizers.mutual_information:MutualInformation",
            "makes codes recoverable from samples (InfoGAN)",
            paper="arXiv:1606.03657",
        ),
        Component(
            "consistency",
            "ganreg_regularizers.consistency:Consistency",
            "penalises logit changes of augmented real samples",
            paper="arXiv:1910.12027",
        ),
        Component(
            "balanced-consistency",
            "ganreg_regularizers.balanced_consistency:BalancedConsistency",
            "consistency on real and generated samples (bCR)",
            paper="arXiv:2002.04724",
        ),
        Component(
            "latent-consistency",
            "ganreg_regularizers.latent_consistency:LatentConsistency",
            "consistency under small latent changes (zCR)",
            paper="arXiv:2002.04724",
        ),
        Component(
            "mode-seeking",
            "ganreg_regularizers.mode_seeking:ModeSeeking",
            "penalises similar samples from distant latents",
            paper="arXiv:1903.05628",
        ),
        Component(
            "path-length",
            "ganreg_regularizers.path_length:PathLength",
            "makes steps in latent space change samples evenly",
            paper="arXiv:1912.04958",
        ),
        Component(
            "pull-away",
            "ganreg_regularizers.pull_away:PullAway",
            "pushes D's features of generated samples apart",
            paper="arXiv:1609.03126",
        ),
        Component(
            "top-k",
            "ganreg_regularizers.top_k:TopK",
            "trains G only on the samples that D scores highest",
            paper="arXiv:2002.06224",
        ),
    ]
