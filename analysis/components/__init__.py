"""The spaCy components of the pipeline; importing a module here registers its factory."""
