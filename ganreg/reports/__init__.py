"""One self-contained HTML file about a run or a comparison. Importable without TensorFlow."""
