"""ganreg's bundled metrics: they compare generated samples with real ones, as arrays of features."""

from __future__ import annotations

from ganreg import Component, hookimpl


@hookimpl
def ganreg_metrics() -> list[Component]:
    """Offers the metrics of this package."""
    return [
        Component(
            "reconstruction",
            "ganreg_metrics.reconstruction:Reconstruction",
            "L1, PSNR and SSIM between translations and truth",
        ),
        Component(
            "frechet",
            "ganreg_metrics.frechet:Frechet",
            "Fréchet distance between fitted normal distributions",
            paper="arXiv:1706.08500",
        ),
        Component(
            "kernel",
            "ganreg_metrics.kernel:Kernel",
            "maximum mean discrepancy (MMD²), polynomial kernel",
            paper="arXiv:1801.01401",
        ),
        Component(
            "inception-score",
            "ganreg_metrics.inception_score:InceptionScore",
            "confidence and diversity of class predictions",
            paper="arXiv:1606.03498",
        ),
        Component(
            "precision-recall",
            "ganreg_metrics.precision_recall:PrecisionRecall",
            "improved precision and recall from k-NN manifolds",
            paper="arXiv:1904.06991",
        ),
        Component(
            "density-coverage",
            "ganreg_metrics.density_coverage:DensityCoverage",
            "density and coverage of the real samples",
            paper="arXiv:2002.09797",
        ),
        Component(
            "sliced-wasserstein",
            "ganreg_metrics.sliced_wasserstein:SlicedWasserstein",
            "sliced Wasserstein distance on random projections",
            paper="arXiv:1803.11188",
        ),
        Component(
            "mode-coverage",
            "ganreg_metrics.mode_coverage:ModeCoverage",
            "number of modes found, sample quality, reverse KL",
            paper="arXiv:1712.04086",
        ),
        Component(
            "moments",
            "ganreg_metrics.moments:Moments",
            "mean to kurtosis in one dimension",
        ),
        Component(
            "kolmogorov-smirnov",
            "ganreg_metrics.kolmogorov_smirnov:KolmogorovSmirnov",
            "Kolmogorov-Smirnov statistic in one dimension",
        ),
        Component(
            "nearest-neighbour",
            "ganreg_metrics.nearest_neighbour:NearestNeighbour",
            "memorisation test: distances to training samples",
            paper="arXiv:2004.05675",
        ),
        Component(
            "classifier-accuracy",
            "ganreg_metrics.classifier_accuracy:ClassifierAccuracy",
            "classifier trained on generated, tested on real data",
            paper="arXiv:1905.10887",
        ),
        Component(
            "two-sample",
            "ganreg_metrics.two_sample:TwoSample",
            "accuracy of a classifier of real versus generated",
            paper="arXiv:1610.06545",
        ),
        Component(
            "table-fidelity",
            "ganreg_metrics.tables.fidelity:TableFidelity",
            "how similar columns and pairs of columns are",
        ),
        Component(
            "train-on-synthetic",
            "ganreg_metrics.tables.train_on_synthetic:TrainOnSynthetic",
            "model trained on generated, tested on real (TSTR)",
            paper="arXiv:1706.02633",
        ),
        Component(
            "closest-record",
            "ganreg_metrics.tables.closest_record:ClosestRecord",
            "copies, and the distance to the closest record (DCR)",
        ),
        Component(
            "membership-inference",
            "ganreg_metrics.tables.membership:MembershipInference",
            "AUC of an attacker who seeks training rows",
            paper="arXiv:1909.03935",
        ),
    ]
