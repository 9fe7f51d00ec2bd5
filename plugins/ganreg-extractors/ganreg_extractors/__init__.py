"""ganreg's bundled feature extractors: what metrics compare instead of the samples themselves."""

from __future__ import annotations

from ganreg import Component, hookimpl


@hookimpl
def ganreg_extractors() -> list[Component]:
    """Offers the extractors of this package."""
    return [
        Component("pixels", "ganreg_extractors.pixels:Pixels", "the samples' own values"),
        Component(
            "classifier",
            "ganreg_extractors.classifier:Classifier",
            "hidden layer of a classifier trained on the dataset's labels",
        ),
        Component(
            "inception",
            "ganreg_extractors.inception:Inception",
            "pooled features of InceptionV3",
            paper="arXiv:1512.00567",
        ),
        Component("model", "ganreg_extractors.model_file:ModelFile", "output of a Keras model in a file"),
    ]
