"""Running updates: the training loop, compiled calls, and the choice between ways to compile."""
