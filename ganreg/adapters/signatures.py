"""What a Keras model takes: the shapes of its inputs, and how it is called with them."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any

import attrs

from ganreg.lazy import keras

Shape = tuple[int | None, ...]

_NOT_INPUTS = ("self", "training", "mask", "args", "kwargs")


@attrs.frozen(eq=False)
class Signature:
    """The inputs of a built model, flattened.

    Attributes:
        shapes: the shape of each input without the batch axis; `None` for an input that is not known.
        dtypes: the dtype of each input.
        structure: what the model is called with: a structure of as many leaves, or `None` for positional arguments.
    """

    shapes: tuple[Shape | None, ...]
    dtypes: tuple[str, ...]
    structure: Any = None

    def called(self, model: Any, inputs: Sequence[Any], **options: Any) -> Any:
        """Calls a model with this signature.

        Args:
            model: the model.
            inputs: one tensor for each input.
            **options: further arguments, such as `training`.
        """
        if self.structure is None:
            return model(*inputs, **options)
        return model(keras.tree.pack_sequence_as(self.structure, list(inputs)), **options)

    def symbols(self) -> list[Any]:
        """Symbolic inputs."""
        return [
            keras.KerasTensor((None, *(shape or ())), dtype=dtype)
            for shape, dtype in zip(self.shapes, self.dtypes, strict=True)
        ]

    def examples(self) -> list[Any]:
        """Two samples of each input: random numbers, or 0 where integers are expected."""
        import numpy as np  # slow to import, and listing components does not need it

        generator = np.random.default_rng(0)
        examples = []
        for shape, dtype in zip(self.shapes, self.dtypes, strict=True):
            size = (2, *(8 if axis is None else axis for axis in shape or ()))
            whole = "int" in dtype
            examples.append(np.zeros(size, dtype) if whole else generator.normal(size=size).astype("float32"))
        return examples


def signature_of(model: keras.Model) -> Signature | None:
    """The signature of a model; `None` if the model has not been built or called."""
    if getattr(model, "inputs", None):
        shapes = tuple(tuple(one.shape[1:]) for one in model.inputs)
        return Signature(shapes, tuple(str(one.dtype) for one in model.inputs), graph_of(model)[0])
    config = model.get_build_config() if model.built else None
    if not config:
        return None
    if len(names := call_arguments(model)) > 1:
        known = config.get("shapes_dict") or {f"{names[0]}_shape": config.get("input_shape")}
        found = [known.get(f"{name}_shape") for name in names]
        return Signature(tuple(None if one is None else tuple(one[1:]) for one in found), _dtypes(found))
    structure = config.get("input_shape")
    if structure is None:
        structure = next(iter((config.get("shapes_dict") or {}).values()), None)
    if structure is None:
        return None
    found = _leaves(structure)
    return Signature(tuple(tuple(one[1:]) for one in found), _dtypes(found), _packed(structure))


def graph_of(model: keras.Model) -> tuple[Any, Any]:
    """The symbolic inputs and outputs of a functional or sequential model, in the structure that it is called with."""
    if isinstance(model, keras.Sequential):  # it has no `input` until it is called
        return model.inputs[0], model.outputs[0]
    return model.input, model.output


def call_arguments(model: keras.Model) -> list[str]:
    """The names of the inputs that the `call` of a model of one's own class takes."""
    parameters = inspect.signature(model.call).parameters.values()
    return [
        one.name
        for one in parameters
        if one.name not in _NOT_INPUTS and one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD)
    ]


def _is_nested(structure: Any) -> bool:
    """Whether this is a structure of shapes rather than one shape."""
    if isinstance(structure, dict):
        return True
    return any(isinstance(one, (tuple, list, dict)) for one in structure)


def _leaves(structure: Any) -> list[Any]:
    if not _is_nested(structure):
        return [structure]
    members = [structure[key] for key in sorted(structure)] if isinstance(structure, dict) else list(structure)
    return [leaf for member in members for leaf in _leaves(member)]


def _packed(structure: Any) -> Any:
    """The same structure with a number in the place of each shape."""
    if not _is_nested(structure):
        return 0
    if isinstance(structure, dict):
        return {key: _packed(value) for key, value in structure.items()}
    return [_packed(member) for member in structure]


def _dtypes(shapes: Sequence[Any]) -> tuple[str, ...]:
    """Keras does not keep dtypes: what has no axis but that of the batch is taken for classes."""
    return tuple("int32" if one is None or len(one) == 1 else "float32" for one in shapes)
