"""What is erased when its time is over, by the table of `services.retention_rules`.

What is due is erased by batches; the edge commits after each. Being due is asked again in the very
statement that erases: a draft saved meanwhile stays. Running it twice changes nothing.
"""

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.models import Act
from app.services import audit
from app.services.retention_rules import Rule, every

BATCH = 500


def rules() -> tuple[Rule, ...]:
    """Return the rules with the periods of this process, in the order they are told."""
    return tuple(every())


def find(name: str) -> Rule:
    """Return the rule of this name. Raises KeyError."""
    return {rule.name: rule for rule in rules()}[name]


def count_due(session: Session, rule: Rule) -> int:
    """Return how many a rule would erase now."""
    query = select(func.count()).select_from(rule.key.class_).where(rule.due(rule.first_kept))
    return session.scalar(query) or 0


def erase_batch(session: Session, rule: Rule) -> int:
    """Erase at most BATCH of what is due; return how many. The edge commits, then asks again."""
    is_due = rule.due(rule.first_kept)
    due = select(rule.key).where(is_due).limit(BATCH)
    keys = session.scalars(due.order_by(rule.key) if rule.is_ordered else due).all()
    if not keys:
        return 0
    if rule.before is not None:
        rule.before(session, keys)
    erased = session.execute(
        delete(rule.key.class_)
        .where(rule.key.in_(keys), is_due)
        .execution_options(synchronize_session=False)
    )
    if rule.after is not None:
        rule.after(session)
    count = int(erased.rowcount)  # type: ignore[attr-defined]
    if count and rule.is_set and rule.name != "journal":  # whose own cut is recorded as such
        audit.record(session, Act.ERASED_WHEN_DUE, count=count, detail=rule.name)
    session.expire_all()
    return count
