"""ganreg's bundled losses: the original GAN's two objectives, Wasserstein, least squares and hinge."""

from __future__ import annotations

from ganreg import Component, hookimpl


@hookimpl
def ganreg_losses() -> list[Component]:
    """Offers the losses of this package."""
    return [
        Component(
            "non-saturating",
            "ganreg_losses.non_saturating:NonSaturating",
            "cross entropy; the generator raises the log-probability that its samples are real",
            paper="arXiv:1406.2661",
        ),
        Component(
            "minimax",
            "ganreg_losses.minimax:Minimax",
            "cross entropy as a zero-sum game; its generator's gradient fades where D is sure",
            paper="arXiv:1406.2661",
        ),
        Component(
            "wasserstein",
            "ganreg_losses.wasserstein:Wasserstein",
            "difference of mean logits; needs a discriminator of bounded slope",
            paper="arXiv:1701.07875",
        ),
        Component(
            "least-squares",
            "ganreg_losses.least_squares:LeastSquares",
            "squared distance of logits to targets",
            paper="arXiv:1611.04076",
        ),
        Component(
            "hinge",
            "ganreg_losses.hinge:Hinge",
            "margin of 1 on the logits, beyond which D is content",
            paper="arXiv:1705.02894",
        ),
    ]
