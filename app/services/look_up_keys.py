"""The look-up keys of keys put away: kept when keys are rotated, read once by each process."""

import base64

from sqlalchemy import Engine, inspect, select
from sqlalchemy.orm import Session

from app.models import LookUpKey
from app.models.encryption import key_ring
from app.services.inserting import insert_into


def read(engine: Engine) -> list[bytes] | None:
    """Return the look-up keys that are kept, the latest first; none where there is no table yet."""
    query = select(LookUpKey.secret).order_by(LookUpKey.kept_on.desc(), LookUpKey.name)
    with engine.connect() as connection:
        if not inspect(connection).has_table(LookUpKey.__tablename__):
            return None  # a backup is about to be given back, or the tables to be made
        return [base64.b64decode(secret) for secret in connection.scalars(query)]


def keep(session: Session) -> None:
    """Keep the look-up key of each key that will be put away; once is enough."""
    for name, key in key_ring.look_up_keys().items():
        row = insert_into(session, LookUpKey).values(
            name=name, secret=base64.b64encode(key).decode()
        )
        session.execute(row.on_conflict_do_nothing())
    session.flush()
