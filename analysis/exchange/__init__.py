"""What leaves for other programs, and what comes back: REFI-QDA, IRaMuTeQ, tables, JSON, spaCy.

Knows neither Flask nor any database. Only ``docbin`` loads spaCy.
"""
