"""How long each thing is kept: what the notice promises and the daily task enforces."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date

from settings.periods import Period, PeriodError
from settings.values import ConfigError

SOME_DAY = date(2026, 1, 1)  # to tell which of two periods is the longer


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """A period for each thing; `KEEP_DRAFTS`, `KEEP_TESTIMONIES`… in the environment."""

    drafts: Period = Period(30)
    testimonies: Period = Period(60, is_months=True)
    revisions: Period = Period(24, is_months=True)
    # Five years, as long as somebody may go to law about it (Code civil, art. 2224).
    withdrawals: Period = Period(60, is_months=True)
    recontacts: Period = Period(12, is_months=True)
    referrals: Period = Period(30)
    slots: Period = Period(6, is_months=True)
    contacts: Period = Period(24, is_months=True)
    exports: Period = Period(12, is_months=True)
    research_exports: Period = Period(24, is_months=True)
    invitations: Period = Period(24, is_months=True)
    # Three years: the least that the CNIL asks of a list of those who said no.
    oppositions: Period = Period(36, is_months=True)
    inquiries: Period = Period(6, is_months=True)
    open_inquiries: Period = Period(12, is_months=True)
    notices: Period = Period(30)
    # One year: what the CNIL advises at most for a log, but for a reason (2021-122).
    journal: Period = Period(12, is_months=True)


def read(environ: Mapping[str, str]) -> dict[str, Retention]:
    """Return the periods of this environment, those that it does not say being the usual ones."""
    said = {each.name: variable(each.name) for each in fields(Retention)}
    given = {
        name: _period(setting, environ[setting])
        for name, setting in said.items()
        if environ.get(setting)
    }
    retention = Retention(**given)
    if retention.invitations.before(SOME_DAY) > retention.contacts.before(SOME_DAY):
        raise ConfigError(
            f"KEEP_INVITATIONS vaut {retention.invitations}, moins que KEEP_CONTACTS "
            f"({retention.contacts}) : sans ses invitations, on ne saurait plus à quand remonte le "
            "dernier message à un contact. Allongez l’une ou raccourcissez l’autre."
        )
    if retention.notices.before(SOME_DAY) > retention.referrals.before(SOME_DAY):
        raise ConfigError(
            f"KEEP_NOTICES vaut {retention.notices}, moins que KEEP_REFERRALS "
            f"({retention.referrals}) : sans la trace de son message, une proposition qui n’est "
            "pas arrivée passerait pour envoyée. Allongez l’une ou raccourcissez l’autre."
        )
    return {"RETENTION": retention}


def variable(name: str) -> str:
    """Return the variable that says how long something is kept."""
    return f"KEEP_{name.upper()}"


def _period(setting: str, written: str) -> Period:
    try:
        return Period.read(written)
    except PeriodError:
        raise ConfigError(
            f"{setting} vaut « {written} ». Donnez une durée d’un jour à cinquante ans, "
            "par exemple 30 jours, 18 mois ou 5 ans."
        ) from None
