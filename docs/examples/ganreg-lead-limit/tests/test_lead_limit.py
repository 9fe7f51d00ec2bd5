"""The regularizer `lead-limit`, against values worked out by hand."""

import pytest
import tensorflow as tf
from ganreg.testing import discriminator_step

from ganreg_lead_limit.lead_limit import LeadLimit


def logits_are_the_samples(samples, training):
    return {"logits": samples, "features": ()}


def step_with_a_lead_of(lead, price):
    state = {"price": tf.Variable(price)}
    return discriminator_step(logits_are_the_samples, real=[[lead], [lead]], fake=[[-1.0], [1.0]], state=state)


@pytest.mark.parametrize(("lead", "expected"), [(5.0, 0.5 * 3 * 4), (1.0, 0.0), (0.0, 0.0)])
def test_only_the_excess_costs(lead, expected):
    penalty = LeadLimit(weight=0.5, limit=1.0).discriminator_penalty(step_with_a_lead_of(lead, price=3.0))

    assert float(penalty) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("lead", "price", "expected"),
    [
        (5.0, 3.0, 3.4),  # 4 above the limit, at 0.1 each
        (0.0, 3.0, 2.9),
        (0.0, 0.05, 0.0),
        (50.0, 3.0, 4.0),
    ],
)
def test_the_price_follows_the_lead_between_its_bounds(lead, price, expected):
    step = step_with_a_lead_of(lead, price)

    LeadLimit(limit=1.0, rate=0.1, highest_price=4.0).after_discriminator_update(step)

    assert float(step.state["price"]) == pytest.approx(expected)


def test_it_shortens_the_lead_in_training(tiny_gan, points):
    leads = []
    for regularizers in ([], [LeadLimit(limit=0.1, rate=1.0)]):
        gan = tiny_gan(regularizers=regularizers)
        gan.fit(points, steps=200, verbose=0)
        real = gan.discriminator(points)["logits"]
        fake = gan.discriminator(gan.generate(256, seed=0))["logits"]
        leads.append(float(tf.reduce_mean(real) - tf.reduce_mean(fake)))

    assert leads[1] < leads[0]
