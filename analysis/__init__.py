"""French testimonies → theme suggestions → tallies → figures.

A library: it knows neither Flask nor any database. Importing it, or its modules ``codebook``,
``corpus``, ``suggestions`` and ``tally``, loads neither spaCy nor matplotlib.
"""
