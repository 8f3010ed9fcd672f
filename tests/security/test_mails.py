"""What anybody wrote stays words in every letter: its headers, its HTML, its text, its calendar.

The letters are those that leave, made by the real templates from people, CLSMs, campaigns, slots
and answers whose every word attacks.
"""

from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from flask import Flask
from icalendar import Calendar
from lxml import html

from app import mail
from app.extensions import db
from app.mail import accounts, codes, inquiries, referrals, rendezvous
from app.models import Invitation, LinkPurpose, Notice, SlotPlace
from app.services import bookings, notices, outbox, receipts
from app.services import inquiries as questions
from tests import factories, interviews

BASE = "https://recueil.exemple.fr"
SCRIPT = "<script>a()</script><img src=x onerror=a()><a href='https://mal.example/'>ici</a>"
WEB = f"https://mal.example/ {BASE}.mal.example/ {BASE}@mal.example/ javascript:a()"
COMPUTED = "{{1337*1337}}{% raw %}{nom.__class__}{lien}{refus}"
LINE = f"\"'>{SCRIPT} {WEB} {COMPUTED}"
SPLIT = f"{LINE}\r\nBcc: z@mal.example\r\n\r\n<zwx>\nATTENDEE:mailto:z@mal.example"
KNOWN_HEADERS = {
    "Auto-Submitted",
    "Content-Type",
    "Date",
    "From",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "MIME-Version",
    "Message-ID",
    "Reply-To",
    "Subject",
    "To",
}
ELEMENTS = {"html", "head", "meta", "title", "body", "p", "br", "a"}
EVENT = {
    "ATTENDEE",
    "DESCRIPTION",
    "DTEND",
    "DTSTAMP",
    "DTSTART",
    "LOCATION",
    "ORGANIZER",
    "SEQUENCE",
    "STATUS",
    "SUMMARY",
    "TRANSP",
    "UID",
    "URL",
    "CLASS",
    "CATEGORIES",
    "LAST-MODIFIED",
    "CREATED",
    "METHOD",
}


@pytest.fixture
def letters(make_app: Callable[..., Flask]) -> dict[str, mail.Letter]:
    """Every letter that Recueil writes."""
    app = make_app(BASE_URL=BASE, SERVER_NAME="recueil.exemple.fr")
    with app.test_request_context():
        return dict(_written())


def _written() -> Iterator[tuple[str, mail.Letter]]:
    session = db.session
    contact = factories.contact(session, name=SPLIT, email="a@exemple.fr", clsm=LINE)
    campaign = factories.campaign(
        session, subject=f"{{nom}} {SPLIT}", body=f"{{nom}} {SPLIT} {{lien}}"
    )
    campaign.reminder_subject, campaign.reminder_body = f"{{clsm}} {SPLIT}", f"{{clsm}} {SPLIT}"
    invitation = factories.invitation(session, campaign=campaign, contact=contact)
    referral = factories.referral(session, name=SPLIT, email="d@exemple.fr", reason=SPLIT, by=SPLIT,
                                  clsm=SPLIT)  # fmt: skip
    person = interviews.person(session, name=SPLIT, email="b@exemple.fr", hours=SPLIT)
    slots = [interviews.slot(session, where=SPLIT, conducted_by=SPLIT, place=place,
                             conductor_email=f"{place}@exemple.fr")
             for place in (SlotPlace.VIDEO, SlotPlace.PHONE)]  # fmt: skip
    inquiry = questions.ask(session, SPLIT, questions.Ways(email="f@exemple.fr"))
    session.commit()
    waiting = outbox.find(session, Invitation, invitation.id)
    assert waiting is not None
    yield "invitation", mail.campaign_letter(campaign, waiting)
    yield "essai", mail.sample_letter(campaign, contact=contact, to="z@exemple.fr")
    yield "relance", mail.sample_letter(campaign, contact=contact, to="z@exemple.fr", number=1)
    for slot in slots:  # taken, then moved
        rendezvous.tell(
            session, bookings.take(session, person.id, slot.id), by=rendezvous.By.PERSON
        )
    change = bookings.give_up(session, person.id)
    rendezvous.tell(session, change, by=rendezvous.By.TEAM)
    rendezvous.remind(session, change.before)
    rendezvous.send_link(session, person)
    codes.post(session, receipts.new_code(), to="c@exemple.fr", until=None)
    for purpose in LinkPurpose:
        accounts.post(session, "g@exemple.fr", purpose, "jeton")
    for message in (
        referrals.proposal(referral),
        referrals.reminder(referral),
        inquiries.arrived(inquiry),
        inquiries.answer(inquiry, SPLIT),
        notices.Message(to="h@exemple.fr", subject=SPLIT, text=SPLIT, reply_to="i@exemple.fr"),
    ):
        notices.post(session, message, about="try")
    for number, notice in enumerate(session.query(Notice).order_by(Notice.queued_at, Notice.id)):
        letter = mail.notice_letter(notice)
        assert letter is not None
        yield f"{notice.about}-{number}", letter


