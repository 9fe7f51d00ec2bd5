"""Sources and their true samples, which translations are compared with pair by pair."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ganreg.data.arrays import Array
from ganreg.data.spec import DataSpec
from ganreg.errors import DataError
from ganreg.evaluation.metric_runs import MetricRun
from ganreg.lazy import tf

if TYPE_CHECKING:
    from ganreg.gan import GAN


PAIRED = "values, pair by pair"
"""What metrics that need pairs compare, as tables of scores name it."""


class Pairs:
    """The pairs that belong to the samples of `gan.generate(samples, seed=seed)`.

    Args:
        gan: its data are used.
        samples: the number of samples that are generated.
        seed: determines which sources are drawn.

    Attributes:
        count: the number of pairs: no source is used twice, so that it is the number of sources at most.
    """

    def __init__(self, gan: GAN, samples: int, seed: int) -> None:
        self._gan, self._seed, self._data = gan, seed, gan.assembly.data
        self.count = min(samples, sources_of(gan))

    def refuse(self, run: MetricRun) -> None:
        """Raises `DataError` if a metric needs pairs and there are none, or too few."""
        if not self._gan.assembly.translates:
            lack = "this GAN generates samples from latents"
        elif not self._data.paired:
            lack = "the data are not paired"
        else:
            run.refuse_too_few(self.count, self.count, self._data.size, "values")
            return
        raise DataError(f"metric '{run.text}' needs the true sample of each translation, but {lack}")

    def values(self, run: MetricRun, generated: Array) -> dict[str, float]:
        """Compares translations with the true samples of their sources.

        Args:
            run: the metric.
            generated: the generated samples; translations of the same source twice are left out.

        Raises:
            DataError: the samples are not what the metric needs.
            PluginError: the metric's own code failed.
        """
        return run.values_of_pairs(generated[: self.count], self._drawn()[1], self._data)

    def baseline(self, run: MetricRun) -> dict[str, float]:
        """Compares the sources themselves with the true samples; empty if sources cannot stand for samples.

        Raises:
            DataError, PluginError: as for `values`.
        """
        sources, targets = self._drawn()
        as_samples = as_translations(sources, self._data)
        return {} if as_samples is None else run.values_of_pairs(as_samples, targets, self._data)

    def _drawn(self) -> tuple[Array, Array]:
        sources, targets = self._gan.pairs(self.count, seed=self._seed)
        if targets is None:
            raise ValueError("these data are not paired")
        return sources, targets


def sources_of(gan: GAN) -> int:
    """The number of different sources that translations can be made from: held-out ones if there are any."""
    data = gan.load_data()
    drawn = data.source if gan.assembly.needs_source and data.source is not None else data
    return len(drawn.train if drawn.test is None else drawn.test)


def as_translations(sources: Array, data: DataSpec) -> Array | None:
    """Takes sources for their own translations; smaller images are enlarged bicubically.

    Args:
        sources: float32 `[N, *source.shape]`.
        data: the description of one sample and one source.

    Returns:
        float32 `[N, *shape]`, or `None` if sources have another range, other axes or channels, or are larger.
    """
    source = data.source
    if source is None or source.value_range != data.value_range:
        return None
    if source.shape == data.shape:
        return sources
    smaller = all(side <= of for side, of in zip(source.shape, data.shape, strict=False))
    if not (source.is_image and data.is_image and smaller and source.shape[-1] == data.shape[-1]):
        return None
    enlarged = tf.image.resize(sources, data.shape[:2], method="bicubic")
    if data.value_range is not None:
        enlarged = tf.clip_by_value(enlarged, *data.value_range)  # the cubic overshoots at edges
    result: Array = enlarged.numpy()
    return result
