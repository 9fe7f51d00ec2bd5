"""The reader's own Keras models and functions as components, without a plugin."""
