"""Test benches: on which data a component is tested, and what surrounds it."""

import attrs
import pytest
from faulty_gan.games import BothWays, Curt, Idle
from faulty_gan.losses import CrossEntropy
from faulty_gan.networks import Small
from faulty_gan.regularizers import Drift
from faulty_gan.translators import Plain

from ganreg import AssemblyError, Problem
from ganreg.testing.bench import Bench, bench_of, benches, differing, values_of
from ganreg.testing.failures import NotApplicableError
from ganreg.testing.reference import (
    ReferenceDiscriminator,
    ReferenceEnergy,
    ReferenceGenerator,
    ReferenceLoss,
    ReferenceTranslation,
    ReferenceTranslator,
)
from ganreg.testing.settings import BATCH, Setting, settings_of
from ganreg.testing.subject import subject_of


@attrs.frozen(kw_only=True)
class OnlyGrey(Drift):
    """Accepts data with few values only."""

    limit: int = 64

    def check(self, assembly):
        if not assembly.data.is_image or assembly.data.size > self.limit:
            yield Problem("error", "the data does not suit", "use small images")


def test_every_kind_of_data_has_a_bench():
    subject = subject_of(CrossEntropy)
    assert tuple(bench.setting for bench in benches(subject)) == settings_of(subject)


def test_reference_components_surround_the_subject():
    assembly = Bench(subject_of(Small), Setting((2,), labelled=True)).assembly()
    assert type(assembly.generator) is Small
    assert assembly.generator.conditional
    others = {type(part.implementation) for part in assembly.all_parts} - {Small}
    assert others == {ReferenceDiscriminator, ReferenceLoss}


def test_a_loss_of_energies_gets_a_discriminator_of_energies():
    @attrs.frozen(kw_only=True)
    class OfEnergy(CrossEntropy):
        """Needs an energy."""

        needs_energy = True

    assembly = Bench(subject_of(OfEnergy), Setting((2,))).assembly()
    assert type(assembly.discriminator) is ReferenceEnergy


def test_a_translator_plays_with_pairs():
    bench = bench_of(subject_of(Plain))
    assembly = bench.assembly()
    assert (type(assembly.generator), type(assembly.game)) == (Plain, ReferenceTranslation)
    assert assembly.data.paired
    assert set(bench.batch()) == {"real", "source"}
    labelled = Bench(bench.subject, attrs.evolve(bench.setting, labelled=True))
    assert labelled.assembly().generator.conditional
    assert set(labelled.batch()) == {"real", "source", "labels"}


def test_a_regularizer_of_translations_gets_pairs_to_learn_from():
    @attrs.frozen(kw_only=True)
    class OfTranslations(Drift):
        """Refuses the usual game."""

        def check(self, assembly):
            if not assembly.translates or assembly.source is None:
                yield Problem("error", "there are no pairs", "use a translation")

    bench = bench_of(subject_of(OfTranslations))
    assembly = bench.assembly()
    assert type(assembly.game) is ReferenceTranslation
    assert assembly.source.train.shape[1:] == assembly.data.shape
    assert assembly.data.paired


def test_reference_networks_play_a_game():
    assembly = Bench(subject_of(Idle), Setting((2,), labelled=True)).assembly()
    classes = {role: type(part.implementation) for role, part in assembly.parts.items()}
    assert classes == {
        "generator": ReferenceGenerator,
        "discriminator": ReferenceDiscriminator,
        "encoder": ReferenceTranslator,
        "loss": ReferenceLoss,
    }
    assert [assembly.parts[role].implementation.conditional for role in assembly.game.roles] == [True, True, False]


def test_unpaired_sources_have_no_labels_and_a_number_of_their_own():
    bench = Bench(subject_of(BothWays), Setting((2,), labelled=True, source=(3,)))
    assert bench.refusals() == []
    assert not bench.assembly().generator.conditional
    assert [len(values) for values in bench.batch().values()] == [BATCH] * 3
    gan = bench.gan()
    assert set(bench.fit(gan, 1)) >= {"generator_loss", "discriminator_loss"}


def test_what_a_game_raises_when_it_is_assembled_is_a_refusal():
    bench = Bench(subject_of(Curt), Setting((8, 8, 1)))
    (problem,) = bench.refusals()
    assert (problem.message, problem.hint) == ("images are not supported", "")
    with pytest.raises(AssemblyError, match="images are not supported"):
        bench.gan()


def test_the_first_data_that_suits_is_used_once():
    subject = subject_of(OnlyGrey)
    bench = bench_of(subject)
    assert (bench.setting.shape, bench.setting.labelled) == ((8, 8, 1), False)
    assert bench_of(subject) is bench
    assert [str(one.message) for one in Bench(subject, Setting((2,))).refusals()] == ["the data does not suit"]


def test_a_component_that_suits_no_data_has_no_bench():
    with pytest.raises(NotApplicableError, match="refuses all kinds of data"):
        bench_of(subject_of(OnlyGrey(limit=1)))


def test_training_changes_both_players_and_the_seed_repeats_it():
    bench = bench_of(subject_of(Drift))
    before = values_of(bench.gan())
    _, after = bench.trained
    assert {"generator", "discriminator"} <= set(differing(before, after))
    assert differing(before, values_of(bench.gan())) == []
    assert "generator" in differing(before, values_of(bench.gan(seed=2)))


def test_partners_can_be_replaced():
    generator = ReferenceGenerator(latent_dim=3)
    assembly = bench_of(subject_of(Drift)).assembly(generator=generator, precision="mixed_bfloat16")
    assert assembly.generator == generator
    assert assembly.recipe.precision == "mixed_bfloat16"
