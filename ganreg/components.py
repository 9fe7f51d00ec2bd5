"""`Component`, the registry's light record, and the base class of each kind. Importable without TensorFlow.

An implementation is an `@attrs.frozen(kw_only=True)` subclass of one of the base classes here. Its fields are its
hyperparameters; each has a type, a default, a validator and a help text, and that one description feeds
`ganreg show`, spec text, TOML files, the documentation and the conformance checks.

Shapes in this module: B is the batch size, `shape` is `DataSpec.shape`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import attrs
from attrs import validators

from ganreg.data.spec import DataSpec
from ganreg.errors import SpecError

if TYPE_CHECKING:
    import keras
    import numpy as np
    import tensorflow as tf

    from ganreg.data.arrays import Data
    from ganreg.data.modes import Modes
    from ganreg.engine.assembly import Assembly
    from ganreg.engine.step import Step

KINDS = ("generator", "discriminator", "loss", "regularizer", "dataset", "metric", "recipe")


def plural(kind: str) -> str:
    """The kind as a word for many: `losses`, `generators`."""
    return f"{kind}es" if kind.endswith("s") else f"{kind}s"


_KEBAB_CASE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def is_kebab_case(name: object) -> bool:
    """Whether `name` is lower-case words and digits joined by single hyphens, such as `wgan-gp`."""
    return isinstance(name, str) and _KEBAB_CASE.fullmatch(name) is not None


@attrs.frozen
class Component:
    """One line of the registry: what a plugin's hook returns.

    Attributes:
        name: kebab-case, unique in its kind.
        implementation: `"package.module:Class"`, which keeps listing fast, or the class itself.
        summary: one line for listings.
        paper: where the component comes from, such as `"arXiv:1704.00028"`.

    Raises:
        SpecError: the name is not kebab-case, or the implementation is neither text of that form nor a class.
    """

    name: str
    implementation: str | type
    summary: str = ""
    paper: str = attrs.field(default="", kw_only=True)

    def __attrs_post_init__(self) -> None:
        if not is_kebab_case(self.name):
            raise SpecError(f"a component's name must be kebab-case, such as 'wgan-gp', got {self.name!r}")
        named = isinstance(self.implementation, str) and self.implementation.count(":") == 1
        if not (named or isinstance(self.implementation, type)):
            raise SpecError(
                f"component '{self.name}' needs 'package.module:Class' or a class as its implementation, "
                f"got {self.implementation!r}"
            )


@attrs.frozen
class Problem:
    """What a component's `check` finds wrong with an assembly.

    Attributes:
        severity: `"error"` refuses the combination, `"warning"` is printed and training goes on.
        message: what does not fit, naming the components.
        hint: what to do about it.
    """

    severity: Literal["error", "warning"] = attrs.field(validator=validators.in_(("error", "warning")))
    message: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.message}; {self.hint}" if self.hint else self.message


def parameter(default: Any, help: str, *validator: Callable[..., Any], **options: Any) -> Any:
    """Declares one hyperparameter of an implementation: an `attrs.field` with a help text.

    Args:
        default: its value where the user gives none.
        help: one line that says what it does, with its unit.
        *validator: attrs validators that its value must pass, such as `attrs.validators.ge(0)`.
        **options: passed on to `attrs.field`.

    >>> @attrs.frozen(kw_only=True)
    ... class Scaled(Loss):
    ...     scale: float = parameter(1.0, "multiplies the logits", validators.gt(0))
    >>> Scaled().scale
    1.0
    """
    return attrs.field(default=default, validator=list(validator) or None, metadata={"help": help}, **options)


class Implementation:
    """Base of every kind's base class: what all implementations may override."""

    def check(self, assembly: Assembly) -> Iterable[Problem]:
        """Yields what does not fit in the whole assembly, before any network is built.

        Args:
            assembly: the components (`generator`, `discriminator`, `loss`, `regularizers`), the `schedule` and
                the `data`.
        """
        return ()


def overrides(implementation: Implementation, method: str) -> bool:
    """Whether the implementation's class defines `method` itself, rather than inheriting the kind's default."""
    own = getattr(type(implementation), method, None)
    return all(own is not getattr(base, method, None) for base in BASE_CLASSES.values())


