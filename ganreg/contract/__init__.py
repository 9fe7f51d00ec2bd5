"""The contract between plugins and the engine: components, their base classes, recipes, the step, callbacks."""
