"""Writes a page for each installed component: from the registry, its docstring and its own checks."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import facts
import usage
from papers import in_markdown

import ganreg
from ganreg.cli.showing import as_text, example_of, parameters_of, search_as_text
from ganreg.contract.kinds import KINDS, Kind
from ganreg.plugins.registry import Entry


def write(folder: Path) -> None:
    """Writes all pages into a folder and removes what it held.

    Args:
        folder: the folder, which is created.
    """
    shutil.rmtree(folder, ignore_errors=True)
    pages = {"index.md": _index(), "pairs.md": facts.tables()}
    for name, kind in KINDS.items():
        pages[f"{name}/index.md"] = _kind_page(kind)
        for entry in ganreg.registry().entries(name):
            pages[f"{name}/{_file_name(entry)}.md"] = _component_page(entry)
    for name, text in pages.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _file_name(entry: Entry) -> str:
    return ganreg.registry().name_of(entry).replace("/", "-")


def _toctree(names: Iterator[str]) -> str:
    return "\n".join(["```{toctree}", ":hidden:", "", *names, "```"])


def _index() -> str:
    rows = [f"- [{_title(kind)}]({name}/index.md): {_description(kind)}" for name, kind in KINDS.items()]
    intro = (
        "Each component of the bundled plugins has a page here, made from the registry, its docstring and its own "
        "checks when this manual is built. On the command line, `ganreg list` and `ganreg show KIND NAME` describe all "
        "components that are installed."
    )
    tree = _toctree(f"{name}/index" for name in KINDS)
    return "\n".join(["# Components", "", intro, "", *rows, "", tree, ""])


def _title(kind: Kind) -> str:
    return kind.plural.capitalize()


def _description(kind: Kind) -> str:
    """The first line of what the kind's base class says of itself."""
    return (kind.base.__doc__ or "").partition("\n")[0]


def _kind_page(kind: Kind) -> str:
    entries = ganreg.registry().entries(kind.name)
    rows = [f"- [`{ganreg.registry().name_of(entry)}`]({_file_name(entry)}.md): {entry.summary}" for entry in entries]
    tree = _toctree(_file_name(entry) for entry in entries)
    return "\n".join([f"# {_title(kind)}", "", _description(kind), "", *rows, "", tree, ""])


def _component_page(entry: Entry) -> str:
    name = ganreg.registry().name_of(entry)
    lines = [f"# {name}", "", f"{entry.summary[:1].upper()}{entry.summary[1:]}.", ""]
    article = KINDS[entry.kind].article.capitalize()
    lines += [f"{article} {entry.kind} from `{entry.plugin.distribution}`" + _paper(entry) + ".", ""]
    lines += _recipe_parts(entry, name) if entry.kind == "recipe" else _implementation_parts(entry, name)
    return "\n".join(lines) + "\n"


def _paper(entry: Entry) -> str:
    return f", after {in_markdown(entry.paper)}" if entry.paper else ""


def _implementation_parts(entry: Entry, name: str) -> Iterator[str]:
    implementation = ganreg.registry().implementation(entry.kind, entry.qualified_name)
    parameters = parameters_of(implementation)
    yield from ("```text", usage.command(entry.kind, name, example_of(name, parameters)), "```", "")
    place = f"{implementation.__module__}.{implementation.__qualname__}()"
    yield from ("## What it does", "", "```{eval-rst}", f".. autoclass:: {place}", "   :no-index:", "```", "")
    told = [*(f"- {fact}" for fact in facts.of(entry.kind, name)), *_used_by(entry)]
    if told:
        yield from ("## When to use it", "", *told, "")
    if parameters:
        searched = any(row["search"] for row in parameters)
        head = ("name", "type", "default", *(["search"] if searched else []), "what it does")
        yield from ("## Parameters", "", f"| {' | '.join(head)} |", "|---" * len(head) + "|")
        for row in parameters:
            search = [search_as_text(row["search"])] if searched else []
            cells = (f"`{row['name']}`", f"`{row['type']}`", f"`{as_text(row['default'])}`", *search, row["help"])
            yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _used_by(entry: Entry) -> Iterator[str]:
    users = []
    for other in ganreg.registry().entries("recipe"):
        named = ganreg.registry().named_components(other.component)
        if any((kind, spec.name) == (entry.kind, entry.name) for kind, spec in named):
            users.append(f"[`{other.name}`](../recipe/{_file_name(other)}.md)")
    if users:
        yield f"- In the {'recipe' if len(users) == 1 else 'recipes'} {', '.join(users)}."


def _recipe_parts(entry: Entry, name: str) -> Iterator[str]:
    recipe = entry.component
    data = "" if recipe.dataset else " --dataset csv:path=FILE.csv"
    yield from ("```text", f"ganreg train {name}{data}", "```", "")
    yield from ("## When to use it", "")
    yield f"- {recipe.steps:,} iterations of {_schedule(recipe)}, {recipe.batch_size} real samples in one update."
    if recipe.dataset is not None:
        link = _link("dataset", recipe.dataset.name)
        yield f"- It trains on {link} unless `--dataset` names another."
    yield from (f"- {fact}" for fact in facts.of_recipe(recipe))
    yield from ("", "## What it consists of", "", "| part | component |", "|---|---|")
    for role, kind in ganreg.registry().roles(recipe.game).items():
        yield f"| {role} | {_link(kind, recipe.role(role).name)} |"
    for kind, spec in ganreg.registry().named_components(recipe):
        if kind in ("loss", "regularizer", "game"):
            yield f"| {kind} | {_link(kind, spec.name)} |"
    yield from ("", "As a TOML file, which `ganreg train FILE.toml` takes:", "", "```toml")
    yield from (recipe.to_toml().rstrip(), "```")


def _schedule(recipe: ganreg.Recipe) -> str:
    schedule = recipe.schedule
    if schedule.mode == "simultaneous":
        return "both players at once"
    updates = "update" if schedule.discriminator_steps == 1 else "updates"
    return f"{schedule.discriminator_steps} {updates} of D, then {schedule.generator_steps} of G"


def _link(kind: str, name: str) -> str:
    return f"[`{name}`](../{kind}/{name.replace('/', '-')}.md)"
