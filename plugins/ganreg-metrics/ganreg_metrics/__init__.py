"""ganreg's bundled metrics: what generated samples are worth beside real ones, on arrays of features."""

from __future__ import annotations

from ganreg import Component, hookimpl


@hookimpl
def ganreg_metrics() -> list[Component]:
    """Offers the metrics of this package."""
    return [
        Component(
            "frechet",
            "ganreg_metrics.frechet:Frechet",
            "distance of two normal distributions fitted to the features",
            paper="arXiv:1706.08500",
        ),
        Component(
            "kernel",
            "ganreg_metrics.kernel:Kernel",
            "unbiased squared discrepancy under a cubic kernel, on subsets",
            paper="arXiv:1801.01401",
        ),
        Component(
            "inception-score",
            "ganreg_metrics.inception_score:InceptionScore",
            "how sure and how varied a classifier's answers on fakes are",
            paper="arXiv:1606.03498",
        ),
        Component(
            "precision-recall",
            "ganreg_metrics.precision_recall:PrecisionRecall",
            "shares of fakes near reals, and of reals near fakes",
            paper="arXiv:1904.06991",
        ),
        Component(
            "density-coverage",
            "ganreg_metrics.density_coverage:DensityCoverage",
            "how thickly fakes lie around reals, and how many reals have one",
            paper="arXiv:2002.09797",
        ),
        Component(
            "sliced-wasserstein",
            "ganreg_metrics.sliced_wasserstein:SlicedWasserstein",
            "mean transport distance along random directions",
            paper="arXiv:1803.11188",
        ),
        Component(
            "mode-coverage",
            "ganreg_metrics.mode_coverage:ModeCoverage",
            "which of the data's modes are found, and how evenly",
            paper="arXiv:1712.04086",
        ),
        Component(
            "moments",
            "ganreg_metrics.moments:Moments",
            "mean, deviation, skewness and kurtosis in one dimension",
        ),
        Component(
            "kolmogorov-smirnov",
            "ganreg_metrics.kolmogorov_smirnov:KolmogorovSmirnov",
            "greatest gap between two distribution functions in one dimension",
        ),
        Component(
            "nearest-neighbour",
            "ganreg_metrics.nearest_neighbour:NearestNeighbour",
            "whether fakes lie closer to the training data than held-out data",
            paper="arXiv:2004.05675",
        ),
        Component(
            "classifier-accuracy",
            "ganreg_metrics.classifier_accuracy:ClassifierAccuracy",
            "a classifier learns from fakes and is tested on reals, and the reverse",
            paper="arXiv:1905.10887",
        ),
        Component(
            "two-sample",
            "ganreg_metrics.two_sample:TwoSample",
            "how well a classifier tells real from generated",
            paper="arXiv:1610.06545",
        ),
    ]