@attrs.frozen(kw_only=True)
class Generator(Implementation):
    """Turns latents into samples.

    Attributes:
        latent_dim: how many numbers one latent vector has.
        conditional: whether the network takes labels beside the latents.
    """

    latent_dim: int = parameter(64, "numbers in one latent vector", validators.ge(1))
    conditional: bool = parameter(False, "takes the class label as a second input")

    def build(self, data: DataSpec) -> keras.Model:
        """Builds the network: latents `[B, latent_dim]` (with labels `[B]`, as a list) to samples `[B, *shape]`.

        Args:
            data: what the samples must look like.

        Returns:
            A model whose output keeps to `data.value_range` where there is one.
        """
        raise NotImplementedError(f"{type(self).__name__} must define build(data)")

    def sample_latents(self, step: Step, count: int | tf.Tensor) -> tf.Tensor:
        """Draws `count` latents, `[count, latent_dim]`; a standard normal unless overridden.

        Args:
            step: gives `step.normal(shape)` and `step.uniform(shape)`, which a resumed run repeats exactly.
            count: how many to draw.
        """
        return step.normal((count, self.latent_dim))


@attrs.frozen(kw_only=True)
class Discriminator(Implementation):
    """Tells real samples from generated ones.

    Attributes:
        conditional: whether the network takes labels beside the samples.
        gives_energy: whether its logits are minus an energy, never above 0, such as an autoencoder's error.
    """

    conditional: bool = parameter(False, "takes the class label as a second input")

    def build(self, data: DataSpec) -> keras.Model:
        """Builds the network: samples `[B, *shape]` (with labels `[B]`, as a list) to a dict.

        Returns:
            A model with the outputs `"logits"`, `[B, 1]` or `[B, h, w, 1]`, unbounded, greater for real; and
            `"features"`, a tuple of hidden activations, shallow to deep.
        """
        raise NotImplementedError(f"{type(self).__name__} must define build(data)")

    gives_energy: ClassVar[bool] = False

    @property
    def normalizes_batch(self) -> bool:
        """Whether one sample's logits depend on the others in its batch through batch statistics."""
        return False


@attrs.frozen(kw_only=True)
class Loss(Implementation):
    """The two players' objectives, on logits that the engine has computed.

    Both methods return one value a sample, `[B]`, which the engine averages in float32. Logits are float32 `[B]`;
    those of a patch discriminator have been averaged per sample. A loss with state of its own, or with random
    numbers, overrides `discriminator_objective` and `generator_objective`, which are given the whole step, and
    `initial_state`, `after_discriminator_update` and `after_generator_update`, as a regularizer does.

    Attributes:
        needs_real: whether `generator_loss` uses `real_logits`; otherwise it is given `None` and the
            discriminator's forward pass on reals is saved.
        needs_energy: whether logits must be minus an energy, so that they cannot grow without bound.
        bounds_slope: whether the loss itself keeps the discriminator's slope bounded, or needs no bound.
        decision_boundary: the logit at which the discriminator is undecided, for its reported accuracy; `None`
            where only differences of logits mean something, so that the midpoint between the batch's mean real and
            mean fake logit is taken.
    """

    needs_real: ClassVar[bool] = False
    needs_energy: ClassVar[bool] = False
    bounds_slope: ClassVar[bool] = True

    @property
    def decision_boundary(self) -> float | None:
        """The logit at which the discriminator is undecided; see the class."""
        return 0.0

    def discriminator_loss(self, real_logits: tf.Tensor, fake_logits: tf.Tensor) -> tf.Tensor:
        """What the discriminator minimises: the part on reals plus the part on fakes, `[B]`."""
        raise NotImplementedError(f"{type(self).__name__} must define discriminator_loss(real_logits, fake_logits)")

    def generator_loss(self, fake_logits: tf.Tensor, real_logits: tf.Tensor | None = None) -> tf.Tensor:
        """What the generator minimises, `[B]`."""
        raise NotImplementedError(f"{type(self).__name__} must define generator_loss(fake_logits, real_logits)")

    def discriminator_objective(self, step: Step) -> tf.Tensor:
        """What the discriminator minimises in a step, `[B]`: `discriminator_loss` of its logits unless overridden."""
        return self.discriminator_loss(step.real_logits, step.fake_logits)

    def generator_objective(self, step: Step) -> tf.Tensor:
        """What the generator minimises in a step, `[B]`: `generator_loss` of its logits unless overridden."""
        return self.generator_loss(step.fake_logits, step.real_logits if self.needs_real else None)

    def initial_state(self, data: DataSpec) -> Mapping[str, Any]:
        """Returns named initial values that the engine keeps as checkpointed variables, found in `step.state`."""
        return {}

    def after_discriminator_update(self, step: Step) -> None:
        """Runs after each update of the discriminator, inside the compiled step."""

    def after_generator_update(self, step: Step) -> None:
        """Runs after each update of the generator, inside the compiled step."""


