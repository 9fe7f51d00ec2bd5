"""Evaluating a GAN: feature extractors, real samples, metrics, scores and what is kept between processes."""
