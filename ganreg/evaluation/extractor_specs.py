"""What extractors there are, and the texts that name them. Importable without TensorFlow."""

from __future__ import annotations

from collections.abc import Mapping

from ganreg.contract.specs import Spec
from ganreg.errors import SpecError, did_you_mean

EXTRACTORS: Mapping[str, str] = {
    "pixels": "ganreg.evaluation.extractors:Pixels",
    "classifier": "ganreg.evaluation.classifier:Classifier",
    "inception": "ganreg.evaluation.inception:Inception",
    "model": "ganreg.evaluation.model_file:ModelFile",
}
"""By name, where each is; a spec that ends in `.keras` is `model` with that file."""


def extractor_spec(text: str) -> Spec:
    """Reads an extractor's spec text: `pixels`, `inception:weights=FILE`, `FILE.keras`.

    Raises:
        SpecError: there is none of that name.
    """
    is_file = text.endswith(".keras") and ":" not in text
    spec = Spec.of({"name": "model", "file": text}) if is_file else Spec.parse(text)
    if spec.name not in EXTRACTORS:
        hint = did_you_mean(spec.name, EXTRACTORS)
        raise SpecError(f"there are no features '{spec.name}'; {hint}; or give a Keras model's file, FILE.keras")
    return spec
