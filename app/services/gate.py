"""The gate before public forms: what a robot does and a person does not, counted and forgotten.

A form is refused when its trap was filled, when it was sent too soon after it was shown, or more
than a day after, or when its network sends too many; then nothing is lost, and the same form passes
at another press, after a wait, or with a proof of work. A testimony is never turned away.
"""

import enum
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from itsdangerous import BadData, URLSafeSerializer

from app.models.base import now
from app.services.counts import Counts

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SLOW_SECONDS = 30  # between showing and sending, for whoever sends no proof of work
FREE_GUESSES = 10  # wrong codes an hour from one network, before the first wait
ALL_GUESSES = 1_000  # wrong codes an hour in all, before everyone is asked for a proof of work
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), HOUR


@dataclass(frozen=True)
class Form:
    """A public form: how many an hour pass from one network before a proof of work is asked.

    `slowly`: how many of them without that proof. `guesses`: what it opens can be guessed.
    """

    label: str
    hourly: int = 30
    slowly: int = 10
    guesses: bool = False


# Whole town halls and hospitals testify from behind one address.
FORMS = {
    "temoigner": Form("Commencer un témoignage", hourly=300, slowly=60),
    "question": Form("Poser une question"),
    "contact": Form("Proposer un contact"),
    "appel": Form("Demander à être appelée ou appelé"),
    "coordonnees": Form("Laisser ses coordonnées après un témoignage", hourly=100, slowly=30),
    "code": Form("Ouvrir avec un code de suivi", hourly=300, slowly=30, guesses=True),
    "envoi_code": Form("Recevoir son code par courriel"),
    "oubli": Form("Retrouver l’accès à un compte"),
}


class Why(enum.StrEnum):
    TRAP = "trap"
    QUICK = "quick"
    OLD = "old"
    PROOF = "proof"
    WAIT = "wait"


@dataclass(frozen=True)
class Refusal:
    """Why a form is shown again, and for how many seconds it is better to wait.

    `is_fresh`: it needs a new stamp, its own having served.
    """

    why: Why
    seconds: int = 0
    is_fresh: bool = False

    @property
    def status(self) -> int:
        """The HTTP status: 429 when there is nothing to do but wait, else 422."""
        return 429 if self.why is Why.WAIT else 422


@dataclass(frozen=True)
class Stamp:
    """When a form was first shown (seconds), signed; `is_again` once it has been shown again."""

    shown_at: int
    nonce: str
    is_again: bool = False

    @property
    def age(self) -> int:
        return int(now().timestamp()) - self.shown_at

    @property
    def is_old(self) -> bool:
        """Say whether it has had its day: signed once, it would else serve for ever."""
        return self.age > DAY.total_seconds()


def new_stamp(*, is_again: bool = False) -> Stamp:
    """Return the stamp of a form shown now."""
    return Stamp(int(now().timestamp()), secrets.token_hex(8), is_again)


def write_stamp(stamp: Stamp, form: str, signing_keys: Sequence[str]) -> str:
    """Return a stamp as the page holds it, good for one form; signed with the last key."""
    return str(_signer(form, signing_keys).dumps([stamp.shown_at, stamp.nonce, stamp.is_again]))


def read_stamp(text: str, form: str, signing_keys: Sequence[str]) -> Stamp | None:
    """Return the stamp that a page sent back; none when it is not one of ours."""
    try:
        return Stamp(*_signer(form, signing_keys).loads(text))
    except (BadData, TypeError):
        return None


def _signer(form: str, signing_keys: Sequence[str]) -> URLSafeSerializer:
    return URLSafeSerializer(signing_keys, salt=f"recueil gate {form}")


@dataclass(frozen=True)
class Sent:
    """What came with a form: its trap, its stamp, and the name of the challenge it solves."""

    trap: str = ""
    stamp: Stamp | None = None
    proof: str | None = None


