"""What plugins and the engine agree on: components, their base classes, recipes, the step, callbacks."""
