"""ganreg's bundled datasets: synthetic points, signals and volumes, images, and readers of the user's own files."""

from __future__ import annotations

from ganreg import Component, hookimpl


@hookimpl
def ganreg_datasets() -> list[Component]:
    """Offers the bundled datasets, without reading any or importing anything heavy."""
    return [
        Component(
            "csv",
            "ganreg_datasets.tables.dataset:CsvTable",
            "rows of CSV or Parquet files; writes rows, too",
            paper="arXiv:1907.00503",
            files=(".csv", ".tsv", ".csv.gz", ".parquet", ".pq"),
        ),
        Component(
            "degraded",
            "ganreg_datasets.degraded:Degraded",
            "images with degraded copies as their sources",
            remedies=("missing-sources",),
        ),
        Component(
            "digits",
            "ganreg_datasets.digits:Digits",
            "1,797 scans of handwritten digits, 8x8",
            paper="doi:10.24432/C50P49",
        ),
        Component("ecg", "ganreg_datasets.ecg:Ecg", "synthetic electrocardiograms in two classes"),
        Component("ellipsoids", "ganreg_datasets.ellipsoids:Ellipsoids", "solid and hollow ellipsoids, 16x16x16"),
        Component(
            "fashion-mnist",
            "ganreg_datasets.fashion_mnist:FashionMnist",
            "70,000 images of clothes, 28x28",
            paper="arXiv:1708.07747",
        ),
        Component("gaussian-1d", "ganreg_datasets.gaussian_1d:Gaussian1D", "numbers from a normal distribution"),
        Component(
            "grid",
            "ganreg_datasets.grid:Grid",
            "normal distributions on a square grid (default: 25)",
            paper="arXiv:1712.04086",
        ),
        Component(
            "image-folder",
            "ganreg_datasets.image_folder:ImageFolder",
            "images of any format; one subfolder for each class",
        ),
        Component(
            "image-folders",
            "ganreg_datasets.image_folders:ImageFolders",
            "two folders of images, with or without pairs",
            remedies=("missing-sources",),
        ),
        Component("npz", "ganreg_datasets.npz:Npz", "arrays from an .npz or .npy file"),
        Component(
            "photographs",
            "ganreg_datasets.photographs:Photographs",
            "patches of two colour photographs, 64x64",
        ),
        Component("quadratic", "ganreg_datasets.quadratic:Quadratic", "points on the parabola y = x² + offset"),
        Component(
            "ring",
            "ganreg_datasets.ring:Ring",
            "normal distributions around a circle (default: 8)",
            paper="arXiv:1712.04086",
        ),
        Component(
            "stacked",
            "ganreg_datasets.stacked:Stacked",
            "three images stacked as channels: a thousand modes",
            paper="arXiv:1712.04086",
        ),
        Component(
            "swiss-roll",
            "ganreg_datasets.swiss_roll:SwissRoll",
            "points around a spiral of one and a half turns",
            paper="arXiv:1704.00028",
        ),
    ]
