"""ganreg's bundled datasets: two synthetic ones, two of images, and two readers of the user's own files."""

from __future__ import annotations

from ganreg import Component, hookimpl


@hookimpl
def ganreg_datasets() -> list[Component]:
    """Offers the bundled datasets; none is read, and nothing heavy imported, until one is asked for."""
    return [
        Component(
            "digits", "ganreg_datasets.digits:Digits", "1,797 handwritten digits, 8x8", paper="doi:10.24432/C50P49"
        ),
        Component(
            "fashion-mnist",
            "ganreg_datasets.fashion_mnist:FashionMnist",
            "70,000 pictures of clothes, 28x28, from a copy on this machine",
            paper="arXiv:1708.07747",
        ),
        Component("gaussian-1d", "ganreg_datasets.gaussian_1d:Gaussian1D", "numbers from one normal distribution"),
        Component(
            "image-folder",
            "ganreg_datasets.image_folder:ImageFolder",
            "a folder of PNG and JPEG files; sub-folders are classes",
        ),
        Component("npz", "ganreg_datasets.npz:Npz", "arrays from a .npz or .npy file"),
        Component("quadratic", "ganreg_datasets.quadratic:Quadratic", "points on the parabola y = x^2 + offset"),
    ]