@attrs.frozen(kw_only=True)
class Regularizer(Implementation):
    """Anything that joins the game beside the loss. Every method is optional; only what is overridden costs.

    Attributes:
        every: lazy regularization (StyleGAN2, arXiv:1912.04958, appendix B): the penalties are computed each N-th
            update of their player and then count N times.
        bounds_slope: whether it keeps the discriminator's slope bounded, which a Wasserstein loss needs.
        needs_independent_samples: whether it is wrong where one sample's logits depend on the batch's statistics.
        replaces_generator_loss: whether its generator penalty stands instead of the loss's own generator part.
        judges_labels: whether it makes the generator heed its labels, so that the discriminator need not take them.
        needs_output_per_sample: whether it is wrong where the discriminator judges several samples at once.
    """

    bounds_slope: ClassVar[bool] = False
    needs_independent_samples: ClassVar[bool] = False
    judges_labels: ClassVar[bool] = False
    needs_output_per_sample: ClassVar[bool] = False

    every: int = parameter(1, "penalties are applied each N-th update, N times as strong", validators.ge(1))

    @property
    def replaces_generator_loss(self) -> bool:
        """Whether the generator's penalty stands instead of the loss's own generator part."""
        return False

    def wrap_generator(self, model: keras.Model, data: DataSpec) -> keras.Model:
        """Returns the generator with layers changed or added; same inputs and output shape."""
        return model

    def wrap_discriminator(self, model: keras.Model, data: DataSpec) -> keras.Model:
        """Returns the discriminator with layers changed or added; same inputs and output structure."""
        return model

    def discriminator_data(self, data: DataSpec) -> DataSpec:
        """Returns what the discriminator is built for; `wrap_discriminator` then makes it take the data's samples.

        A regularizer that overrides it wraps the discriminator after all others, which are given what this returns.
        """
        return data

    def initial_state(self, data: DataSpec) -> Mapping[str, Any]:
        """Returns named initial values that the engine keeps as checkpointed variables, found in `step.state`.

        Scalars among them are logged, as `LABEL/NAME`.
        """
        return {}

    def initial_network_state(self, generator: keras.Model, discriminator: keras.Model) -> Mapping[str, Any]:
        """Returns further initial values, where they depend on the networks' own variables."""
        return {}

    def transform_latents(self, latents: tf.Tensor, step: Step) -> tf.Tensor:
        """Transforms the latents that fakes are generated from, `[B, latent_dim]`, in training and in sampling."""
        return latents

    def discriminator_real(self, samples: tf.Tensor, step: Step) -> tf.Tensor:
        """Returns what the discriminator is shown as real, `[B, *shape]`; `step.real` stays as it is."""
        return samples

    def discriminator_input(self, samples: tf.Tensor, step: Step) -> tf.Tensor:
        """Transforms whatever the discriminator sees, `[B, *shape]`: reals and fakes, in both players' updates."""
        return samples

    def generator_weights(self, step: Step) -> tf.Tensor:
        """Returns how much each fake counts in the generator's loss, `[B]`, at least one of them above 0."""
        raise NotImplementedError

    def discriminator_penalty(self, step: Step) -> tf.Tensor:
        """Returns what is added to the discriminator's objective: a scalar or `[B]`."""
        raise NotImplementedError

    def generator_penalty(self, step: Step) -> tf.Tensor:
        """Returns what is added to the generator's objective: a scalar or `[B]`."""
        raise NotImplementedError

    def after_discriminator_update(self, step: Step) -> None:
        """Runs after each update of the discriminator, inside the compiled step."""

    def after_generator_update(self, step: Step) -> None:
        """Runs after each update of the generator, inside the compiled step."""


