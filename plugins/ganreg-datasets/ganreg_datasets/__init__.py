"""ganreg's bundled datasets: synthetic ones, some of images, and readers of the user's own files."""

from __future__ import annotations

from ganreg import Component, hookimpl


@hookimpl
def ganreg_datasets() -> list[Component]:
    """Offers the bundled datasets; none is read, and nothing heavy imported, until one is asked for."""
    return [
        Component("csv", "ganreg_datasets.csv_table:CsvTable", "rows of a CSV file, and samples back into such rows"),
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
            "grid",
            "ganreg_datasets.grid:Grid",
            "normal distributions on a square grid, 25 unless told",
            paper="arXiv:1712.04086",
        ),
        Component(
            "image-folder",
            "ganreg_datasets.image_folder:ImageFolder",
            "a folder of PNG and JPEG files; sub-folders are classes",
        ),
        Component("npz", "ganreg_datasets.npz:Npz", "arrays from a .npz or .npy file"),
        Component("quadratic", "ganreg_datasets.quadratic:Quadratic", "points on the parabola y = x^2 + offset"),
        Component(
            "ring",
            "ganreg_datasets.ring:Ring",
            "normal distributions around a circle, 8 unless told",
            paper="arXiv:1712.04086",
        ),
        Component(
            "stacked",
            "ganreg_datasets.stacked:Stacked",
            "three images as the channels of one: a thousand modes",
            paper="arXiv:1712.04086",
        ),
        Component(
            "swiss-roll",
            "ganreg_datasets.swiss_roll:SwissRoll",
            "points around a spiral of one turn and a half",
            paper="arXiv:1704.00028",
        ),
    ]
