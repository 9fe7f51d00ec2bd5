"""ganreg's bundled losses: the two objectives of the original GAN and later alternatives."""

from __future__ import annotations

from ganreg import Component, hookimpl


@hookimpl
def ganreg_losses() -> list[Component]:
    """Returns the losses of this package."""
    return [
        Component(
            "non-saturating",
            "ganreg_losses.non_saturating:NonSaturating",
            "cross entropy; the generator maximises log D(G(z))",
            paper="arXiv:1406.2661",
            default=True,
        ),
        Component(
            "minimax",
            "ganreg_losses.minimax:Minimax",
            "cross entropy as a zero-sum game (saturating)",
            paper="arXiv:1406.2661",
        ),
        Component(
            "wasserstein",
            "ganreg_losses.wasserstein:Wasserstein",
            "difference of mean logits; D needs a bounded slope",
            paper="arXiv:1701.07875",
        ),
        Component(
            "least-squares",
            "ganreg_losses.least_squares:LeastSquares",
            "squared distance of logits to target values",
            paper="arXiv:1611.04076",
        ),
        Component(
            "hinge",
            "ganreg_losses.hinge:Hinge",
            "hinge loss with margin 1",
            paper="arXiv:1705.02894",
        ),
        Component(
            "relativistic-paired",
            "ganreg_losses.relativistic_paired:RelativisticPaired",
            "cross entropy on pairwise logit differences (R3GAN)",
            paper="arXiv:2501.05441",
            remedies=("mode-collapse",),
        ),
        Component(
            "relativistic-average",
            "ganreg_losses.relativistic_average:RelativisticAverage",
            "compares logits with the other side's mean (RaGAN)",
            paper="arXiv:1807.00734",
        ),
        Component(
            "f-divergence",
            "ganreg_losses.f_divergence:FDivergence",
            "one of six f-divergences, such as KL (f-GAN)",
            paper="arXiv:1606.00709",
        ),
        Component(
            "cramer",
            "ganreg_losses.cramer:Cramer",
            "energy distance of logits; D needs a bounded slope",
            paper="arXiv:1705.10743",
        ),
        Component(
            "energy-based",
            "ganreg_losses.energy_based:EnergyBased",
            "margin loss on the energies of samples (EBGAN)",
            paper="arXiv:1609.03126",
        ),
        Component(
            "boundary-equilibrium",
            "ganreg_losses.boundary_equilibrium:BoundaryEquilibrium",
            "keeps real and generated energies balanced (BEGAN)",
            paper="arXiv:1703.10717",
        ),
    ]
