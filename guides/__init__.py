"""Guides as data, what may be left out of a quotation, and the documents that leave.

A library: it knows neither Flask nor the database. `definitions/` holds this call's two guides;
nothing about them stands elsewhere.
"""
