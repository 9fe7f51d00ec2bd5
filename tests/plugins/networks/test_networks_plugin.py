"""How the plugin offers its networks, and what they have in common."""

import ast
import importlib
import inspect
import pkgutil
import subprocess
import sys
from importlib import resources

import attrs
import ganreg_networks
import pytest

import ganreg
from ganreg import DataSpec

OFFERED = {
    "generator": list(ganreg_networks.ganreg_generators()),
    "discriminator": list(ganreg_networks.ganreg_discriminators()),
}
BASES = {"generator": ganreg.Generator, "discriminator": ganreg.Discriminator}
NAMES = [(kind, component.name) for kind, components in OFFERED.items() for component in components]
SOURCES = {
    module.name: inspect.getsource(importlib.import_module(f"ganreg_networks.{module.name}"))
    for module in pkgutil.iter_modules(ganreg_networks.__path__)
}


def defined(base):
    """The package's classes of a kind, as `"module:Class"`."""
    modules = [importlib.import_module(f"ganreg_networks.{name}") for name in SOURCES]
    return {
        f"{cls.__module__}:{name}"
        for module in modules
        for name, cls in vars(module).items()
        if isinstance(cls, type) and issubclass(cls, base) and cls.__module__ == module.__name__
    }


@pytest.mark.parametrize("kind", OFFERED)
def test_every_network_of_the_package_is_offered_once(kind):
    implementations = [component.implementation for component in OFFERED[kind]]

    assert sorted(implementations) == sorted(defined(BASES[kind]))
    assert len({component.name for component in OFFERED[kind]}) == len(implementations)


@pytest.mark.parametrize(("kind", "name"), NAMES)
def test_the_registry_creates_each_and_its_fields_explain_themselves(kind, name):
    network = ganreg.create(kind, name)

    assert isinstance(network, BASES[kind])
    assert all(field.metadata["help"] for field in attrs.fields(type(network)))


@pytest.mark.parametrize("kind", OFFERED)
def test_summaries_fit_one_line_of_a_listing(kind):
    assert all(0 < len(component.summary) <= 52 for component in OFFERED[kind])


@pytest.mark.parametrize("kind", OFFERED)
def test_the_default_takes_samples_of_any_shape(kind):
    (default,) = [component.name for component in OFFERED[kind] if component.default]

    for shape in [(1,), (5, 7), (9, 10, 3), (4, 4, 4, 1)]:
        assert ganreg.create(kind, default).build(DataSpec(shape))


def test_discriminators_with_an_energy_remedy_its_absence():
    for component in OFFERED["discriminator"]:
        gives_energy = ganreg.create("discriminator", component.name).gives_energy
        assert ("missing-energy" in component.remedies) == gives_energy


@pytest.mark.parametrize("component", OFFERED["discriminator"], ids=lambda component: component.name)
def test_what_normalizes_the_batch_can_do_without(component):
    """Asks each value of `norm`, where there is such a field."""
    fields = {field.name for field in attrs.fields(type(ganreg.create("discriminator", component.name)))}
    for norm in ("none", "batch", "layer") if "norm" in fields else ():
        try:
            network = ganreg.create("discriminator", component.name, norm=norm)
        except ganreg.SpecError:  # this network has no such norm
            assert (component.name, norm) in {("resnet", "batch"), ("self-attention", "batch")}
            continue
        if network.normalizes_batch:
            other = network.without_batch_statistics()
            assert not other.normalizes_batch
            assert attrs.evolve(other, norm=norm) == network


def test_modules_of_components_load_neither_keras_nor_tensorflow():
    modules = sorted({component.implementation.split(":")[0] for listed in OFFERED.values() for component in listed})
    code = f"import sys, {', '.join(modules)}; print({{'tensorflow', 'keras', 'numpy'}} & set(sys.modules))"

    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert loaded.strip() in {"set()", "{'numpy'}"}


@pytest.mark.parametrize("module", SOURCES)
def test_functions_import_nothing(module):
    functions = [node for node in ast.walk(ast.parse(SOURCES[module])) if isinstance(node, ast.FunctionDef)]

    assert not [node for each in functions for node in ast.walk(each) if isinstance(node, (ast.Import, ast.ImportFrom))]


def test_types_are_published():
    assert resources.files(ganreg_networks).joinpath("py.typed").is_file()
