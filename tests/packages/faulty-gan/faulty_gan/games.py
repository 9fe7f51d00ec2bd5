"""Games with one fault each."""

from __future__ import annotations

from typing import Any, ClassVar

import attrs
import tensorflow as tf

from faulty_gan.fault import Fault
from ganreg import AssemblyError, Game, NetworkSpec


@attrs.frozen(kw_only=True)
class Means(Game):
    """The usual game with a distance between the means of a batch, and correct; subclasses add faults."""

    generator_terms = ("means",)

    def difference(self, game_step):
        return tf.reduce_mean(game_step.real, axis=0) - tf.reduce_mean(self.fake("discriminator", game_step), axis=0)

    def term(self, name, game_step):
        return tf.reduce_sum(tf.square(self.difference(game_step)))


@attrs.frozen(kw_only=True)
class Shouting(Means):
    """Calls a network by a name that is not in kebab-case."""

    def networks(self, assembly):
        networks = super().networks(assembly)
        return networks | {"Second_Discriminator": networks["discriminator"]}


@attrs.frozen(kw_only=True)
class Enlarging(Means):
    """Makes samples of another shape than those of the data, and shows D a part of them."""

    def networks(self, assembly):
        networks, data = super().networks(assembly), assembly.data.without_source
        larger = attrs.evolve(data, shape=(data.shape[0] + 1, *data.shape[1:]))
        return networks | {"generator": NetworkSpec("generator", larger)}

    def fake(self, judge, game_step):
        return super().fake(judge, game_step)[:, 1:]


@attrs.frozen(kw_only=True)
class Demanding(Means):
    """Needs sources without declaring it."""

    def networks(self, assembly):
        assert assembly.data.source.shape
        return super().networks(assembly)


@attrs.frozen(kw_only=True)
class Curt(Means):
    """Refuses images without advice."""

    def networks(self, assembly):
        if assembly.data.is_image:
            raise AssemblyError("images are not supported")
        return super().networks(assembly)


@attrs.frozen(kw_only=True)
class Misspelt(Means):
    """Has labels that are never used."""

    def fake_label(self, judge, game_step):
        return game_step.labels


@attrs.frozen(kw_only=True)
class BothWays(Game):
    """Two translators, and a discriminator of sources that is attributed to the wrong one."""

    roles: ClassVar[dict[str, str]] = {"generator": "translator", "discriminator": "discriminator"}
    needs = ("source",)

    def networks(self, assembly):
        target, source = assembly.data.without_source, assembly.data.source
        return {
            "generator": NetworkSpec("generator", target, source=source),
            "inverse": NetworkSpec("generator", source, source=target),
            "discriminator": NetworkSpec("discriminator", target),
            "source-discriminator": NetworkSpec("discriminator", source),
        }

    def real(self, judge, game_step):
        return game_step.real if judge == "discriminator" else game_step.source

    def fake(self, judge, game_step):
        if judge == "discriminator":
            return game_step.run("generator", game_step.source)
        return game_step.run("inverse", game_step.real)


@attrs.frozen(kw_only=True)
class Mixed(Means):
    """Shows real samples that depend on the generator, without declaring it."""

    def real(self, judge, game_step):
        return game_step.real + 0.0 * game_step.run("generator", game_step.latents)


@attrs.frozen(kw_only=True)
class Unlabelled(Means):
    """Gives generated samples no labels."""

    def fake_labels(self, judge, game_step):
        return None


@attrs.frozen(kw_only=True)
class Unreached(Means):
    """Has a term that depends on no network."""

    def term(self, name, game_step):
        return tf.reduce_mean(tf.square(game_step.real))


@attrs.frozen(kw_only=True)
class Repeating(Means):
    """Runs the generator on a copy of the latents."""

    def fake(self, judge, game_step):
        return game_step.run("generator", tf.identity(game_step.latents))


@attrs.frozen(kw_only=True)
class Idle(Means):
    """Has an encoder that takes no part."""

    roles = Game.roles | {"encoder": "translator"}

    def networks(self, assembly):
        data = assembly.data.without_source
        return super().networks(assembly) | {"encoder": NetworkSpec("encoder", data, source=data)}


@attrs.frozen(kw_only=True)
class Unseeded(Means):
    """Adds noise that does not come from the game step."""

    def fake(self, judge, game_step):
        made = super().fake(judge, game_step)
        return game_step.once("noisy", lambda: tf.clip_by_value(made + 0.1 * tf.random.normal(made.shape), -1.0, 1.0))


@attrs.frozen(kw_only=True)
class Forgetful(Means):
    """Counts its terms in a variable that checkpoints do not include."""

    outside: ClassVar[dict[str, Any]] = {}

    def networks(self, assembly):
        self.outside["count"] = tf.Variable(1.0)
        return super().networks(assembly)

    def term(self, name, game_step):
        count = self.outside["count"]
        count.assign_add(1.0)
        return count * super().term(name, game_step)


@attrs.frozen(kw_only=True)
class TwoFaced(Means):
    """Has a stronger term in eager execution."""

    def term(self, name, game_step):
        return super().term(name, game_step) * (50.0 if tf.executing_eagerly() else 1.0)


@attrs.frozen(kw_only=True)
class Nested(Means):
    """Has a stronger term where a compiled call holds several updates, in a loop of its own graph."""

    def term(self, name, game_step):
        outer = getattr(tf.compat.v1.get_default_graph(), "outer_graph", None)
        return super().term(name, game_step) * (50.0 if hasattr(outer, "outer_graph") else 1.0)


@attrs.frozen(kw_only=True)
class CallsPython(Means):
    """Calls numpy in every update."""

    def term(self, name, game_step):
        value = super().term(name, game_step)
        return value + 0.0 * tf.ensure_shape(tf.numpy_function(lambda one: one, [value], tf.float32), ())


GAMES = (
    Fault("overrides-its-kind", Misspelt, "did you mean 'fake_labels'?"),
    Fault("fits-or-refuses", Curt, "without a hint"),
    Fault("describes-its-networks", Shouting, "calls a network 'Second_Discriminator'", also=("fits-or-refuses",)),
    Fault("describes-its-networks", Enlarging, "network 'generator', which makes its samples, makes (3,)"),
    Fault("needs-what-it-uses", Demanding, "does `needs` name all that it uses?", also=("fits-or-refuses",)),
    Fault("shows-what-it-describes", BothWays, "does not come from 'generator', which it judges"),
    Fault("shows-what-it-describes", Mixed, "it must declare makes_real"),
    Fault("shows-what-it-describes", Unlabelled, "are missing on data with labels", also=("needs-what-it-uses",)),
    Fault("gives-its-terms", Unreached, "no gradient of its term 'means' reaches the generator's networks"),
    Fault("runs-networks-once", Repeating, "network 'generator' runs on equal inputs twice"),
    Fault("moves-one-player-at-a-time", Idle, "does not change its encoder"),
    Fault(
        "repeats-with-its-seed",
        Unseeded,
        "trained twice with one seed",
        also=("resumes-from-a-checkpoint", "executions-agree", "calls-hold-any-number-of-updates"),
    ),
    Fault("resumes-from-a-checkpoint", Forgetful, "a game has no variables of its own"),
    Fault("executions-agree", TwoFaced, "graph updates lead to another", slow=True),
    Fault("calls-hold-any-number-of-updates", Nested, "with 3 updates in one call", slow=True),
    Fault("compiles-by-xla", CallsPython, "XLA cannot compile", slow=True),
)
