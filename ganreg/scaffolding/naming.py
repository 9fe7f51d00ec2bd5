"""Derives all names in a plugin's package from the name that the user gives, and checks them."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import keyword
import re
import sys
from collections.abc import Sequence

import attrs

from ganreg.contract.parameters import is_kebab_case
from ganreg.errors import SpecError
from ganreg.plugins.installed import normalized
from ganreg.plugins.registry import Registry

LONGEST = 40
"""The largest number of letters in a name; with more, lines would be too long for the package's own linter."""

_TESTS = "tests"
_NONE = "none"
"""Stands for no component in the alternatives of a comparison."""


@attrs.frozen
class Names:
    """The names in a plugin's package.

    Attributes:
        distribution: the name for pip: `acme-gan`.
        package: the name of the Python package: `acme_gan`.
        component: the name of its components in ganreg: `acme`.
    """

    distribution: str
    package: str
    component: str

    @classmethod
    def of(cls, name: str) -> Names:
        """Derives all names from that of the distribution.

        The prefix `ganreg-` and the suffix `-gan` are left out of the component's name.

        Raises:
            SpecError: the name is not valid for a distribution, a Python package or a component.
        """
        if not is_kebab_case(name):
            guess = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
            hint = f"did you mean '{guess}'?" if guess else "such as 'acme-gan'"
            raise SpecError(f"a plugin's name is lower-case words joined by hyphens, got '{name}'; {hint}")
        if len(name) > LONGEST:
            raise SpecError(f"a plugin's name must have at most {LONGEST} letters, got {len(name)}; shorten it")
        package = name.replace("-", "_")
        if not package.isidentifier() or keyword.iskeyword(package) or package == _TESTS:
            raise SpecError(f"a Python package cannot be called '{package}'; choose another name than '{name}'")
        component = name.removeprefix("ganreg-").removesuffix("-gan")
        if component == _NONE:
            raise SpecError(f"a component cannot be called '{_NONE}', which means no component; choose another name")
        return cls(name, package, component)

    @property
    def class_stem(self) -> str:
        """The prefix of its class names: `Acme`."""
        stem = "".join(word.capitalize() for word in self.component.split("-"))
        return stem if stem.isidentifier() else f"Gan{stem}"

    @property
    def value(self) -> str:
        """The component's name as the name of a metric's value: `mean_shift`."""
        return self.component.replace("-", "_")


def refuse_clashes(names: Names, kinds: Sequence[str], registry: Registry) -> None:
    """Raises if something installed already uses one of the names.

    Args:
        names: the names in the new package.
        kinds: the kinds of component that it will offer.
        registry: the installed components.

    Raises:
        SpecError: a distribution, a Python module or a component of that name exists.
    """
    _refuse_installed(names.distribution)
    if names.package in sys.stdlib_module_names or importlib.util.find_spec(names.package) is not None:
        raise SpecError(f"a Python module '{names.package}' exists already; choose another name")
    for kind in kinds:
        for entry in registry.entries(kind):
            if entry.name == names.component:
                owner = entry.plugin.distribution
                raise SpecError(f"{kind} '{entry.name}' is offered by {owner} already; choose another name")


def _refuse_installed(distribution: str) -> None:
    try:
        version = importlib.metadata.version(normalized(distribution))
    except importlib.metadata.PackageNotFoundError:
        return
    raise SpecError(f"{distribution} {version} is installed already; choose another name, or uninstall it first")
