"""What the worker does, one short task at a time, after the commit that made it necessary.

A task takes ids, reads the rows again and acts only if they still wait: running it twice changes
nothing. What was never queued, or was lost with a queue, a periodic sweep finds in the database.
"""

from app.tasks.keeping import (
    check_journal,
    enforce_retention,
    enforce_rule,
    erase_due,
    purge_imports,
)
from app.tasks.reading import (
    cut_round,
    draw_missing_digests,
    forget_orphan_facets,
    read_range,
    suggest_codings,
    sweep_digests,
    sweep_rounds,
    sweep_trainings,
    sweep_trials,
    sweep_unindexed,
    sweep_untagged,
    train_themes,
    try_cues,
)
from app.tasks.writing import (
    deliver_campaigns,
    deliver_notice,
    plan_reminders,
    read_bounces,
    remind_referrals,
    remind_rendezvous,
    sweep_campaigns,
    sweep_notices,
)

__all__ = [
    "check_journal",
    "cut_round",
    "deliver_campaigns",
    "deliver_notice",
    "draw_missing_digests",
    "enforce_retention",
    "enforce_rule",
    "erase_due",
    "forget_orphan_facets",
    "plan_reminders",
    "purge_imports",
    "read_bounces",
    "read_range",
    "remind_referrals",
    "remind_rendezvous",
    "suggest_codings",
    "sweep_campaigns",
    "sweep_digests",
    "sweep_notices",
    "sweep_rounds",
    "sweep_trainings",
    "sweep_trials",
    "sweep_unindexed",
    "sweep_untagged",
    "train_themes",
    "try_cues",
]
