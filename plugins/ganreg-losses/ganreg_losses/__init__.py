"""ganreg's bundled losses: the original GAN's two objectives and those that came after it."""

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
        Component(
            "relativistic-paired",
            "ganreg_losses.relativistic_paired:RelativisticPaired",
            "cross entropy on each real's logit minus a fake's; the loss of R3GAN",
            paper="arXiv:2501.05441",
        ),
        Component(
            "relativistic-average",
            "ganreg_losses.relativistic_average:RelativisticAverage",
            "logits minus the other kind's mean; cross entropy, least squares or hinge",
            paper="arXiv:1807.00734",
        ),
        Component(
            "f-divergence",
            "ganreg_losses.f_divergence:FDivergence",
            "f-GAN: one of six divergences, from Kullback-Leibler to total variation",
            paper="arXiv:1606.00709",
        ),
        Component(
            "cramer",
            "ganreg_losses.cramer:Cramer",
            "energy distance of logits; needs a discriminator of bounded slope",
            paper="arXiv:1705.10743",
        ),
        Component(
            "energy-based",
            "ganreg_losses.energy_based:EnergyBased",
            "EBGAN: low energy for reals, at least a margin for fakes",
            paper="arXiv:1609.03126",
        ),
        Component(
            "boundary-equilibrium",
            "ganreg_losses.boundary_equilibrium:BoundaryEquilibrium",
            "BEGAN: energies of reals and fakes held at a ratio by a controller",
            paper="arXiv:1703.10717",
        ),
    ]
