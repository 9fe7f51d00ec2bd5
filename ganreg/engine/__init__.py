"""Training one assembly: networks, updates, the training loop, and what can go wrong."""
