"""What models of one's own return: logits and features, in which range, computed in which precision."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from typing import Any

from ganreg.adapters.copying import all_layers
from ganreg.adapters.signatures import graph_of, signature_of
from ganreg.data.spec import NETWORK_RANGE, DataSpec
from ganreg.errors import AssemblyError, GanregWarning
from ganreg.lazy import keras, ops, tf

_PASSED = ("Identity", "Reshape", "Cast", "Squeeze", "ExpandDims")
_LEAST = 1e-7
_BOUNDED = {
    "Sigmoid": "a sigmoid",
    "Tanh": "a tanh",
    "Relu": "a ReLU",
    "Relu6": "a ReLU",
    "Softplus": "a softplus",
    "Softsign": "a softsign",
}
_NEVER_NEGATIVE = {"Sigmoid": "a sigmoid", "Relu": "a ReLU", "Softplus": "a softplus"}


def logits_and_features(model: keras.Model, call: Callable[[Any], Any], what: str) -> dict[str, Any]:
    """What a discriminator returns: its logits and, if its layers are known, their activations.

    Args:
        model: the discriminator's model.
        call: calls a model on symbolic samples.
        what: the model, for messages.

    Raises:
        AssemblyError: the model does not return one logit for each sample, or for each patch.
    """
    features = hidden_activations(model)
    before_sigmoid = logits_before_sigmoid(model)
    if features or before_sigmoid is not None:
        given, made = graph_of(model)
        made = made if before_sigmoid is None else before_sigmoid
        returned, *features = call(keras.Model(given, [made, *features], name=model.name))
    else:
        returned = call(model)
    if isinstance(returned, Mapping) and "logits" in returned:
        features, returned = list(returned.get("features", ())), returned["logits"]
    logits = _logits(returned, what)
    return {"logits": logits, "features": tuple(features)} if features else {"logits": logits}


def _logits(returned: Any, what: str) -> Any:
    if isinstance(returned, (list, tuple)) and len(returned) == 1:
        returned = returned[0]
    if not hasattr(returned, "shape"):
        raise AssemblyError(
            f"{what} returns a {type(returned).__name__}, but it must return one tensor of logits, or a dict with "
            "'logits' and 'features'"
        )
    shape = tuple(returned.shape[1:])
    if shape == ():
        return ops.expand_dims(returned, -1)
    if shape[-1] == 1 and len(shape) in (1, 3):
        return returned
    raise AssemblyError(
        f"{what} returns {('B', *shape)}, but it must return one logit for each sample, (B, 1), or for each patch, "
        "(B, h, w, 1)"
    )


def hidden_activations(model: keras.Model) -> list[Any]:
    """The inputs of a model's layers with kernels, from shallow to deep, except the model's own inputs.

    These are the activations after each layer. A model of a class of one's own does not say what its layers are given.
    """
    if not getattr(model, "inputs", None) or not hasattr(graph_of(model)[1], "shape"):
        return []
    known = {id(one) for one in model.inputs}
    found: list[Any] = []
    for layer in model.layers:
        if not any(len(weight.shape) > 1 for weight in layer.weights):
            continue
        try:
            given = layer.input
        except (AttributeError, ValueError):  # the layer is called in several places
            continue
        if not isinstance(given, (list, tuple, dict)) and id(given) not in known and "float" in str(given.dtype):
            known.add(id(given))
            found.append(given)
    return _of_this_graph(model, found)


def _of_this_graph(model: keras.Model, tensors: list[Any]) -> list[Any]:
    """Those of the tensors that the model computes; its layers may belong to other models, too."""

    def computes(some: list[Any]) -> bool:
        try:
            keras.Model(graph_of(model)[0], some)
        except ValueError:
            return False
        return True

    if not tensors or computes(tensors):
        return tensors
    return [tensor for tensor in tensors if computes([tensor])]


def with_logits(network: keras.Model, what: str) -> keras.Model:
    """Returns a discriminator whose outputs are logits: a sigmoid at the end of its own code is inverted.

    Warns:
        GanregWarning: the logits are bounded.
    """
    last = last_operation(network, "logits")
    if last not in _BOUNDED:
        return network
    bound = f"{what} ends with {_BOUNDED[last]}, which bounds its logits"
    warnings.warn(f"{bound}; let its last layer have no activation", GanregWarning, stacklevel=2)
    if last != "Sigmoid":
        return network
    outputs = dict(network.output)
    return keras.Model(network.input, outputs | {"logits": _logit(outputs["logits"])}, name=network.name)


def _logit(probabilities: Any) -> Any:
    """The inverse of the sigmoid, up to the probabilities that float32 can tell from 0 and 1."""
    inside = ops.clip(ops.cast(probabilities, "float32"), _LEAST, 1 - _LEAST)
    return ops.log(inside) - ops.log1p(-inside)


def logits_before_sigmoid(model: keras.Model) -> Any:
    """The symbolic logits of a model whose last layer has a sigmoid as its activation; `None` for any other model."""
    layers = model.layers if getattr(model, "inputs", None) else []
    if not layers or getattr(layers[-1], "activation", None) is not keras.activations.sigmoid:
        return None
    last, made = layers[-1], graph_of(model)[1]
    try:
        given, returned = last.input, last.output
    except (AttributeError, ValueError):  # the layer is called in several places
        return None
    return without_activation(last)(given) if returned is made else None


def without_activation(layer: Any) -> Any:
    """A layer that computes what another one does before its activation, with the same variables."""

    class WithoutActivation(keras.Layer):
        def __init__(self) -> None:
            super().__init__(name=f"{layer.name}_logits", dtype=layer.dtype_policy)
            self.layer = layer

        def call(self, inputs: Any) -> Any:
            activation, self.layer.activation = self.layer.activation, keras.activations.linear
            try:
                return self.layer(inputs)
            finally:
                self.layer.activation = activation

    return WithoutActivation()


def refuse_unreachable_range(
    network: keras.Model, own_range: tuple[float, float] | None, data: DataSpec, what: str
) -> None:
    """Checks that a generator can make the data's negative values.

    Args:
        network: the network.
        own_range: the range of the model's own samples; `None` if it is that of networks.
        data: the description of the samples as networks see them.
        what: the model, for messages.

    Raises:
        AssemblyError: its last operation makes no negative numbers, but the data has them.
    """
    least = (own_range or data.value_range or (0.0, 0.0))[0]
    if least >= 0:
        return
    last = last_operation(network)
    if last in _NEVER_NEGATIVE:
        low, high = own_range or data.value_range or NETWORK_RANGE
        raise AssemblyError(
            f"{what} ends with {_NEVER_NEGATIVE[last]}, but the samples are within {low:g}..{high:g}; end it with a "
            "tanh, or give the data as floats within 0..1"
        )


def last_operation(network: keras.Model, output: str | None = None) -> str:
    """The type of the TensorFlow operation that computes a network's output, such as `"Sigmoid"`.

    Args:
        network: the network, which has been called.
        output: the name of the output, if there are several.
    """
    signature = signature_of(network)
    if signature is None:
        return ""
    specs = [
        tf.TensorSpec((2, *[8 if axis is None else axis for axis in shape or ()]), dtype)
        for shape, dtype in zip(signature.shapes, signature.dtypes, strict=True)
    ]

    def run(*given: Any) -> Any:
        returned = signature.called(network, given, training=False)
        return returned[output] if output is not None else returned

    operation = tf.function(run).get_concrete_function(*specs).graph.outputs[0].op
    while operation.type in _PASSED:
        operation = operation.inputs[0].op
    return str(operation.type)


def refuse_other_precision(model: keras.Model, what: str) -> None:
    """Checks that a model computes in the precision of the GAN, which is Keras's policy while networks are built.

    Raises:
        AssemblyError: it computes in another one.
    """
    wanted = keras.config.dtype_policy().name
    policies = {layer.dtype_policy.name for layer in all_layers(model) if layer.weights} - {"float32"}
    found = sorted(policies)[0] if policies else "float32"
    if len(policies) <= 1 and (found == wanted or (found == "float32" and _has_no_layers(model))):
        return
    mixed = found if found.startswith("mixed_") else "float32"
    if found not in ("float32", "mixed_bfloat16", "mixed_float16"):
        raise AssemblyError(
            f"{what} computes in {found}; build it under keras.config.set_dtype_policy('float32') or in mixed precision"
        )
    raise AssemblyError(
        f"{what} computes in {found}, but the GAN in {wanted}; pass precision='{mixed}', or build the model under "
        f"keras.config.set_dtype_policy('{wanted}')"
    )


def _has_no_layers(model: keras.Model) -> bool:
    return not any(layer.weights for layer in all_layers(model))
