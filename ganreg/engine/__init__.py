"""Training one assembly: networks, steps, updates, and what can go wrong."""
