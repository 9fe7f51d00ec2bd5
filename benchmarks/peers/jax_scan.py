"""JAX and optax: updates in a `lax.scan`, or one compiled update at a time where that is faster."""

from __future__ import annotations

import time
from typing import Any

from workloads import Workload

from peers.serving import Losses, Training, samples_of, serve


def build(workload: Workload) -> Training:  # noqa: C901, PLR0915 - one loop in one place
    """Builds networks, optimizers and the step, and measures how many updates a call should run."""
    import jax
    import jax.numpy as jnp
    import numpy as np
    import optax

    from peers.jax_networks import networks_of

    (g, g_averages, generate), (d, d_averages, discriminate) = networks_of(workload)
    counts = tuple(sum(leaf.size for leaf in jax.tree.leaves(tree)) for tree in ((g, g_averages), (d, d_averages)))
    optimizer = optax.adam(2e-4, b1=0.5, b2=0.999, eps=1e-7)
    state = {
        "g": g, "d": d, "averages": g_averages,
        "g_state": optimizer.init(g), "d_state": optimizer.init(d), "key": jax.random.key(2),
    }  # fmt: skip
    samples = jnp.asarray(samples_of(workload))

    def penalty(d: Any, real: Any, fake: Any, key: Any) -> Any:
        alpha = jax.random.uniform(key, (len(real), *[1] * len(workload.shape)))
        gradient = jax.grad(lambda mixed: discriminate(d, [], mixed)[0].sum())(real + alpha * (fake - real))
        norms = jnp.linalg.norm(gradient.reshape(len(real), -1), axis=1)
        return 10.0 * ((norms - 1.0) ** 2).mean()

    def step(state: Any, chosen: Any) -> tuple[Any, Any]:
        key, latent_key, alpha_key = jax.random.split(state["key"], 3)
        latents = jax.random.normal(latent_key, (workload.batch_size, workload.latent_dim))
        real = samples[chosen]
        fake, generated, averages = jax.vjp(
            lambda g: generate(g, state["averages"], latents), state["g"], has_aux=True
        )  # one forward pass serves both players

        def d_loss(d: Any, fake: Any) -> tuple[Any, Any]:
            real_logits, fake_logits = discriminate(d, [], real)[0], discriminate(d, [], fake)[0]
            if workload.gradient_penalty:
                own = fake_logits.mean() - real_logits.mean()
                return own + penalty(d, real, jax.lax.stop_gradient(fake), alpha_key), -fake_logits.mean()
            own = jax.nn.softplus(-real_logits).mean() + jax.nn.softplus(fake_logits).mean()
            return own, jax.nn.softplus(-fake_logits).mean()

        losses, pull = jax.vjp(d_loss, state["d"], fake)
        d_gradient, _ = pull((jnp.ones(()), jnp.zeros(())))
        _, fake_gradient = pull((jnp.zeros(()), jnp.ones(())))
        (g_gradient,) = generated(fake_gradient)
        g_updates, g_state = optimizer.update(g_gradient, state["g_state"])
        d_updates, d_state = optimizer.update(d_gradient, state["d_state"])
        return {
            "g": optax.apply_updates(state["g"], g_updates), "d": optax.apply_updates(state["d"], d_updates),
            "averages": averages, "g_state": g_state, "d_state": d_state, "key": key,
        }, losses  # fmt: skip

    def updates_of(size: int) -> Any:
        if size == 1:
            return jax.jit(lambda state, rows: step(state, rows[0]), donate_argnums=0)

        def many(state: Any, rows: Any) -> tuple[Any, Any]:
            state, losses = jax.lax.scan(step, state, rows)
            return state, jax.tree.map(lambda values: values[-1], losses)

        return jax.jit(many, donate_argnums=0)

    shuffled, order = np.random.default_rng(0), np.empty(0, int)

    def rows_of(size: int) -> Any:
        nonlocal order
        wanted = size * workload.batch_size
        while len(order) < wanted:
            order = np.concatenate([order, shuffled.permutation(workload.samples)])
        rows, order = order[:wanted], order[wanted:]
        return rows.reshape(size, workload.batch_size)

    def seconds_of(size: int) -> float:
        nonlocal state
        function = updates_of(size)
        for _ in range(2):  # the first one compiles
            began = time.perf_counter()
            state, losses = function(state, rows_of(size))
            jax.block_until_ready(losses)
        return (time.perf_counter() - began) / size

    sizes = (1, 50, 200) if workload.is_points else (1, 2)
    best = min(sizes, key=seconds_of)
    many, one = updates_of(best), updates_of(1)

    def run(updates: int) -> Losses:
        nonlocal state
        for _ in range(updates // best):
            state, losses = many(state, rows_of(best))
        for _ in range(updates % best):
            state, losses = one(state, rows_of(1))
        return float(losses[0]), float(losses[1])

    return counts, run


if __name__ == "__main__":
    serve(build)
