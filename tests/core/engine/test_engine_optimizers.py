"""Keras's optimizers by name, and as objects."""

import keras
import numpy as np
import pytest

import ganreg
from ganreg.engine.optimizers import make_optimizer, optimizer_classes


def make(text):
    return make_optimizer(ganreg.Spec.parse(text), player="generator")


@pytest.mark.parametrize("name", sorted(optimizer_classes()))
def test_every_optimizer_of_keras_has_its_name(name):
    if name in {"lossscaleoptimizer", "multioptimizer"}:
        pytest.skip("wraps other optimizers")
    assert type(make(name)).__name__.lower() == name


def test_options_are_passed_on():
    optimizer = make("adam:learning_rate=2e-4,beta_1=0.5,amsgrad=true,clipnorm=1")
    assert float(optimizer.learning_rate) == pytest.approx(2e-4)
    assert (optimizer.beta_1, optimizer.amsgrad, optimizer.clipnorm) == (0.5, True, 1)


def test_a_rate_may_be_a_whole_number():
    assert float(make("sgd:learning_rate=4").learning_rate) == 4.0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("adm", "generator_optimizer 'adm': Keras has no optimizer of this name; did you mean 'adam'"),
        (
            "adam:learning_rat=1",
            "'adam' has no option 'learning_rat'; did you mean 'learning_rate'",
        ),
        ("adam:learning_rate=0", "learning_rate must be a positive number, got 0"),
        ("adam:learning_rate=-1", "learning_rate must be a positive number"),
        ("adam:learning_rate=fast", "learning_rate must be a positive number"),
        ("adam:learning_rate=inf", "learning_rate must be a positive number"),
        ("adam:learning_rate=nan", "learning_rate must be a positive number"),
        ("sgd:momentum=2", "generator_optimizer 'sgd': .*momentum"),
    ],
)
def test_what_cannot_be_is_refused(text, message):
    with pytest.raises(ganreg.SpecError, match=message):
        make(text)


def test_an_object_is_used_as_it_is(small):
    optimizer = keras.optimizers.SGD(0.1, momentum=0.5)
    assert small(generator_optimizer=optimizer).generator_optimizer is optimizer


def test_each_player_has_an_optimizer_of_its_own_variables(small):
    gan = small()
    for player in ("generator", "discriminator"):
        moments = getattr(gan, f"{player}_optimizer").variables[2:]
        weights = getattr(gan, player).trainable_variables
        assert sorted(map(str, (m.shape for m in moments))) == sorted(
            map(str, (w.shape for w in weights for _ in "mv"))
        )


def test_one_object_cannot_serve_both_players(small):
    optimizer = keras.optimizers.SGD(0.1)
    with pytest.raises(ganreg.AssemblyError, match="an optimizer of its own"):
        small(generator_optimizer=optimizer, discriminator_optimizer=optimizer)


def test_what_is_no_optimizer_is_refused(small):
    with pytest.raises(ganreg.SpecError, match=r"generator_optimizer must be .* got 3"):
        small(generator_optimizer=3)


def rate(optimizer):
    return float(optimizer.learning_rate)


@pytest.mark.parametrize(("decay", "half"), [("linear", 0.5), ("cosine", 0.5), ("none", 1.0)])
def test_each_players_rate_falls_to_zero_over_its_own_updates(small, points, decay, half):
    """D makes two updates an iteration: both rates must be halfway at half the iterations, and 0 at the end."""
    gan = small(
        learning_rate_decay=decay,
        steps=8,
        schedule="alternating:discriminator_steps=2",
        generator_optimizer="adam:learning_rate=0.01",
        discriminator_optimizer="sgd:learning_rate=0.02",
    )
    gan.fit(points, steps=4, batch_size=16, verbose=0, execution="graph", updates_per_call=4)
    np.testing.assert_allclose(
        [rate(gan.generator_optimizer), rate(gan.discriminator_optimizer)], [0.01 * half, 0.02 * half], rtol=1e-5
    )
    gan.fit(points, steps=4, batch_size=16, verbose=0, execution="graph", updates_per_call=4)
    end = 1.0 if decay == "none" else 0.0
    np.testing.assert_allclose(
        [rate(gan.generator_optimizer), rate(gan.discriminator_optimizer)], [0.01 * end, 0.02 * end], atol=1e-9
    )
