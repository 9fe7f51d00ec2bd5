"""Checks of games, which small reference networks play."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs
import numpy as np
import tensorflow as tf

from ganreg.contract.games import NEEDS, Game
from ganreg.contract.implementation import overrides
from ganreg.contract.parameters import is_kebab_case
from ganreg.contract.schedule import Phase
from ganreg.engine.forward import Maker
from ganreg.engine.objectives import PLAYERS
from ganreg.errors import AssemblyError, PluginError
from ganreg.gan import GAN
from ganreg.testing.bench import Bench, bench_of, benches
from ganreg.testing.check import NETWORKS, check
from ganreg.testing.failures import CheckFailure, NotApplicableError, require
from ganreg.testing.settings import BATCH, Setting
from ganreg.testing.subject import Subject
from ganreg.texts import text_of

_COMPLETE = tuple(Setting(shape, labelled=True, source=shape, paired=True) for shape in ((2,), (8, 8, 1)))
"""Data that have all that a game can need."""
_PHASES = {
    "discriminator": Phase(1, 0),
    "generator": Phase(0, 1),
    "generator and the discriminator at once": Phase(1, 1, simultaneous=True),
}


@check("game", proves="its networks are valid and have names in kebab-case, and one makes samples of the data's shape")
def describes_its_networks(subject: Subject) -> None:
    """Asks for its networks on data that have sources and labels."""
    game: Game = subject.instance
    _require_roles(game)
    for setting in _COMPLETE:
        try:
            assembly = Bench(subject, setting).assembly()
        except AssemblyError:
            continue  # refused, with a reason that another check looks at
        except PluginError as error:
            raise CheckFailure(f"on {setting}: {error}") from error
        made, wanted = assembly.networks[game.makes].data.shape, setting.shape
        require(made == wanted, f"network '{game.makes}', which makes its samples, makes {made} for data of {wanted}")
        unused = [role for role in game.roles if role not in {place.role for place in assembly.networks.values()}]
        require(not unused, f"no network has the role '{unused[0] if unused else ''}'")


def _require_roles(game: Game) -> None:
    for role in ("generator", "discriminator"):
        require(role in game.roles, f"it has no role '{role}', which every recipe fills")
    for role, kind in game.roles.items():
        require(is_kebab_case(role), f"its role {role!r} is not in kebab-case")
        require(kind in NETWORKS, f"its role '{role}' is for the kind '{kind}'; choose from {', '.join(NETWORKS)}")
    others = [role for role in game.defaults if role not in game.roles or role in ("generator", "discriminator")]
    require(not others, f"it has a default for '{others[0] if others else ''}', which is not one of its further roles")


@check("game", proves="it plays on data that have what it needs, and refuses data that lack it, with a reason")
def needs_what_it_uses(subject: Subject) -> None:
    """Makes an update on data that have what it `needs` only, and assembles it with data that lack one of these."""
    needs, played = set(subject.instance.needs), set()
    try:
        Bench(subject, _COMPLETE[0]).problems()
    except PluginError as error:
        raise NotApplicableError(f"it fails on any data: {error}") from error
    for bench in benches(subject, training=True):
        if bench.setting.labelled not in played and _plays(bench):
            played.add(bench.setting.labelled)
    if not played:
        raise NotApplicableError("it refuses all data in the checks")
    for need in sorted(needs & set(NEEDS)):
        for setting in _lacking(need, needs):
            _require_refused(Bench(subject, setting), need)


def _plays(bench: Bench) -> bool:
    """Whether a game accepts data; an update on them must then succeed."""
    where = f"on {bench.setting}"
    try:
        if bench.refusals():
            return False
        bench.fit(bench.gan(), 1)
    except Exception as error:
        reason = text_of(error)
        raise CheckFailure(f"{where} it fails: {reason}; does `needs` name all that it uses?") from error
    return True


def _lacking(need: str, needs: set[str]) -> Iterator[Setting]:
    """Data that lack one of what a game needs; those that lack pairs have sources or not."""
    setting = Setting((8, 8, 1), labelled="labels" in needs and need != "labels")
    if need == "labels":
        yield attrs.evolve(setting, source=(8, 8, 1), paired=True) if {"source", "pairs"} & needs else setting
    else:
        yield setting
    if need == "pairs":
        yield attrs.evolve(setting, source=(8, 8, 1))


def _require_refused(bench: Bench, need: str) -> None:
    try:
        bench.assembly()
    except AssemblyError as refusal:
        require(";" in str(refusal), f"on {bench.setting} it says '{refusal}' without advice")
        return
    raise CheckFailure(f"it needs '{need}', but is not refused on {bench.setting}")


@check("game", proves="each term that it declares is logged, finite, and has a gradient that reaches its player")
def gives_its_terms(subject: Subject) -> None:
    """Computes each term and its gradient on a new GAN."""
    game: Game = subject.instance
    declared = [(player, name) for player in PLAYERS for name in getattr(game, f"{player}_terms")]
    if not declared:
        undeclared = overrides(game, "term")
        require(not undeclared, "it defines term(), but neither generator_terms nor discriminator_terms names a term")
        raise NotApplicableError("it has no terms")
    bench, gan = bench_of(subject), bench_of(subject).gan()
    logged = bench.fit(bench.gan(), 1)
    for player, name in declared:
        require(is_kebab_case(name), f"its term {name!r} is not in kebab-case")
        require(f"{player}/{name}" in logged, f"its term '{name}' is not logged as {player}/{name}")
        _require_term(bench, gan, player, name)


def _require_term(bench: Bench, gan: GAN, player: str, name: str) -> None:
    with tf.GradientTape() as tape:
        value = gan.assembly.game.term(name, bench.tensors(gan, player)[0].game_step)
    require(tf.is_tensor(value), f"its term '{name}' is {type(value).__name__}, not a tensor")
    shape = tuple(value.shape)
    require(shape in ((), (BATCH,)), f"its term '{name}' has the shape {shape}, neither a scalar nor [B]")
    require(np.isfinite(value).all(), f"its term '{name}' is not finite")
    gradients = [one for one in tape.gradient(value, gan.players.player(player).trainable) if one is not None]
    is_off = not gradients and not np.any(value)  # its configuration turns the term off
    require(gradients or is_off, f"no gradient of its term '{name}' reaches the {player}'s networks")
    finite = all(np.isfinite(tf.convert_to_tensor(one)).all() for one in gradients)
    require(finite, f"the gradient of its term '{name}' is not finite")


@attrs.define(eq=False)
class _Recorder:
    """Notes on which inputs networks run."""

    seen: set[tuple[Any, ...]] = attrs.field(factory=set)
    repeated: list[str] = attrs.field(factory=list)

    def recording(self, name: str, maker: Maker) -> Maker:
        """The same network, whose passes are noted."""

        def network(inputs: Any, training: bool) -> Any:
            parts = inputs if isinstance(inputs, list) else [inputs]
            key = (name, *(np.asarray(part).tobytes() for part in parts))
            self.repeated += [name] if key in self.seen else []
            self.seen.add(key)
            return maker.network(inputs, training=training)  # type: ignore[misc]  # the bench's makers have networks

        return attrs.evolve(maker, network=network)


@check("game", proves="each network runs at most once on each tensor in an update")
def runs_networks_once(subject: Subject) -> None:
    """Compares the inputs of all passes in an eager update of each player, and of both."""
    bench, gan = bench_of(subject), bench_of(subject).gan()
    for turn, phase in _PHASES.items():
        recorder = _Recorder()
        makers = gan.players.updates.makers
        bench.round(gan, phase, makers={name: recorder.recording(name, maker) for name, maker in makers.items()})
        again = recorder.repeated[0] if recorder.repeated else ""
        text = f"in an update of the {turn}, network '{again}' runs on equal inputs twice"
        require(not again, f"{text}; give it the same tensor, or compute the inputs in game_step.once")
