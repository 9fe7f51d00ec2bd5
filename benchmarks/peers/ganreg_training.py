"""ganreg: `GAN.fit` on an array, in a graph, under XLA, or as it chooses itself."""

from __future__ import annotations

from workloads import Workload

from peers.serving import Losses, Training, samples_of, serve


def build(workload: Workload, mode: str) -> Training:
    """Assembles the GAN. A long run measures its execution once, so that is done here, outside of the timed updates.

    Args:
        workload: what to train.
        mode: `graph`, `xla` or `auto`.
    """
    import contestants

    gan = contestants.assemble(workload)
    samples = samples_of(workload)
    if mode == "auto":
        execution = contestants.chosen_execution(workload)
        mode, updates_per_call = execution.mode, execution.updates_per_call
    else:
        updates_per_call = workload.updates_per_call

    def run(updates: int) -> Losses:
        logs = gan.fit(samples, steps=updates, verbose=0, execution=mode, updates_per_call=updates_per_call).history
        return logs["discriminator_loss"][-1], logs["generator_loss"][-1]

    return (gan.generator.count_params(), gan.discriminator.count_params()), run


if __name__ == "__main__":
    serve(build)
