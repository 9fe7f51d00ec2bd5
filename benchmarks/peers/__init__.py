"""Ways to train the workloads' GANs, each as its own users would write it; each runs in a process of its own.

All have the same layers, numbers of parameters, batches, losses and optimizer (Adam, 2e-4, 0.5, 0.999, 1e-7), and
update both players from the same forward passes. ganreg also updates a moving average of the generator, which the
others do not have.
"""