@attrs.frozen(kw_only=True)
class Dataset(Implementation):
    """Real samples by name.

    A field for a file or folder has the type `pathlib.Path`: in a recipe's file such a value means what lies beside it,
    and may not lead elsewhere.
    """

    def spec(self) -> DataSpec:
        """Describes one sample, without loading all of them where that can be avoided."""
        raise NotImplementedError(f"{type(self).__name__} must define spec()")

    def load(self) -> Data:
        """Loads the samples.

        Raises:
            DataError: a file is missing or broken; the message names it and the remedy.
        """
        raise NotImplementedError(f"{type(self).__name__} must define load()")

    def columns(self, samples: np.ndarray, labels: np.ndarray | None = None) -> Mapping[str, Sequence[Any]] | None:
        """Turns samples `[N, *shape]` into a table as the data's source has it: values by column name.

        `None`, the default, means that they are no table.

        Args:
            samples: as `load` gives them.
            labels: int `[N]`, what the samples were generated for; then their column is part of the table.
        """
        return None

    def modes(self) -> Modes | None:
        """Returns the modes that its samples gather around, where it knows them; `None` otherwise."""
        return None

    def channel_data(self) -> Dataset | None:
        """Returns the labelled data set that each channel of a sample is an image of, where samples are made so.

        A classifier of that data set then tells what a sample's channels show. With C classes, the label of a sample
        is that of its channels as digits to the base C, the first channel's being the greatest.
        """
        return None


@attrs.frozen(kw_only=True)
class Metric(Implementation):
    """Judges generated samples against real ones.

    Attributes:
        looks_at: what `compute` is given, `[N, F]`: `"features"` by the extractor that the user chose; `"samples"`, the
            samples' own values, flattened; or `"probabilities"` of classes, by an extractor that is a classifier.
        needs_labels: whether it has values only where real and generated samples have labels.
        lower_is_better: by the name of a value, whether less is better. A value that is not in it is no score: it
            cannot choose among generators.
        published_names: by the name of an extractor, what the values are called on its features alone.
        with_few_samples: what to take where the data has fewer samples than `minimum_samples`, as the end of an error's
            message that goes "take fewer features, or ...".
    """

    looks_at: ClassVar[Literal["features", "samples", "probabilities"]] = "features"
    needs_labels: ClassVar[bool] = False
    lower_is_better: ClassVar[Mapping[str, bool]] = {}
    published_names: ClassVar[Mapping[str, Mapping[str, str]]] = {}
    with_few_samples: ClassVar[str] = ""

    def minimum_samples(self, features: int) -> int:
        """Returns how many samples, real or generated, the values need to mean anything.

        Args:
            features: how many there are of each sample.
        """
        return 2

    def suits(self, data: DataSpec, dataset: Dataset | None) -> bool:
        """Whether it judges such data where the user names no metric.

        Args:
            data: what one sample looks like.
            dataset: where samples come from; `None` where they are plain arrays.
        """
        return False

    def compute(self, real: np.ndarray, fake: np.ndarray) -> dict[str, float]:
        """Compares two arrays of features, `[N, F]` each.

        Returns:
            Named values, the main one first; the standard error of a value `x` is called `x_error`.

        Raises:
            DataError: the arrays are not what the metric needs, or too few samples for it to mean anything.
        """
        raise NotImplementedError(f"{type(self).__name__} must define compute(real, fake)")

    def compute_with_labels(
        self, real: np.ndarray, fake: np.ndarray, real_labels: np.ndarray, fake_labels: np.ndarray
    ) -> dict[str, float]:
        """Compares labelled features; as `compute` unless overridden, for a metric that heeds the labels, `[N]`.

        Whoever evaluates calls it where both sides have labels, and `compute` elsewhere.
        """
        return self.compute(real, fake)

    def compute_held_out(self, real: np.ndarray, fake: np.ndarray, held_out: np.ndarray) -> dict[str, float]:
        """As `compute`, with features of real samples that were not trained on, `[H, F]`.

        Whoever evaluates calls it, where there are such samples, for a metric that overrides it; `real` are then all
        the samples that were trained on.
        """
        return self.compute(real, fake)

    def for_data(self, dataset: Dataset) -> Metric:
        """Returns the metric as it judges this data set's samples: itself, unless it needs what the data set knows.

        Whoever evaluates calls it first, where the real samples come from a data set.
        """
        return self


BASE_CLASSES: Mapping[str, type[Implementation]] = {
    "generator": Generator,
    "discriminator": Discriminator,
    "loss": Loss,
    "regularizer": Regularizer,
    "dataset": Dataset,
    "metric": Metric,
}
"""The base class of each kind that has implementations; recipes have none."""


def component_kinds() -> Sequence[str]:
    """The kinds that have implementations, which is all but recipes."""
    return tuple(BASE_CLASSES)
