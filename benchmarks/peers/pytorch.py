"""PyTorch, eager or with `torch.compile`: batches gathered by index, a fused Adam, and channels last."""

from __future__ import annotations

from typing import Any

from workloads import Workload

from peers.serving import Losses, Training, samples_of, serve


def build(workload: Workload, mode: str) -> Training:  # noqa: C901 - one loop in one place
    """Builds networks, optimizers and the step.

    Args:
        workload: what to train.
        mode: `eager` or `compile`.
    """
    import torch
    import torch._functorch.config
    from torch.nn.functional import softplus

    from peers.torch_networks import networks_of

    torch.manual_seed(0)
    networks = networks_of(workload)
    counts = tuple(
        sum(parameter.numel() for parameter in network.parameters())
        + sum(buffer.numel() for buffer in network.buffers() if buffer.dim())  # the averages of batch normalisation
        for network in networks
    )
    samples = torch.from_numpy(samples_of(workload))
    if not workload.is_points:
        samples = samples.permute(0, 3, 1, 2).contiguous(memory_format=torch.channels_last)
        networks = [network.to(memory_format=torch.channels_last) for network in networks]
    parameters = [list(network.parameters()) for network in networks]
    optimizers = [torch.optim.Adam(own, 2e-4, betas=(0.5, 0.999), eps=1e-7, fused=True) for own in parameters]
    generator, discriminator = networks if mode == "eager" else [torch.compile(one) for one in networks]
    torch._functorch.config.donated_buffer = False  # both players' gradients come from the same forward passes

    def penalty(real: Any, fake: Any) -> Any:
        alpha = torch.rand(len(real), *[1] * (real.dim() - 1))
        mixed = (real + alpha * (fake - real)).requires_grad_()
        # `torch.compile` has no second derivatives.
        (gradient,) = torch.autograd.grad(networks[1](mixed).sum(), mixed, create_graph=True)
        return 10.0 * ((gradient.flatten(1).norm(dim=1) - 1.0) ** 2).mean()

    def losses_of(real: Any, latents: Any) -> tuple[Any, Any]:
        fake = generator(latents)
        real_logits, fake_logits = discriminator(real), discriminator(fake)
        if workload.gradient_penalty:
            return fake_logits.mean() - real_logits.mean() + penalty(real, fake.detach()), -fake_logits.mean()
        own = softplus(-real_logits).mean() + softplus(fake_logits).mean()
        return own, softplus(-fake_logits).mean()

    order, place = torch.randperm(len(samples)), 0

    def batch() -> Any:
        nonlocal order, place
        if place + workload.batch_size > len(samples):
            order, place = torch.randperm(len(samples)), 0
        place += workload.batch_size
        return samples[order[place - workload.batch_size : place]]

    def update() -> tuple[Any, Any]:
        losses = losses_of(batch(), torch.randn(workload.batch_size, workload.latent_dim))
        gradients = [
            torch.autograd.grad(losses[1], parameters[0], retain_graph=True),
            torch.autograd.grad(losses[0], parameters[1]),
        ]
        for own, values, optimizer in zip(parameters, gradients, optimizers, strict=True):
            for parameter, gradient in zip(own, values, strict=True):
                parameter.grad = gradient
            optimizer.step()
        return losses

    def run(updates: int) -> Losses:
        for _ in range(updates):
            losses = update()
        return losses[0].item(), losses[1].item()

    return counts, run


if __name__ == "__main__":
    serve(build)
