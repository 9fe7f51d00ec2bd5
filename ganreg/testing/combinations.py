"""Tries combinations of components: each must either train or be refused with a reason and a remedy.

    python -m ganreg.testing.combinations                    # all of them
    python -m ganreg.testing.combinations --sample 40        # a seeded sample
    python -m ganreg.testing.combinations --group pairs --only ada

Prints a line for each combination that is refused or fails, then `N trained, M refused, 0 failed`. The exit code is 1
if any combination failed.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import attrs
import click

import ganreg
from ganreg.errors import GanregError, PluginError
from ganreg.testing.processes import in_processes

UPDATES = 3
BATCH = 8
LABELLED_CLASSES = 10
POINTS, SMALL, GREY, COLOUR = (2,), (8, 8, 1), (28, 28, 1), (32, 32, 3)
SIGNALS, OBLONG, VOLUMES = (50, 2), (12, 20, 3), (8, 8, 8, 1)
GROUPS = ("networks", "losses", "pairs", "games")
_TRIALS_A_PROCESS = 25


@attrs.frozen
class Combination:
    """One combination of components.

    Attributes:
        group: the group that it belongs to.
        generator, discriminator, loss: names or specs.
        regularizers: names.
        shape: the shape of one sample.
        labelled: whether the data has labels.
        game: its name; empty for the usual game.
        sources: whether the data have sources: `"paired"` or `"unpaired"`; empty for none.
    """

    group: str
    generator: str
    discriminator: str
    loss: str = "non-saturating"
    regularizers: tuple[str, ...] = ()
    shape: tuple[int, ...] = SMALL
    labelled: bool = False
    game: str = ""
    sources: str = ""

    def __str__(self) -> str:
        parts = [f"-g {self.generator}", f"-d {self.discriminator}", f"-l {self.loss}"]
        parts += [f"-r {name}" for name in self.regularizers]
        parts += [f"--game {self.game}"] * bool(self.game)
        labels = " with labels" if self.labelled else ""
        return f"{' '.join(parts)} on {'x'.join(map(str, self.shape))}{labels}"


@attrs.frozen
class Outcome:
    """The result of trying a combination: `"trained"`, `"refused"` or `"failed"`, and the reason."""

    combination: Combination
    result: str
    reason: str = ""
    seconds: float = 0.0


def combinations(groups: Sequence[str] = GROUPS) -> Iterator[Combination]:
    """Yields combinations of each group.

    Args:
        groups: `"networks"`: each generator with each discriminator and kind of data; `"losses"`: each loss with each
            regularizer; `"pairs"`: all pairs of regularizers; `"games"`: each loss and each regularizer in each game.
    """
    registry = ganreg.registry()
    regularizers = registry.names("regularizer")
    if "networks" in groups:
        networks = itertools.product(registry.names("generator"), registry.names("discriminator"))
        for (generator, discriminator), shape, labelled in itertools.product(
            networks, (POINTS, GREY, COLOUR, SIGNALS, OBLONG, VOLUMES), (False, True)
        ):
            conditional = ":conditional=true" if labelled else ""
            yield Combination(
                "networks", generator + conditional, discriminator + conditional, shape=shape, labelled=labelled
            )
    if "losses" in groups:
        for loss, regularizer in itertools.product(registry.names("loss"), regularizers):
            yield _on_small_images("losses", loss, (regularizer,))
    if "pairs" in groups:
        for pair in itertools.combinations(regularizers, 2):
            yield _on_small_images("pairs", "non-saturating", pair)

    if "games" in groups:
        for game in registry.names("game"):
            yield from (_in_game(game, loss) for loss in registry.names("loss"))
            yield from (_in_game(game, "non-saturating", (name,)) for name in regularizers)


def _in_game(game: str, loss: str, regularizers: tuple[str, ...] = ()) -> Combination:
    """Perceptrons in a game, on data that have what it needs; conditional where labels belong to the sources."""
    needs = ganreg.registry().game_class(game).needs
    translates = ganreg.registry().roles(game)["generator"] == "translator"
    sources = "paired" if "pairs" in needs else "unpaired" if "source" in needs else ""
    combination = _on_small_images("games", loss, regularizers)
    if translates:
        conditional = str(sources != "unpaired").lower()
        combination = attrs.evolve(combination, generator=f"mlp:widths=[16],conditional={conditional}")
    return attrs.evolve(combination, game=game, sources=sources)


def _on_small_images(group: str, loss: str, regularizers: tuple[str, ...]) -> Combination:
    """Perceptrons on images with a conditional generator and batch normalization, which suit every regularizer."""
    energy = ganreg.create("loss", loss).needs_energy
    return Combination(
        group,
        "mlp:latent_dim=16,widths=[16],norm=batch,conditional=true",
        _giving_energy() if energy else "mlp:widths=[16,16]",
        loss,
        regularizers,
        labelled=True,
    )


def _giving_energy() -> str:
    registry = ganreg.registry()
    for name in registry.names("discriminator"):
        if registry.create("discriminator", name).gives_energy:
            return name
    return "mlp"


def attempt(combination: Combination, executions: Sequence[str] = ("graph", "xla")) -> Outcome:
    """Assembles a combination and trains it for a few updates in each execution."""
    import warnings

    began = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            gan = _assembled(combination)
        except PluginError as error:
            return Outcome(combination, "failed", str(error), time.perf_counter() - began)
        except GanregError as error:
            lines = str(error)
            # A refusal must contain a remedy.
            result = "refused" if ";" in lines else "failed"
            return Outcome(combination, result, lines, time.perf_counter() - began)
        except Exception as error:  # noqa: BLE001 - any other exception is a failure of the combination
            return Outcome(combination, "failed", _described("assembly", error), time.perf_counter() - began)
        for execution in executions:
            try:
                reason = _trained(gan, combination, execution)
            except Exception as error:  # noqa: BLE001
                reason = _described(execution, error)
            if reason:
                return Outcome(combination, "failed", reason, time.perf_counter() - began)
    return Outcome(combination, "trained", "", time.perf_counter() - began)


def _described(where: str, error: Exception) -> str:
    return f"{where}: {type(error).__name__}: {' '.join(str(error).split())[:300]}"


def _assembled(combination: Combination) -> Any:
    described = ganreg.DataSpec(
        combination.shape, LABELLED_CLASSES if combination.labelled else None, _range(combination)
    )
    return ganreg.assemble(
        game=combination.game or None,
        generator=combination.generator,
        discriminator=combination.discriminator,
        loss=combination.loss,
        regularizers=list(combination.regularizers),
        data=_data(combination) if combination.game else described,
        batch_size=BATCH,
        seed=1,
    )


def _range(combination: Combination) -> tuple[float, float] | None:
    return None if len(combination.shape) == 1 else (-1.0, 1.0)


def _data(combination: Combination) -> Any:
    """Random samples, with labels and sources where the combination has them."""
    import numpy as np

    draw, count = np.random.default_rng(0), UPDATES * BATCH
    samples = draw.uniform(-1, 1, (count, *combination.shape)).astype(np.float32)
    # Each class occurs, since the number of classes is that of the data.
    labels = np.arange(count) % LABELLED_CLASSES if combination.labelled else None
    source = ganreg.Data(train=samples[::-1], value_range=_range(combination)) if combination.sources else None
    return ganreg.Data(
        train=samples,
        train_labels=labels,
        value_range=_range(combination),
        source=source,
        paired=combination.sources == "paired",
    )


def _trained(gan: Any, combination: Combination, execution: str) -> str:
    """Trains; returns what is wrong afterwards, or nothing."""
    import numpy as np

    before = {player: _weights(gan, player) for player in ("generator", "discriminator")}
    history = gan.fit(_data(combination), steps=UPDATES, verbose=0, execution=execution, updates_per_call=1).history
    odd = [name for name, values in history.items() if not np.isfinite(values).all()]
    if odd:
        return f"{execution}: {odd[0]} is not finite"
    for player, weights in before.items():
        after = _weights(gan, player)
        if not all(np.isfinite(values).all() for values in after):
            return f"{execution}: the {player}'s weights are not finite"
        if all(np.array_equal(first, second) for first, second in zip(weights, after, strict=True)):
            return f"{execution}: the {player} did not move"
    return ""


def _weights(gan: Any, player: str) -> list[Any]:
    return [variable.numpy() for variable in gan.players.player(player).trainable]


def attempt_all(chosen: Sequence[Combination], executions: Sequence[str], *, processes: int = 1) -> Iterator[Outcome]:
    """Attempts combinations in separate processes; yields outcomes as they arrive."""
    attempted = in_processes(
        partial(attempt, executions=executions), chosen, processes=processes, lot=_TRIALS_A_PROCESS
    )
    for combination, outcome in attempted:
        yield outcome or Outcome(combination, "failed", "the process died")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command; returns its exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--group", action="append", choices=GROUPS, help="repeatable; all groups by default")
    parser.add_argument("--only", help="only combinations whose description contains this text")
    parser.add_argument("--sample", type=int, help="number of combinations to draw at random")
    parser.add_argument("--seed", type=int, default=0, help="random seed of the sample")
    parser.add_argument("--execution", action="append", choices=("graph", "xla"), help="repeatable; both by default")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args(arguments)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    chosen = [one for one in combinations(options.group or GROUPS) if not options.only or options.only in str(one)]
    if options.sample is not None and options.sample < len(chosen):
        chosen = random.Random(options.seed).sample(chosen, options.sample)  # noqa: S311 - no secret
    counts: Counter[str] = Counter()
    for outcome in attempt_all(chosen, options.execution or ("graph", "xla"), processes=options.processes):
        counts[outcome.result] += 1
        if outcome.result != "trained":
            click.echo(f"{outcome.result}: {outcome.combination}: {outcome.reason}")
        if sum(counts.values()) % 50 == 0:
            click.echo(f"{sum(counts.values())} of {len(chosen)}", err=True)
    click.echo(f"{counts['trained']} trained, {counts['refused']} refused, {counts['failed']} failed")
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
