"""Recueil's settings by group, each read from the environment; `config.load` is the only door."""
