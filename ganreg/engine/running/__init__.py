"""Running updates: the training loop, compiled calls, and the choice of how to compile."""
