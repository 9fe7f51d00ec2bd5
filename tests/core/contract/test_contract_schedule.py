"""Whose turn it is."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ganreg
from ganreg import Schedule, Spec, SpecError
from ganreg.contract.schedule import Phase
from ganreg.contract.structuring import unstructure

SHARES = st.integers(1, 5)
PLAYERS = st.sampled_from(["discriminator", "generator"])


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("simultaneous", Schedule(mode="simultaneous")),
        ("alternating", Schedule()),
        ("alternating:discriminator_steps=5", Schedule(discriminator_steps=5)),
        ("alternating:generator_steps=2,unit=epochs", Schedule(generator_steps=2, unit="epochs")),
        ({"mode": "alternating", "first": "generator"}, Schedule(first="generator")),
        (Spec("simultaneous"), Schedule(mode="simultaneous")),
        (Schedule(generator_steps=3), Schedule(generator_steps=3)),
    ],
)
def test_of(value, expected):
    assert Schedule.of(value) == expected


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("in-turns", "schedule: parameter 'mode': expected one of simultaneous, alternating, got 'in-turns'"),
        ("alternating:d_steps=5", "schedule has no parameter 'd_steps'"),
        ("alternating:discriminator_steps=0", "schedule: 'discriminator_steps' must be >= 1"),
        ("alternating:discriminator_steps=1.5", "schedule: parameter 'discriminator_steps': expected a whole number"),
        ("alternating:unit=weeks", "schedule: parameter 'unit': expected one of steps, epochs"),
        ("alternating:first=both", "schedule: parameter 'first': expected one of discriminator, generator"),
        ("simultaneous:discriminator_steps=2", "a simultaneous schedule has no shares"),
        ("simultaneous:unit=epochs", "a simultaneous schedule has no shares"),
        (5, "expected a component's name"),
        ("", "must start with a component's name"),
    ],
)
def test_of_refuses_what_is_no_schedule(value, message):
    with pytest.raises(SpecError, match=message):
        Schedule.of(value)


def test_simultaneous_moves_both_from_one_batch():
    phase = Schedule(mode="simultaneous").phase(7)

    assert phase == Phase(1, 1, simultaneous=True)
    assert phase.batches == 1


@given(SHARES, SHARES, st.integers(0, 100))
def test_alternating_in_steps_is_the_same_in_each_epoch(discriminator, generator, epoch):
    phase = Schedule(discriminator_steps=discriminator, generator_steps=generator).phase(epoch)

    assert phase == Phase(discriminator, generator)
    assert phase.batches == discriminator


@pytest.mark.parametrize(("first", "expected"), [("discriminator", "DDGDDG"), ("generator", "GDDGDD")])
def test_alternating_in_epochs_holds_one_player_still(first, expected):
    schedule = Schedule(discriminator_steps=2, unit="epochs", first=first)

    phases = [schedule.phase(epoch) for epoch in range(6)]

    assert phases == [Phase(1, 0) if player == "D" else Phase(0, 1) for player in expected]
    assert {phase.batches for phase in phases} == {1}


@given(SHARES, SHARES, PLAYERS, st.integers(0, 10))
def test_a_round_of_epochs_gives_each_player_its_share(discriminator, generator, first, rounds):
    schedule = Schedule(discriminator_steps=discriminator, generator_steps=generator, unit="epochs", first=first)
    begin = rounds * (discriminator + generator)

    phases = [schedule.phase(begin + epoch) for epoch in range(discriminator + generator)]

    assert sum(phase.discriminator_updates for phase in phases) == discriminator
    assert sum(phase.generator_updates for phase in phases) == generator
    assert phases[0] == (Phase(1, 0) if first == "discriminator" else Phase(0, 1))


@given(st.builds(Schedule, discriminator_steps=SHARES, generator_steps=SHARES, first=PLAYERS))
def test_a_schedule_reads_back_from_its_table(schedule):
    assert Schedule.of(unstructure(schedule)) == schedule
    assert Schedule.of(attrs.asdict(schedule)) == schedule


@pytest.mark.parametrize(
    ("schedule", "player", "updates"),
    [
        ("simultaneous", "generator", 10),
        ("alternating:discriminator_steps=5", "discriminator", 50),
        ("alternating:discriminator_steps=5", "generator", 10),
        ("alternating:discriminator_steps=3,unit=epochs", "discriminator", 8),
        ("alternating:discriminator_steps=3,unit=epochs", "generator", 3),
    ],
)
def test_how_many_updates_a_player_makes(schedule, player, updates):
    assert ganreg.Schedule.of(schedule).updates(player, 10) == updates
