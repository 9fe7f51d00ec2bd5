"""Assembling components and training them: the step, the schedule, the model, its execution."""
