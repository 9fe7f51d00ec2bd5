"""From the one name that a user gives to all the names in a package, and what is wrong with it."""

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
"""Letters in a name, beyond which lines of the package would be too long for its own linter."""

_TESTS = "tests"
_NONE = "none"
"""What stands for no component at all where alternatives are compared."""


@attrs.frozen
class Names:
    """What everything in a plugin's package is called.

    Attributes:
        distribution: as pip names it: `acme-gan`.
        package: as Python imports it: `acme_gan`.
        component: as ganreg lists what it offers: `acme`.
    """

    distribution: str
    package: str
    component: str

    @classmethod
    def of(cls, name: str) -> Names:
        """Derives all of them from the distribution's.

        `ganreg-` before a name and `-gan` behind it say only what such a package is for.

        Raises:
            SpecError: a distribution, a Python package or a component cannot be called that.
        """
        if not is_kebab_case(name):
            guess = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
            hint = f"did you mean '{guess}'?" if guess else "such as 'acme-gan'"
            raise SpecError(f"a plugin's name is lower-case words joined by hyphens, got '{name}'; {hint}")
        if len(name) > LONGEST:
            raise SpecError(f"a plugin's name has at most {LONGEST} letters, got {len(name)}; shorten it")
        package = name.replace("-", "_")
        if not package.isidentifier() or keyword.iskeyword(package) or package == _TESTS:
            raise SpecError(f"a Python package cannot be called '{package}'; choose another name than '{name}'")
        component = name.removeprefix("ganreg-").removesuffix("-gan")
        if component == _NONE:
            raise SpecError(f"a component cannot be called '{_NONE}', which stands for none; choose another name")
        return cls(name, package, component)

    @property
    def class_stem(self) -> str:
        """What its classes' names begin with: `Acme`."""
        stem = "".join(word.capitalize() for word in self.component.split("-"))
        return stem if stem.isidentifier() else f"Gan{stem}"

    @property
    def value(self) -> str:
        """The component's name as a metric's values are written: `mean_shift`."""
        return self.component.replace("-", "_")


def refuse_clashes(names: Names, kinds: Sequence[str], registry: Registry) -> None:
    """Raises where something that is installed has one of the names.

    Args:
        names: what the package's parts will be called.
        kinds: the kinds of component that it will offer.
        registry: what is installed.

    Raises:
        SpecError: a distribution, a Python module or a component of that name is there.
    """
    _refuse_installed(names.distribution)
    if names.package in sys.stdlib_module_names or importlib.util.find_spec(names.package) is not None:
        raise SpecError(f"there is a Python module '{names.package}' already; choose another name")
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
