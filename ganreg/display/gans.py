"""A GAN in a notebook: its networks and components, how far it is trained, and a few samples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ganreg.display.fragments import cut, fragment, spec_shown
from ganreg.engine.optimizers import learning_rate_of

if TYPE_CHECKING:
    from ganreg.contract.assembly import Part
    from ganreg.gan import GAN


def text(gan: GAN) -> str:
    """A GAN in one line."""
    assembly = gan.assembly
    roles = [f"{role} {part.label}" for role, part in assembly.parts.items()]
    if assembly.regularizer_parts:
        roles.append(f"regularizers {', '.join(part.label for part in assembly.regularizer_parts)}")
    if gan.recipe.game is not None:
        roles.append(f"game {assembly.game_part.label}")
    return f"<GAN: {cut(', '.join(roles))}; samples {_shape(assembly.data.shape)}; {gan.players.done} iterations>"


def html(gan: GAN) -> str:
    """A GAN as HTML."""
    from ganreg.display.samples import Rows, small_samples

    trained = gan.players.done > 0
    shown, note = None, ""
    if trained:
        try:
            shown = small_samples(gan, seed=gan.recipe.seed)
        except Exception as error:  # noqa: BLE001 - the rest of the GAN can still be shown
            note = f"Samples cannot be shown: {type(error).__name__}: {error}"
        else:
            note = "" if shown is not None else "gan.show_samples() generates samples, which takes a moment here."
    rows = shown if isinstance(shown, Rows) else None
    done = gan.players.done
    return fragment(
        "gan.html",
        name=gan.recipe.name,
        state=f"{done:,} iteration{'s' * (done != 1)}" if trained else "untrained",
        networks=[_network(gan, name) for name in gan.networks],
        facts=_facts(gan),
        picture=None if rows is not None else shown,
        rows=rows,
        note=note,
    )


def _network(gan: GAN, name: str) -> tuple[Any, ...]:
    assembly, network = gan.assembly, gan.networks[name]
    place, part = assembly.networks[name], assembly.part_of(name)
    if name in assembly.judges:
        handled = f"takes {_shape(place.data.shape)}"
    elif place.source is not None:
        handled = f"{_shape(place.source.shape)} → {_shape(place.data.shape)}"
    else:
        latents = getattr(part.implementation, "latent_dim", None)
        handled = f"{'latents' if latents is None else latents} → {_shape(place.data.shape)}"
    labels = f", {place.data.num_classes} classes" if part.implementation.conditional else ""
    return name, _spec(part), handled + labels, f"{network.count_params():,}"


def _facts(gan: GAN) -> list[tuple[str, list[Any]]]:
    assembly, recipe = gan.assembly, gan.recipe
    facts: list[tuple[str, list[Any]]] = [("Loss", [_spec(assembly.parts["loss"])])]
    if assembly.regularizer_parts:
        facts.append(("Regularizers", [_spec(part) for part in assembly.regularizer_parts]))
    if recipe.game is not None:
        facts.append(("Game", [_spec(assembly.game_part)]))
    for name, optimizer in (("G optimizer", gan.generator_optimizer), ("D optimizer", gan.discriminator_optimizer)):
        facts.append((name, [_optimizer(optimizer)]))
    facts.append(("Data", [_data(gan)]))
    return facts


def _data(gan: GAN) -> str:
    data, dataset = gan.assembly.data, gan.recipe.dataset
    classes = "" if data.num_classes is None else f", {data.num_classes} classes"
    return f"{'samples' if dataset is None else dataset.name} {_shape(data.shape)}{classes}"


def _optimizer(optimizer: Any) -> str:
    name = type(optimizer).__name__
    config = optimizer.get_config().get("learning_rate")
    rate = config.get("class_name") if isinstance(config, dict) else f"{learning_rate_of(optimizer):.3g}"
    return f"{name}, learning rate {rate}"


def _spec(part: Part) -> dict[str, str]:
    return spec_shown(part.spec)


def _shape(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape))