@dataclass(frozen=True)
class Gate:
    """One form before one visitor: `who` is the hash of their network, none when unknown.

    `is_asked`: staff ask for a proof of work. `least`: seconds between showing and sending.
    """

    form: str
    counts: Counts
    who: str | None
    is_asked: bool
    least: int

    @property
    def rule(self) -> Form:
        return FORMS[self.form]

    def check(self, sent: Sent) -> Refusal | None:
        """Count a form that is otherwise right, and say why it may not pass, if it may not."""
        refusal = self._look(sent)
        self.counts.add(f"{'refused' if refusal else 'passed'}:{self.form}", HOUR)
        return refusal

    def _look(self, sent: Sent) -> Refusal | None:
        if sent.trap:
            return Refusal(Why.TRAP)
        if self.least and not _is_ripe(sent.stamp, self.least):
            return Refusal(Why.QUICK, is_fresh=sent.stamp is None)
        if self.least and sent.stamp is not None and sent.stamp.is_old:
            return Refusal(Why.OLD, is_fresh=True)
        refusal = self._pay(sent) if self.needs_proof() else None
        if refusal is None and self.rule.guesses:
            refusal = self._guess()
        if refusal is None and self.who:
            self.counts.add(f"{self.form}:{self.who}", HOUR)
        return refusal

    def needs_proof(self) -> bool:
        """Say whether a proof of work is asked here and now. Changes nothing."""
        if self.is_asked:
            return True
        if self.rule.guesses and self.counts.read(f"tries:{self.form}").count >= ALL_GUESSES:
            return True
        seen = self.counts.read(f"{self.form}:{self.who}").count if self.who else 0
        return seen >= self.rule.hourly

    def _pay(self, sent: Sent) -> Refusal | None:
        """Take the proof of work or, for a browser without JavaScript, time and patience."""
        if sent.proof and self.counts.add(f"spent:{sent.proof}", DAY) == 1:
            return None
        stamp = sent.stamp
        if stamp is None or stamp.is_old:
            return Refusal(Why.PROOF, SLOW_SECONDS, is_fresh=True)
        if stamp.age < SLOW_SECONDS:
            return Refusal(Why.PROOF, SLOW_SECONDS - stamp.age)
        if self.who:
            key = f"slow:{self.form}:{self.who}"
            if self.counts.add(key, HOUR) > self.rule.slowly:
                self.counts.add(key, HOUR, amount=-1)
                return Refusal(Why.WAIT, self.counts.read(key).left)
        if self.counts.add(f"spent:{stamp.nonce}", DAY) > 1:
            return Refusal(Why.PROOF, SLOW_SECONDS, is_fresh=True)
        return None

    def _guess(self) -> Refusal | None:
        """Count a try before it is made: of many sent at once, few are tried."""
        if self.who:
            tries, wait = f"tries:{self.form}:{self.who}", f"wait:{self.form}:{self.who}"
            if (waiting := self.counts.read(wait)).count:
                return Refusal(Why.WAIT, waiting.left)
            made = self.counts.add(tries, HOUR, renew=True)
            pause = wait_after(made)
            if pause and self.counts.add(wait, pause) > 1:
                self.counts.add(tries, HOUR, amount=-1)
                return Refusal(Why.WAIT, int(pause.total_seconds()))
        self.counts.add(f"tries:{self.form}", HOUR)
        return None

    def forgive(self) -> None:
        """What was tried is right: it was no guess."""
        # In the order of `_guess`: two people at once would else wait for each other's rows.
        if self.who:
            self.counts.add(f"tries:{self.form}:{self.who}", HOUR, amount=-1)
        self.counts.add(f"tries:{self.form}", HOUR, amount=-1)


def wait_after(guesses: int) -> timedelta | None:
    """Return how long to wait after so many guesses: 30 seconds, then twice as long each time."""
    if guesses < FREE_GUESSES:
        return None
    doublings = min(guesses - FREE_GUESSES, 10)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


def next_stamp(sent: Stamp | None, refusal: Refusal | None) -> Stamp:
    """Return the stamp of the page to show: the clock of a page shown again goes on.

    For a day: after that it begins again, whatever the page is shown again for.
    """
    if sent is None or sent.is_old or (refusal and refusal.is_fresh):
        return new_stamp(is_again=sent is not None or refusal is not None)
    return replace(sent, is_again=sent.is_again or refusal is not None)


def last_hour(counts: Counts, form: str) -> tuple[int, int]:
    """Return how many of a form passed, and how many were refused, over an hour at most."""
    return counts.read(f"passed:{form}").count, counts.read(f"refused:{form}").count


def _is_ripe(stamp: Stamp | None, least: int) -> bool:
    return stamp is not None and (stamp.is_again or stamp.age >= least)
