"""The perceptual loss: the distance between a translation and the true sample, measured in features."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, get_args

import attrs
import numpy as np
from attrs import validators
from ganreg_extractors.classifier import Classifier
from ganreg_extractors.model_file import ModelFile

import ganreg
from ganreg import (
    AmbiguousComponentError,
    AssemblyError,
    DataError,
    Dataset,
    DataSpec,
    Problem,
    Regularizer,
    Source,
    SpecError,
    UnknownComponentError,
    create,
    parameter,
)
from ganreg.lazy import keras, tf

if TYPE_CHECKING:
    from ganreg import Assembly, Step

Distance = Literal["squared", "absolute"]

GENERATOR = "generator"
"""The network whose samples are compared."""


@attrs.frozen(kw_only=True)
class Perceptual(Regularizer):
    """Penalises the distance between the features of a translation G(x) and those of the true sample y.

    With φ the features, computed by a frozen network, and the weight w, G's penalty for a sample is::

        w · mean over all features of (φ(G(x)) - φ(y))²

    This is the feature reconstruction loss of Johnson et al., arXiv:1603.08155. With the maps of a VGG network, it is
    the VGG loss of SRGAN (arXiv:1609.04802, equation 5) divided by the number of channels.

    φ is the output of a Keras model, which takes samples in the range of the data, or of one of its layers. Without a
    file, it is the last hidden layer of a small classifier, trained on the labels of a dataset as by extractor
    `classifier`. The network becomes part of the training's state, and so of checkpoints: a run resumes without the
    file.

    Raises:
        AssemblyError: when it is assembled, if samples are not made from paired sources, or if there is no network that
            takes them.
    """

    state_follows_weights: ClassVar[bool] = True

    weight: float = parameter(1.0, "multiplies the distance", validators.ge(0), search=(0.01, 100.0, "log"))
    distance: Distance = parameter(
        "squared", "whether differences of features are squared or absolute", validators.in_(get_args(Distance))
    )
    model: Path | None = parameter(None, "file of a Keras model that takes the samples; none trains a classifier")
    layer: str = parameter("", "name of the model's layer whose output is used; empty for the output of the model")
    dataset: str = parameter("", "spec of the labelled dataset of the classifier; empty for the one trained on")

    def check(self, assembly: Assembly) -> Iterable[Problem]:
        """Yields an error if there are no true samples, or if the file or the labels are missing."""
        if problem := self._problem_of_game(assembly):
            yield problem
        else:
            yield from self._problems_of_network(assembly)

    def _problem_of_game(self, assembly: Assembly) -> Problem | None:
        game = assembly.game_part.origin
        remedy = "use a game that translates from pairs, or leave perceptual out"
        if not assembly.translates:
            return Problem("error", f"perceptual compares translations, but {game} makes samples from latents", remedy)
        if "pairs" not in assembly.game.needs:
            return Problem(
                "error",
                f"perceptual compares each translation with the true sample, which {game} does not know",
                remedy,
            )
        if assembly.game.makes != GENERATOR:
            made = f"{game} makes its samples with '{assembly.game.makes}'"
            return Problem("error", f"perceptual compares what '{GENERATOR}' makes, but {made}", "leave perceptual out")
        return None

    def _problems_of_network(self, assembly: Assembly) -> Iterator[Problem]:
        if self.layer and self.model is None:
            yield Problem("error", "perceptual has a layer, but no model", "use perceptual:model=FILE.keras,layer=NAME")
        if self.dataset and self.model is not None:
            yield Problem("error", "perceptual has both a model and a dataset", "leave one of them out")
        if assembly.restored:
            return
        if self.model is not None and not self.model.expanduser().is_file():
            yield Problem("error", f"perceptual: there is no file {self.model}", "check model=")
        elif self.model is None and not self.dataset and (reason := _unlabelled(assembly)):
            yield Problem(
                "error",
                f"perceptual needs a network, and cannot train a classifier: {reason}",
                "use perceptual:dataset=SPEC with labelled data of the same shape, or perceptual:model=FILE.keras",
            )

    def initial_assembly_state(self, assembly: Assembly) -> Mapping[str, Any]:
        """The network: its configuration as JSON, and its weights, one after the other.

        Both are of any length, so that a checkpoint can be restored where the network cannot be made again.

        Raises:
            AssemblyError: there is no such network, or it does not take the samples.
        """
        if assembly.restored:
            return _variables(b"", np.zeros(0, np.float32))
        network = _of_network_range(self._network(assembly), assembly.networks[GENERATOR].data)
        weights = [np.ravel(value).astype(np.float32) for value in network.get_weights()]
        return _variables(network.to_json().encode(), np.concatenate([np.zeros(0, np.float32), *weights]))

    def _network(self, assembly: Assembly) -> keras.Model:
        samples = assembly.networks[GENERATOR].data
        try:
            if self.model is not None:
                return ModelFile(file=self.model, layer=self.layer).network(samples)
            return self._classifier(assembly, samples)
        except DataError as error:
            raise AssemblyError(f"regularizer perceptual: {error}") from error

    def _classifier(self, assembly: Assembly, samples: DataSpec) -> keras.Model:
        chosen: Any = self._named_dataset() if self.dataset else assembly.source
        dataset = chosen if isinstance(chosen, Dataset) else None
        data = chosen.load() if isinstance(chosen, Dataset) else chosen
        learnt, remedy = data.spec, "use another dataset, or perceptual:model=FILE.keras"
        of_dataset = f"regularizer perceptual: a classifier of dataset '{self.dataset}'"
        if learnt.shape != samples.shape:
            raise AssemblyError(f"{of_dataset} ({learnt}) does not take the samples ({samples}); {remedy}")
        if None not in (learnt.value_range, samples.value_range) and learnt.value_range != samples.value_range:
            raise AssemblyError(
                f"{of_dataset} takes values in the range {learnt.value_range}, but those of the samples are in "
                f"{samples.value_range}; {remedy}"
            )
        if data.train_labels is None:
            raise AssemblyError(f"{of_dataset} cannot be trained, as it has no labels; {remedy}")
        network = ganreg.prepare_extractor(Classifier(), Source.of(data, dataset)).network
        if network is None:
            raise AssemblyError(
                "regularizer perceptual needs one network for the whole sample, but the classifier of this dataset "
                "classifies each channel; use perceptual:dataset=SPEC or perceptual:model=FILE.keras"
            )
        return network

    def _named_dataset(self) -> Dataset:
        try:
            named: Dataset = create("dataset", self.dataset)
        except (SpecError, UnknownComponentError, AmbiguousComponentError) as error:
            raise AssemblyError(f"perceptual:dataset: {error}") from error
        return named

    def generator_penalty(self, step: Step) -> tf.Tensor:
        """Returns the weighted distance of the features of each sample, `[B]`.

        Raises:
            AssemblyError: the network was to be restored from a checkpoint, but was not.
        """
        game_step = step.game_step
        made = game_step.run(GENERATOR, game_step.source)
        features = functools.partial(_features, step.state)
        difference = features(made) - features(game_step.real)
        values = tf.square(difference) if self.distance == "squared" else tf.abs(difference)
        return self.weight * tf.reduce_mean(values, axis=1)


def _of_network_range(network: keras.Model, data: DataSpec) -> keras.Model:
    """A network of samples in the data's own range as one of samples as networks see them, within -1..1."""
    if data.value_range is None or data == data.as_seen:
        return network
    least, greatest = data.value_range
    samples = keras.Input(data.shape)
    own = keras.layers.Rescaling((greatest - least) / 2, (greatest + least) / 2)(samples)
    return keras.Model(samples, network(own))


