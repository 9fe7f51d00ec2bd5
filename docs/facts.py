"""What the manual says about when to use a component: sentences and tables from its own flags and checks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import pairing

import ganreg
from ganreg.contract.implementation import overrides
from ganreg.contract.kinds import KINDS, option_for

NEEDS = {"source": "sources", "pairs": "a source for each sample", "labels": "labels"}
"""What a game can need of the data, in words."""


def of(kind: str, name: str) -> list[str]:
    """Sentences about one component, for its page; none for a kind that nothing is said about."""
    return list(_BY_KIND[kind](name)) if kind in _BY_KIND else []


def of_recipe(recipe: ganreg.Recipe) -> Iterator[str]:
    """Sentences about what a recipe needs."""
    for conditional, condition in ((True, ""), (None, ", if the data have them")):
        players = [
            role
            for role, kind in ganreg.registry().roles(recipe.game).items()
            if ganreg.create(kind, recipe.role(role)).conditional is conditional
        ]
        if players:
            yield f"Its {' and '.join(players)} {'takes' if len(players) == 1 else 'take'} labels{condition}."
    if recipe.dataset is None:
        yield "It names no dataset: give one with `--dataset`."


def _network(kind: str, name: str) -> Iterator[str]:
    said = pairing.shapes_taken(kind, name)
    refused = [shape for shape, problem in said.items() if problem is not None]
    if not refused:
        yield "For samples of any shape."
    else:
        taken = [shape for shape, problem in said.items() if problem is None]
        yield f"Takes {_as_shapes(taken)}; refuses {_as_shapes(refused)}."
        remedy = next(problem.hint for problem in said.values() if problem is not None)
        yield f"Where it refuses: {remedy}."
    yield f"With labels: `{name}:conditional=true`."


def _as_shapes(called: Sequence[str]) -> str:
    """Describes points and images in words."""
    sides = [shape for shape in called if shape != "points"]
    words = ["points and table rows"] if "points" in called else []
    return " and ".join([*words, f"images of {_listed(sides)}"] if sides else words)


def _generator(name: str) -> Iterator[str]:
    yield from _network("generator", name)


def _discriminator(name: str) -> Iterator[str]:
    yield from _network("discriminator", name)
    network = pairing.made("discriminator", name)
    if network.gives_energy:
        losses = pairing.having("loss", "needs_energy")
        verb = "needs" if len(losses) == 1 else "need"
        yield f"Its logits are a negative energy, which {_links('loss', losses)} {verb}."
    if network.normalizes_batch:
        yield "By default it normalises over the batch, which some gradient penalties do not allow."


def _translator(name: str) -> Iterator[str]:
    said = pairing.translations_taken(name)
    refused = [what for what, problem in said.items() if problem is not None]
    if not refused:
        yield "For samples of any shape, from samples of any shape."
    else:
        yield f"Makes {_listed([what for what in said if what not in refused], last='and')}."
        yield f"It refuses to make {_listed(refused, last='or')}: {said[refused[0]].hint}."
    yield f"With labels: `{name}:conditional=true`."


def _game(name: str) -> Iterator[str]:
    game = pairing.made("game", name)
    needs = [NEEDS[need] for need in game.needs]
    yield f"The data must have {_listed(needs, last='and')}." if needs else "It can be played on any data."
    for role, kind in _unusual_roles(name):
        yield f"Its {role} is {KINDS[kind].article} {kind}: `{option_for(role, 'SPEC')}`."
    terms = [f"`generator/{term}`" for term in game.generator_terms]
    if terms:
        yield f"It adds to G's objective, logged as {_listed(terms, last='and')}."
    for kind in ("loss", "regularizer"):
        others = pairing.refused_in(name, kind)
        if others:
            yield f"Not allowed together with {_links(kind, others)}."


def _unusual_roles(game: str) -> list[tuple[str, str]]:
    """The roles of a game that the usual game does not have, or fills with another kind."""
    roles = pairing.made("game", game).roles
    return [(role, kind) for role, kind in roles.items() if role != kind]


def _loss(name: str) -> Iterator[str]:
    loss = pairing.made("loss", name)
    if loss.needs_energy:
        energies = _links("discriminator", pairing.having("discriminator", "gives_energy"))
        yield f"Needs a discriminator whose logits are a negative energy ({energies}); any other leads to a warning."
    if not loss.bounds_slope:
        bounding = _links("regularizer", pairing.having("regularizer", "bounds_slope"), last="or")
        yield f"Needs a discriminator of bounded slope: add one of {bounding}. Without one there is a warning."
    if loss.needs_real:
        yield "The generator's loss also uses real samples, so its update passes them through D as well."
    if loss.bounds_slope and not loss.needs_energy:
        yield "Works with any discriminator, with or without regularizers."


def _regularizer(name: str) -> Iterator[str]:
    regularizer = pairing.made("regularizer", name)
    done = pairing.touches(name)
    yield f"It {_listed(done)}." if done else "It acts through its state."
    yield from _suited_data(name)
    if regularizer.bounds_slope:
        unbounded = _links("loss", pairing.having("loss", "bounds_slope", value=False))
        yield f"It bounds the discriminator's slope, as needed with {unbounded}."
    if regularizer.needs_independent_samples:
        yield "Not allowed if the discriminator normalises over the batch: use `norm=layer` or `norm=none` there."
    if regularizer.judges_labels:
        yield "It makes the generator use its labels, so the discriminator need not take them."
    for severity, verb in (("error", "Not allowed together with"), ("warning", "Leads to a warning together with")):
        others = [other for other, problem in pairing.refused_pairs()[name].items() if problem.severity == severity]
        if others:
            yield f"{verb} {_links('regularizer', others)}."
    if pairing.penalises(name):
        yield f"To apply it lazily, every 16th update and 16 times as strongly: `{name}:every=16`."
    if any(overrides(regularizer, f"initial_{part}state") for part in ("", "network_", "assembly_")):
        yield "It has state, which checkpoints contain; scalars in it are logged."


def _suited_data(name: str) -> Iterator[str]:
    suits = pairing.suits(name)
    if suits.only_pairs:
        yield f"For games that make samples from pairs: {_links('game', pairing.needing('pairs'))}."
    if not suits.points:
        yield "For images only."
    if not suits.unlabelled:
        yield "For data with labels, and a generator that takes them (`conditional=true`)."


def _dataset(name: str) -> Iterator[str]:
    described = pairing.described_dataset(name)
    if described is None:
        yield "It reads your own files: give it `path`. See [train on your own data](../../data.md)."
        return
    dataset, spec = described
    values = "unbounded" if spec.value_range is None else f"in {spec.value_range[0]:g}..{spec.value_range[1]:g}"
    classes = "no labels" if spec.num_classes is None else f"{spec.num_classes} classes"
    yield f"One sample has the shape `{spec.shape}`, values {values}, {classes}."
    if spec.source is not None:
        paired = "one for each sample" if spec.paired else "which do not belong to particular samples"
        yield f"Its sources have the shape `{spec.source.shape}`, {paired}."
    if dataset.modes() is not None:
        yield f"Its {len(dataset.modes())} modes are known, so `mode-coverage` can count which of them are found."


def _metric(name: str) -> Iterator[str]:
    metric = pairing.made("metric", name)
    yield {
        "features": "It is computed on features, by the extractor that `--features` names.",
        "samples": "It is computed on the samples' own values.",
        "probabilities": "It is computed on class probabilities, so the extractor must be a classifier.",
        "columns": "It is computed on the columns of tables, and is used for them by default.",
    }[metric.looks_at]
    if metric.needs_labels:
        yield "It needs data with labels, and a generator that takes them."
    if metric.needs_held_out:
        yield "It needs real samples that were not trained on."
    if metric.needs_pairs:
        yield f"It needs a game that makes samples from pairs: {_links('game', pairing.needing('pairs'))}."
    for value, less in metric.lower_is_better.items():
        yield f"`{value}`: {'less' if less else 'more'} is better."
    chosen = pairing.default_for(name)
    if chosen:
        yield f"It is used by default for data such as {_links('dataset', chosen)}."
    else:
        yield f"It is only used if it is named: `-m {name}`."


def _extractor(name: str) -> Iterator[str]:
    extractor = pairing.made("extractor", name)
    if extractor.gives_probabilities:
        metrics = [each for each in pairing.names("metric") if pairing.made("metric", each).looks_at == "probabilities"]
        yield f"It also gives class probabilities, for {_links('metric', metrics)}."
    for suffix, field in extractor.reads.items():
        yield f"`--features FILE{suffix}` is short for `--features {name}:{field}=FILE{suffix}`."
    chosen = pairing.extracted_by(name)
    if chosen:
        yield f"It is used by default for data such as {_links('dataset', chosen)}."
    else:
        yield "It is only used if it is named."


_BY_KIND = {
    "generator": _generator,
    "translator": _translator,
    "discriminator": _discriminator,
    "loss": _loss,
    "regularizer": _regularizer,
    "game": _game,
    "dataset": _dataset,
    "metric": _metric,
    "extractor": _extractor,
}


def tables() -> str:
    """The tables of what goes with what, for the page about choosing."""
    return "\n".join(["---", "orphan: true", "---", "", "# What goes with what", "", *_all_tables()]) + "\n"


def _all_tables() -> Iterator[str]:
    yield from ("## Networks and data", "", "| network | takes | refuses |", "|---|---|---|")
    for kind in ("generator", "discriminator"):
        for name in pairing.names(kind):
            said = pairing.shapes_taken(kind, name)
            taken = [shape for shape, problem in said.items() if problem is None]
            refused = [shape for shape, problem in said.items() if problem is not None]
            takes = "samples of any shape" if not refused else _as_shapes(taken)
            yield f"| {kind} {_link(kind, name)} | {takes} | {_as_shapes(refused)} |"
    yield from ("", "## Translators", "", "| translator | makes | refuses to make |", "|---|---|---|")
    for name in pairing.names("translator"):
        said = pairing.translations_taken(name)
        refused = [what for what, problem in said.items() if problem is not None]
        makes = "anything from anything" if not refused else _listed([what for what in said if what not in refused])
        yield f"| {_link('translator', name)} | {makes} | {_listed(refused)} |"
    yield from ("", "## Games", "", "| game | data | roles | not with |", "|---|---|---|---|")
    for name in pairing.names("game"):
        yield f"| {_link('game', name)} | {_game_row(name)} |"
    yield from ("", "## Losses", "", "| loss | needs |", "|---|---|")
    for name in pairing.names("loss"):
        yield f"| {_link('loss', name)} | {_loss_needs(name)} |"
    header = ("| regularizer | what it does | data | bounds D's slope | not with |", "|---|---|---|---|---|")
    yield from ("", "## Regularizers", "", *header)
    for name in pairing.names("regularizer"):
        yield f"| {_link('regularizer', name)} | {_listed(pairing.touches(name))} | {_data(name)} | {_row_end(name)} |"


def _game_row(name: str) -> str:
    needs = _listed([NEEDS[need] for need in pairing.made("game", name).needs]) or "any"
    networks = _listed([f"{role}: {kind}" for role, kind in _unusual_roles(name)])
    others = [_link(kind, other) for kind in ("loss", "regularizer") for other in pairing.refused_in(name, kind)]
    return f"{needs} | {networks} | {_listed(others)}"


def _loss_needs(name: str) -> str:
    loss = pairing.made("loss", name)
    needs = []
    if loss.needs_energy:
        needs.append("a discriminator whose logits are a negative energy")
    if not loss.bounds_slope:
        needs.append("a regularizer that bounds D's slope")
    return _listed(needs) or "nothing"


def _data(name: str) -> str:
    suits = pairing.suits(name)
    if suits.only_pairs:
        return "pairs"
    return ("any" if suits.points else "images") + ("" if suits.unlabelled else ", with labels")


def _row_end(name: str) -> str:
    regularizer = pairing.made("regularizer", name)
    others = [
        _link("regularizer", other) + ("" if problem.severity == "error" else " (warning)")
        for other, problem in pairing.refused_pairs()[name].items()
    ]
    if regularizer.needs_independent_samples:
        others.insert(0, "batch statistics in D")
    return f"{'yes' if regularizer.bounds_slope else ''} | {', '.join(others)}"


def _link(kind: str, name: str) -> str:
    return f"[`{name}`](/components/{kind}/{name}.md)"


def _links(kind: str, names: Iterable[str], last: str = "and") -> str:
    *first, end = (_link(kind, name) for name in names)
    return f"{', '.join(first)} {last} {end}" if first else end


def _listed(words: Sequence[str], last: str = "") -> str:
    if last and words[1:]:
        return f"{', '.join(words[:-1])} {last} {words[-1]}"
    return ", ".join(words)
