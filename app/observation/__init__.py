"""What the service says of itself: journal, request numbers, metrics, readiness, beats, cautions.

Nothing here knows what people told: counts, durations, names of routes and of tasks.
"""
