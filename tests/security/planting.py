"""Somebody in every table, their words those of an attacker; and the database put back after."""

import sqlite3
from datetime import date
from pathlib import Path

from flask import current_app
from sqlalchemy import String, func, select

from app.extensions import db
from app.models import Act, Base, RoleName
from app.services import bookings, inquiries
from app.views import desk_acts
from tests import factories, interviews
from tests.conftest import PASSWORD
from tests.security.test_acts import NAMED

LINE = "=zw'\"><zwx onload=a()>{{1337*1337}}{nom.__class__}</textarea></script><script>b()</script>"
LINES = f"{LINE}\n**** *injecte_1\n-+@zw"
COUNTS = {"rate_counts", "daily_salts", "audit_entries", "audit_chain"}
"""What is counted or noted of whoever tries: it changes by their trying."""


def plant() -> dict[str, str]:
    """Put somebody in every table; return the personal links, address → token."""
    session = db.session
    contact = factories.contact(session, name=LINE, email="a@exemple.fr", clsm=LINE[:80])
    contact.notes = LINES
    campaign = factories.campaign(session, title=LINE, subject=LINE, body=f"{LINES} {{lien}}")
    invitation = factories.invitation(session, campaign=campaign, contact=contact)
    person = interviews.person(session, name=LINE, email="b@exemple.fr", hours=LINES)
    slot = interviews.slot(session, where=LINE, conducted_by=LINE, conductor_email="c@exemple.fr")
    interviews.slot(session, where=LINE, conducted_by=LINE, conductor_email="c@exemple.fr")
    bookings.take(session, person.id, slot.id)
    referral = factories.referral(session, name=LINE, email="d@exemple.fr", reason=LINES, by=LINE)
    answers = {"clsm": LINE[:80], "conseil_collegue": LINES}
    made = factories.testimony(session, answers=answers, received_on=date(2026, 11, 3))
    factories.coding(session, factories.free_text(made), quote=LINE[:30])
    factories.interview(session, text=f"Enquêtrice : Et vous ?\nÉlue : {LINES}")
    factories.notice(session, to="e@exemple.fr", subject=LINE, text=LINES)
    inquiries.ask(session, LINES, inquiries.Ways(email="f@exemple.fr"))
    session.commit()
    return {
        "contact": referral.token,
        "entretien": person.token,
        "invitation": invitation.token,
        "desinscription": invitation.token,
    }


def somebody(*roles: RoleName) -> dict[str, str]:
    """Make an account whose name is an attack; return what it signs in with."""
    email = f"{'-'.join(roles)}@recueil.example"
    factories.account(db.session, email=email, name=LINE, roles=roles, password=PASSWORD)
    db.session.commit()
    return {"email": email, "password": PASSWORD}


class Kept:
    """The database as it is now, to be put back, or compared with what it became."""

    def __init__(self) -> None:
        self.path = Path(current_app.config["INSTANCE_PATH"]) / "recueil.sqlite3"
        self.copy = sqlite3.connect(":memory:")
        db.session.rollback()
        with sqlite3.connect(self.path) as here:
            here.backup(self.copy)
        here.close()

    def put_back(self) -> None:
        """Make the database what it was."""
        db.session.rollback()
        db.session.expire_all()
        here = sqlite3.connect(self.path)
        self.copy.backup(here)
        here.close()

    def changed(self) -> list[str]:
        """Return the tables that are no longer what they were."""
        db.session.rollback()
        here = sqlite3.connect(self.path)
        found = [name for name in tables(here) if rows(here, name) != rows(self.copy, name)]
        here.close()
        return found

    def untold(self, endpoint: str) -> list[str]:
        """Return what is wrong when a form changed something: no row, or one without words."""
        if endpoint in desk_acts.WITHOUT_ROW or not self.changed():
            return []
        here = sqlite3.connect(self.path)
        told = "SELECT act, detail FROM audit_entries WHERE sequence > ?"
        (last,) = self.copy.execute("SELECT sequence FROM audit_chain").fetchone()
        rows = here.execute(told, (last,)).fetchall()
        here.close()
        named = NAMED.get(endpoint)
        if named is not None and named.kind not in {Act(act).kind for act, _ in rows}:
            return [f"does not leave {named}"]
        wordless = [detail for act, detail in rows if act == Act.DESK_DONE
                    and detail not in desk_acts.WORDS]  # fmt: skip
        return [f"{each} has no words" for each in wordless] or ([] if rows else ["leaves no row"])


def tables(connection: sqlite3.Connection) -> list[str]:
    names = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'"
    return [name for (name,) in connection.execute(names) if name not in COUNTS]


def rows(connection: sqlite3.Connection, table: str) -> list[tuple[object, ...]]:
    return sorted(connection.execute(f'SELECT * FROM "{table}"').fetchall(), key=repr)


def too_long() -> list[str]:
    """Return the columns whose values PostgreSQL would refuse: longer than said, or with a nul."""
    found = []
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if not isinstance(column.type, String):
                continue
            wrong = func.instr(column, func.char(0)) > 0
            if column.type.length:
                wrong |= func.length(column) > column.type.length
            if db.session.execute(select(column).where(wrong).limit(1)).first():
                found.append(str(column))
    db.session.rollback()
    return found
