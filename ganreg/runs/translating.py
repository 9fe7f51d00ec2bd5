"""Translates image files, folders of them, and arrays with a network of a GAN."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from ganreg.data.image_files import is_image_file, read_sample, refuse_other_samples, write_image
from ganreg.errors import DataError, RunError, did_you_mean
from ganreg.files.writing import cannot_write
from ganreg.runs.sample_files import SUFFIXES, refuse_unfit, write_array, write_samples

if TYPE_CHECKING:
    from ganreg.data.arrays import Array
    from ganreg.data.spec import DataSpec
    from ganreg.gan import GAN

_ARRAY = ".npy"


@attrs.frozen
class Input:
    """A file to translate.

    Attributes:
        path: an image file, or a `.npy` file with an array of samples.
        name: its path below the folder in which it was found; its file name if it was named itself.
        was_named: whether it was named itself; a broken file in a folder is skipped instead of refused.
    """

    path: Path
    name: Path
    was_named: bool

    @property
    def is_array(self) -> bool:
        """Whether it holds an array."""
        return self.path.suffix == _ARRAY


@attrs.frozen
class Inputs:
    """Files to translate.

    Attributes:
        found: the files, those of a folder in the order of their names.
        skipped: files in folders that are not images.
    """

    found: tuple[Input, ...]
    skipped: tuple[Path, ...] = ()


def find_inputs(paths: Sequence[Path], option: str = "--input") -> Inputs:
    """Lists image files, arrays, and the images at any depth in folders, without hidden files.

    Args:
        paths: image files, `.npy` files and folders.
        option: the option that named them, for messages. Defaults to `--input`.

    Raises:
        DataError: a path does not exist, a file is not an image, or a folder holds no images.
    """
    found: list[Input] = []
    skipped: list[Path] = []
    for path in paths:
        if not path.is_dir():
            if not path.exists():
                raise DataError(f"{path} does not exist; check {option}")
            if path.suffix != _ARRAY and not is_image_file(path):
                raise DataError(f"{path} is neither an image that Pillow can open nor a .npy file")
            found.append(Input(path, Path(path.name), was_named=True))
            continue
        files = [file for file in sorted(path.rglob("*")) if file.is_file() and not _is_hidden(file.relative_to(path))]
        images = [file for file in files if is_image_file(file)]
        if not images:
            raise DataError(f"{path} holds no images that Pillow can open")
        found += [Input(file, file.relative_to(path), was_named=False) for file in images]
        skipped += [file for file in files if file not in set(images)]
    return Inputs(tuple(found), tuple(skipped))


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


@attrs.frozen
class Translated:
    """What became of the inputs.

    Attributes:
        count: the number of samples that were written.
        skipped: files in folders that are not images, or are broken.
    """

    count: int
    skipped: tuple[Path, ...]


def translate_files(
    gan: GAN,
    inputs: Inputs,
    output: Path,
    *,
    network: str | None = None,
    label: int | None = None,
    seed: int = 0,
    average: bool = True,
) -> Translated:
    """Translates files and writes the results.

    Args:
        gan: the GAN.
        inputs: the files.
        output: a file for all samples together, as for `write_samples`, where a single image is written as it is; or,
            without such a suffix, a folder, which gets a file for each input: `NAME.png` for an image, `NAME.npy` for
            an array.
        network: the name of a translator or encoder. Defaults to the network that makes the game's samples.
        label: the class to translate into, for a conditional network. Defaults to random classes.
        seed: the random seed of these. Defaults to 0.
        average: whether to use the moving average of the network instead of its last iterate. Defaults to `True`.

    Raises:
        DataError: there is no such network, or an input or the output does not fit it.
        RunError: a file cannot be written, or the folder already holds a file of that name.
    """
    name = _translator(gan, network)
    if label is not None and not gan.assembly.part_of(name).implementation.conditional:
        raise DataError(f"network '{name}' takes no labels; leave --label out")
    work = _Work(gan, name, label, np.random.default_rng(seed), average)
    place = gan.assembly.networks[name]
    into_folder = output.suffix not in SUFFIXES
    if any(not file.is_array for file in inputs.found):
        refuse_other_samples(work.source, f"samples that network '{name}' takes")
        if into_folder:
            refuse_other_samples(place.data, f"samples that network '{name}' makes")
    if into_folder:
        return _into_folder(work, inputs, output)
    refuse_unfit(output, place.data)
    return _into_file(work, inputs, output)


def _translator(gan: GAN, network: str | None) -> str:
    """The name of a network that makes samples from samples."""
    assembly = gan.assembly
    name = assembly.game.makes if network is None else network
    known = [one for one in assembly.makers if assembly.kind_of(one) == "translator"]
    if name in known:
        return name
    if not known:
        raise DataError("no network of this run makes samples from other samples; leave --input out")
    if network is None:
        raise DataError(f"network '{name}' makes samples from latents; choose another with --network {known[0]}")
    raise DataError(f"this run has no translator called '{name}'; {did_you_mean(name, known)}")


@attrs.frozen
class _Work:
    """Translates with one network, file by file."""

    gan: GAN
    network: str
    label: int | None
    stream: np.random.Generator
    average: bool

    @property
    def source(self) -> DataSpec:
        """The description of what the network takes."""
        source = self.gan.assembly.networks[self.network].source
        assert source is not None  # noqa: S101 - a translator has a source
        return source

    def results(self, inputs: Sequence[Input], broken: list[Path]) -> Iterator[tuple[Input, Array, Any]]:
        """Yields each input with its samples and their classes, and collects the broken files of folders."""
        for file in inputs:
            try:
                samples = (
                    read_array(file.path, self.source) if file.is_array else read_sample(file.path, self.source)[None]
                )
            except DataError:
                if file.was_named:
                    raise
                broken.append(file.path)
                continue
            labels = self._labels(len(samples))
            try:
                made = self.gan.translate(samples, network=self.network, labels=labels, average=self.average)
            except DataError as error:
                raise DataError(f"{file.path}: {error}") from error
            yield file, made, labels

    def _labels(self, count: int) -> Any:
        assembly = self.gan.assembly
        if self.label is not None or not assembly.part_of(self.network).implementation.conditional:
            return self.label
        return assembly.classes.draw(self.stream, count)


def read_array(path: Path, source: DataSpec) -> Array:
    """Reads the samples in a `.npy` file, in whatever type and shape they are.

    Args:
        path: the file.
        source: the description of the samples that are wanted.

    Raises:
        DataError: the file cannot be read, or holds a single sample without a batch axis.
    """
    try:
        samples: Array = np.load(path, allow_pickle=False)
    except Exception as error:  # broken bytes raise many kinds
        raise DataError(f"{path} cannot be read: {error}") from error
    if samples.shape == source.shape:
        raise DataError(f"{path} holds one sample; add an axis, so that its shape is {(1, *source.shape)}")
    return samples


def _into_file(work: _Work, inputs: Inputs, output: Path) -> Translated:
    broken: list[Path] = []
    results = list(work.results(inputs.found, broken))
    shapes = {made.shape[1:] for _, made, _ in results}
    if len(shapes) > 1:
        sizes = " and ".join("x".join(map(str, shape[:2])) for shape in sorted(shapes)[:2])
        raise DataError(f"images of different sizes, such as {sizes}, cannot be written to one file; give -o a folder")
    samples = np.concatenate([made for _, made, _ in results])
    data = work.gan.assembly.networks[work.network].data
    if output.suffix == ".png" and data.is_image and len(samples) == 1:
        refuse_other_samples(data, f"samples that network '{work.network}' makes")
        write_image(output, samples[0], data)
    else:
        drawn = [labels for _, _, labels in results]
        labels = None if drawn[0] is None else work.label if work.label is not None else np.concatenate(drawn)
        write_samples(work.gan, samples, output, labels=labels, network=work.network)
    return Translated(len(samples), (*inputs.skipped, *broken))


def _into_folder(work: _Work, inputs: Inputs, folder: Path) -> Translated:
    targets = _targets(inputs.found, folder)
    data, count, broken = work.gan.assembly.networks[work.network].data, 0, list[Path]()
    for file, made, _ in work.results(inputs.found, broken):
        target = targets[file]
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise cannot_write(target.parent, error) from error
        if file.is_array:
            write_array(target, made)
        else:
            write_image(target, made[0], data)
        count += len(made)
    return Translated(count, (*inputs.skipped, *broken))


def _targets(inputs: Sequence[Input], folder: Path) -> dict[Input, Path]:
    """The file to which each input's samples are written.

    Raises:
        DataError: two inputs would be written to one file.
        RunError: a file is there already.
    """
    targets: dict[Input, Path] = {}
    origin: dict[Path, Path] = {}
    for file in inputs:
        target = folder / file.name.with_suffix(_ARRAY if file.is_array else ".png")
        if target in origin:
            raise DataError(f"{origin[target]} and {file.path} would both be written to {target}; rename one of them")
        targets[file], origin[target] = target, file.path
    there = [target for target in origin if target.exists()]
    if there:
        more = f" and {len(there) - 1} more of these files" if len(there) > 1 else ""
        raise RunError(f"{there[0]}{more} would be overwritten; choose another folder, or remove what is there")
    return targets
