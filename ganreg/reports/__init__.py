"""One self-contained HTML file about a run, and what a comparison's is made of. Importable without TensorFlow."""
