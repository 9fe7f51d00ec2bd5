"""Finds the latents of image files and arrays, and writes what the generator makes from them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import numpy as np
from PIL import Image, ImageOps

from ganreg.data.image_files import read_sample, refuse_other_samples, write_image
from ganreg.data.ranges import bytes_in
from ganreg.data.spec import NETWORK_RANGE
from ganreg.errors import DataError
from ganreg.runs.sample_files import refuse_unfit, write_array, write_samples
from ganreg.runs.translating import Input, Inputs, read_array

if TYPE_CHECKING:
    from ganreg.data.arrays import Array
    from ganreg.data.spec import DataSpec
    from ganreg.gan import GAN


@attrs.frozen
class Inverted:
    """What became of the inputs.

    Attributes:
        count: the number of samples that were inverted.
        latents: the file that their latents were written to.
        distance: the root of the mean squared difference between them and what their latents give.
        resized: the images that had another size, each with its width and height.
        skipped: files in folders that are not images, or are broken.
    """

    count: int
    latents: Path
    distance: float
    resized: tuple[tuple[Path, int, int], ...]
    skipped: tuple[Path, ...]


def invert_files(
    gan: GAN, inputs: Inputs, output: Path, *, label: int | None, seed: int, average: bool = True
) -> Inverted:
    """Inverts files, and writes what the generator makes from the latents that were found, and these.

    Args:
        gan: the GAN.
        inputs: image files, and `.npy` files of samples.
        output: a file for all samples together, as for `write_samples`, where a single image is written as it is. The
            latents are written next to it, as `NAME-latents.npy`.
        label: the class of the samples, which a conditional generator needs.
        seed: the random seed of the starts.
        average: whether to use the moving average of the generator instead of its last iterate. Defaults to `True`.

    Raises:
        DataError: the samples, the label or the output do not fit, or there are no latents in the run's game.
        RunError: a file cannot be written.
    """
    gan.players.from_latents(average)  # refuses games without latents before files are read
    data = gan.assembly.networks[gan.assembly.game.makes].data
    refuse_unfit(output, data)
    if any(not file.is_array for file in inputs.found):
        refuse_other_samples(data, "samples of this run")
    broken: list[Path] = []
    resized: list[tuple[Path, int, int]] = []
    samples = list(_samples(inputs, data, broken, resized))
    if not samples:
        raise DataError(f"{broken[0]} and every other image is broken; there is nothing to invert")
    found = gan.invert(np.concatenate(samples), labels=label, seed=seed, average=average)
    latents = output.with_name(f"{output.stem}-latents.npy")
    if output.suffix == ".png" and len(found.samples) == 1 and data.is_image and data.value_range is not None:
        write_image(output, found.samples[0], data)
    else:
        write_samples(gan, found.samples, output, labels=found.labels)
    write_array(latents, found.latents)
    distance = float(np.sqrt(np.mean(found.distances.astype(np.float64) ** 2)))
    return Inverted(len(found.samples), latents, distance, tuple(resized), (*inputs.skipped, *broken))


def _samples(
    inputs: Inputs, data: DataSpec, broken: list[Path], resized: list[tuple[Path, int, int]]
) -> Iterator[Array]:
    """Yields the samples of each file, `[n, *shape]`, and collects the broken and the resized ones."""
    for file in inputs.found:
        if file.is_array:
            yield _fitting(read_array(file.path, data), file, data)
            continue
        try:
            image = read_sample(file.path, data)
        except DataError:
            if file.was_named:
                raise
            broken.append(file.path)
            continue
        if image.shape[:2] != data.shape[:2]:
            resized.append((file.path, image.shape[1], image.shape[0]))
            image = resized_image(image, data)
        yield image[np.newaxis]


def _fitting(samples: Array, file: Input, data: DataSpec) -> Array:
    if samples.shape[1:] != data.shape:
        raise DataError(f"{file.path} holds samples of shape {samples.shape[1:]}, but the run's are {data.shape}")
    if samples.dtype == np.uint8:
        return bytes_in(data.value_range or NETWORK_RANGE, samples)
    return samples


def resized_image(image: Array, data: DataSpec) -> Array:
    """Crops an image centrally to the proportions of a run's samples, and scales it to their size.

    Args:
        image: float `[height, width, channels]` in the range of the samples.
        data: the description of the samples.
    """
    least, greatest = data.value_range or (-1.0, 1.0)
    height, width = data.shape[:2]
    channels = [
        np.asarray(ImageOps.fit(Image.fromarray(channel), (width, height), Image.Resampling.BOX), np.float32)
        for channel in np.moveaxis(image.astype(np.float32), -1, 0)
    ]
    fitted: Array = np.clip(np.stack(channels, axis=-1), least, greatest)
    return fitted