def parsed(letter: mail.Letter) -> EmailMessage:
    found = message_from_bytes(letter.as_bytes(), policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def test_nothing_that_was_written_acts(letters: dict[str, mail.Letter]) -> None:
    kinds = {name.split("-")[0] for name in letters}
    assert kinds == {"account", "booking", "code", "essai", "invitation", "link", "referral",
                     "relance", "reminder", "try"}  # fmt: skip
    assert {name: found for name, each in letters.items() if (found := _wrong(each))} == {}


def _wrong(letter: mail.Letter) -> list[str]:
    message = parsed(letter)
    names = message.keys()
    found = [f"header {each}" for each in names if each not in KNOWN_HEADERS]
    found += [f"{each} twice" for each in set(names) if names.count(each) > 1]
    if [each.addr_spec for each in message["To"].addresses] != [letter.to]:
        found.append(f"to {message['To']}")
    text, page = part(message, "plain"), part(message, "html")
    if text.replace("\r\n", "\n").strip() != letter.text.replace("\r\n", "\n").strip():
        found.append("the text is not what was written")
    if "1787569" in message.as_string():
        found.append("a template was computed")
    return found + _wrong_in_page(page) + _wrong_in_calendars(message)


def _wrong_in_page(page: str) -> list[str]:
    tree = html.document_fromstring(page)
    found = [f"<{each.tag}>" for each in tree.iter() if each.tag not in ELEMENTS]
    for each in tree.iter("a"):
        href = each.get("href")
        if each.keys() != ["href"] or not (href == BASE or href.startswith(f"{BASE}/")):
            found.append(f"link {href}")
    others = [each for each in tree.iter() if each.tag not in ("a", "html", "meta") and each.keys()]
    return found + [f"{each.tag} {each.keys()}" for each in others]


def _wrong_in_calendars(message: EmailMessage) -> list[str]:
    found = []
    for each in message.walk():
        if each.get_content_type() == "text/calendar":
            calendar = Calendar.from_ical(each.get_payload(decode=True))
            for event in calendar.walk("VEVENT"):
                found += [f"calendar {name}" for name in event if name not in EVENT]
                several = [name for name, value in event.items() if isinstance(value, list)]
                found += [f"calendar {name} twice" for name in several]
    return found


def test_the_words_themselves_are_there_to_be_read(letters: dict[str, mail.Letter]) -> None:
    """Escaped, not thrown away: or the test above would prove nothing."""
    pages = {name: html.document_fromstring(part(parsed(each), "html")).text_content()
             for name, each in letters.items()}  # fmt: skip
    held = {name.split("-")[0] for name, page in pages.items() if SCRIPT in page}
    assert held == {"invitation", "essai", "relance", "booking", "link", "reminder", "try"}
    assert [name for name, each in letters.items() if "\n" in each.subject] == []