def _unlabelled(assembly: Assembly) -> str:
    """Why the assembly's own data cannot train a classifier; empty if they can."""
    if assembly.source is None:
        return "no dataset is known, only the description of a sample"
    return "" if assembly.networks[GENERATOR].data.num_classes is not None else "the data have no labels"


def _variables(configuration: bytes, weights: np.ndarray) -> Mapping[str, Any]:
    return {
        name: tf.Variable(value, shape=(None,))
        for name, value in (("network", np.frombuffer(configuration, np.uint8)), ("weights", weights))
    }


def _features(state: Mapping[str, Any], samples: tf.Tensor) -> tf.Tensor:
    """Runs the network in a state, which gives float32 `[B, F]`."""
    with tf.init_scope():  # which network it is must be known when the update is compiled
        network = _built(bytes(state["network"].numpy()))
    # In the branch of a lazy penalty, TensorFlow would ask for the gradient of a variable whose shape is open.
    values = _values(network, tf.stop_gradient(state["weights"]))
    # Not `stateless_call`, which does not run models whose `call` takes no `training`.
    with keras.StatelessScope(state_mapping=values):
        outputs = network(samples, training=False)
    (output,) = tf.nest.flatten(outputs)
    return tf.cast(tf.reshape(output, (tf.shape(output)[0], -1)), tf.float32)


@functools.lru_cache(maxsize=4)
def _built(configuration: bytes) -> keras.Model:
    """Builds a frozen network, whose own weights are not used."""
    if not configuration:
        raise AssemblyError("regularizer perceptual has no network: no checkpoint was restored")
    network = keras.models.model_from_json(configuration.decode())
    network.trainable = False
    return network


def _values(network: keras.Model, weights: tf.Tensor) -> Sequence[tuple[keras.Variable, tf.Tensor]]:
    """Cuts weights into the values of a network's variables, each with its variable."""
    values, place = [], 0
    for variable in network.weights:
        size = int(np.prod(variable.shape))
        cut = tf.reshape(weights[place : place + size], variable.shape)
        values.append((variable, tf.cast(cut, variable.dtype)))
        place += size
    return values
