"""Test benches: on which data a component is tested, and what surrounds it."""

import attrs
import numpy as np
import pytest
from faulty_gan.losses import CrossEntropy
from faulty_gan.networks import Small
from faulty_gan.regularizers import Drift

from ganreg import DataSpec, Problem
from ganreg.testing.bench import Bench, Setting, bench_of, benches, differing, values_of
from ganreg.testing.failures import NotApplicableError
from ganreg.testing.reference import ReferenceDiscriminator, ReferenceEnergy, ReferenceGenerator, ReferenceLoss
from ganreg.testing.subject import subject_of


@attrs.frozen(kw_only=True)
class OnlyGrey(Drift):
    """Accepts data with few values only."""

    limit: int = 64

    def check(self, assembly):
        if not assembly.data.is_image or assembly.data.size > self.limit:
            yield Problem("error", "the data does not suit", "use small images")


@pytest.mark.parametrize("labelled", [False, True])
@pytest.mark.parametrize(("shape", "value_range"), [((2,), None), ((8, 8, 1), (-1.0, 1.0))])
def test_a_setting_describes_its_samples(shape, value_range, labelled):
    setting = Setting(shape, labelled)
    samples, labels = setting.samples(12)
    assert setting.data == DataSpec(shape, 3 if labelled else None, value_range)
    assert samples.shape == (12, *shape)
    assert (labels is not None) == labelled
    np.testing.assert_array_equal(samples, setting.samples(12)[0])
    assert str(setting) == f"{'x'.join(map(str, shape))} data with{'' if labelled else 'out'} labels"


def test_every_kind_of_data_has_a_bench():
    settings = {(bench.setting.shape, bench.setting.labelled) for bench in benches(subject_of(CrossEntropy))}
    shapes = ((2,), (28, 28, 1), (32, 32, 3))
    assert settings == {(shape, labelled) for shape in shapes for labelled in (False, True)}


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
