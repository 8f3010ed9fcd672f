"""Who may open what: each route says it, and each role is tried against each, with real objects.

What is expected follows from the declaration alone; what a page answers to whom it admits is 200,
or what is written beside its name.
"""

from collections.abc import Callable, Iterator

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule

from app.extensions import db
from app.models import Base, RoleName
from app.views import access
from app.views.access import Who
from tests import factories
from tests.app.views.every_object import addresses, people
from tests.conftest import PASSWORD

SIGN_IN = "/compte/connexion"
NOBODY = "nobody"
ROLES: tuple[tuple[RoleName, ...], ...] = ((), *((role,) for role in RoleName))


def rules(app: Flask) -> list[Rule]:
    return sorted(app.url_map.iter_rules(), key=lambda each: (each.rule, each.endpoint))


def requests(app: Flask) -> Iterator[tuple[str, str, str]]:
    """Each route by each of its methods: endpoint, method, rule."""
    for rule in rules(app):
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule.endpoint, method, rule.rule


def test_every_route_declares_who_may(app: Flask) -> None:
    said = {each.endpoint: access.declared(each.endpoint) for each in rules(app)}
    assert [endpoint for endpoint, who in said.items() if who is None] == []
    assert [e for e, who in said.items() if who and (who.who is Who.ROLES) != bool(who.roles)] == []


def test_a_route_that_nobody_declared_opens_to_nobody(app: Flask) -> None:
    app.add_url_rule("/oubliee", "forgotten", lambda: "secret")
    assert app.test_client().get("/oubliee").status_code == 403


def test_the_rooms_open_to_the_role_that_they_show(app: Flask) -> None:
    for room in access.ROOMS:
        declared = access.declared(room.endpoint)
        assert declared is not None
        assert room.role in declared.roles, room


def test_staff_never_reach_testimonies_nor_researchers_contacts(app: Flask) -> None:
    """By address: what is under a room's own is for its role, and for no other."""
    for rule in rules(app):
        first = rule.rule.split("/")[1]
        role = {
            "recherche": RoleName.RESEARCHER,
            "equipe": RoleName.STAFF,
            "admin": RoleName.ADMINISTRATOR,
            "dpo": RoleName.DPO,
        }.get(first)
        declared = access.declared(rule.endpoint)
        assert declared is not None
        assert declared.roles == ((role,) if role else ()), rule.rule


def kept() -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, but for what counts visits."""
    db.session.rollback()
    return {
        table.name: sorted(map(tuple, db.session.execute(select(table))), key=repr)
        for table in Base.metadata.sorted_tables
        if table.name not in {"rate_counts", "daily_salts"}
    }


def test_each_role_against_each_route_that_is_closed_to_it(
    app: Flask, signed_in: Callable[..., FlaskClient]
) -> None:
    clients = {NOBODY: app.test_client()} | {"-".join(r): signed_in(*r) for r in ROLES}
    where = addresses(app, signed_in)
    before, got, expected = kept(), {}, {}
    for endpoint, method, rule in requests(app):
        declared = access.declared(endpoint)
        assert declared is not None
        for who, client in clients.items():
            if declared.who in (Who.EVERYBODY, Who.HOLDER) or who in declared.roles:
                continue
            if declared.who is Who.SIGNED_IN and who != NOBODY:
                continue
            reply = client.open(where(endpoint, rule), method=method)
            to = str(reply.location).split("?")[0] if reply.location else ""
            got[who, method, rule] = (reply.status_code, to)
            expected[who, method, rule] = (302, SIGN_IN) if who == NOBODY else (403, "")
    assert got == expected
    assert len(got) > 600
    assert kept() == before


OTHERWISE = {
    # Pages of one's own draft, code or proposal: whoever holds none is led to the door.
    **dict.fromkeys(
        (
            "/etre-rappele/autre",
            "/etre-rappele/merci",
            "/mon-temoignage/accords",
            "/mon-temoignage/code/<slug>",
            "/mon-temoignage/code/<slug>/courriel",
            "/mon-temoignage/code/<slug>/telecharger",
            "/mon-temoignage/lire",
            "/mon-temoignage/mis-de-cote/<slug>",
            "/mon-temoignage/retirer",
            "/mon-temoignage/telecharger",
            "/proposer-un-contact/merci",
            "/temoigner/<slug>/merci",
            "/temoigner/<slug>/relire",
        ),
        302,
    ),
    # Pages that lead to another.
    **dict.fromkeys(
        (
            "/compte/accueil",
            "/compte/deux-etapes",
            "/compte/securite/cle/creer",
            "/entretien/<token>/<any(choisir, annuler, rappel, effacer):_act>",
            "/recherche/accord/<uuid:round_id>/coder",
            "/recherche/entretiens/relire/<audience>",
            "/recherche/suivant",
            "/temoigner/<slug>/",
        ),
        302,
    ),
    # Of a round of agreement, nothing shows before it is closed: it is blind.
    **dict.fromkeys(
        (
            "/recherche/accord/<uuid:round_id>/chiffres.<any(csv, xlsx):kind>",
            "/recherche/accord/<uuid:round_id>/codages.<any(csv, xlsx):kind>",
            "/recherche/accord/<uuid:round_id>/desaccords",
            "/recherche/accord/<uuid:round_id>/figure.<any(svg, png):kind>",
        ),
        403,
    ),
    # A key of somebody else, a sheet of another sitting, a draft of another kind.
    **dict.fromkeys(
        (
            "/compte/securite/<any(application, codes):what>/changer",
            "/compte/securite/cle/<uuid:which>",
            "/recherche/entretiens/remise/<sitting>",
            "/recherche/grille/essais/<uuid:draft_id>",
        ),
        404,
    ),
    # Nothing to draw yet, no such version, words that the address does not say.
    **dict.fromkeys(
        (
            "/equipe/suivi/courbe.png",
            "/recherche/decomptes/au-fil-du-temps.png",
            "/recherche/decomptes/au-fil-du-temps.svg",
            "/recherche/decomptes/specificites/figure.<any(svg,png):kind>",
            "/recherche/grille/historique/<int(max=2147483647):number>",
            "/recherche/temoignages/<uuid:testimony_id>/coder",
        ),
        404,
    ),
    "/recherche/temoignages/<uuid:testimony_id>/choisir": 400,
}
"""What a page answers to whom it admits, when that is not 200."""


def test_each_role_against_each_page_that_is_open_to_it(
    app: Flask, signed_in: Callable[..., FlaskClient]
) -> None:
    clients = {NOBODY: app.test_client()} | {"-".join(r): signed_in(*r) for r in ROLES}
    where = addresses(app, signed_in)
    got, expected = {}, {}
    for endpoint, method, rule in requests(app):
        declared = access.declared(endpoint)
        assert declared is not None
        for who, client in clients.items() if method == "GET" else ():
            is_signed_in = declared.who is Who.SIGNED_IN and who != NOBODY
            is_anybody = declared.who in (Who.EVERYBODY, Who.HOLDER) and who == NOBODY
            if is_signed_in or is_anybody or who in declared.roles:
                with client.get(where(endpoint, rule)) as reply:
                    got[who, rule] = reply.status_code
                expected[who, rule] = OTHERWISE.get(rule, 200)
    assert {each: got[each] for each in got if got[each] != expected[each]} == {}
    assert len(got) > 140


def test_a_link_opens_what_it_was_made_for_alone(
    app: Flask,
) -> None:
    """Each personal link, at the address of each other."""
    made = people()
    rules_of = {
        "invitations": "/invitation/<token>",
        "referrals": "/contact/<token>",
        "interviews": "/entretien/<token>",
        "account_links": "/compte/lien/<token>",
    }
    tokens = {of: str(made[f"{of} token"]) for of in rules_of}
    got = {
        (of, at): app.test_client().get(rule.replace("<token>", token)).status_code
        for of, token in tokens.items()
        for at, rule in rules_of.items()
    }
    # A yes keeps its link: the address of the proposal leads the same person on.
    expected = {(of, at): 200 if of == at else 404 for of, at in got}
    assert got == expected | {("interviews", "referrals"): 302}


def test_what_a_colleague_is_bringing_in_is_theirs_alone(
    app: Flask, signed_in: Callable[..., FlaskClient]
) -> None:
    """Files on their way in: a colleague of the same role finds nothing at their addresses."""
    where = addresses(app, signed_in)
    routes = [
        (endpoint, method, rule)
        for endpoint, method, rule in requests(app)
        if "import_id" in rule or "draft_id" in rule
    ]
    clients = {}
    for role in (RoleName.STAFF, RoleName.RESEARCHER):
        email = f"autre-{role}@recueil.example"
        factories.account(db.session, email=email, roles=[role], password=PASSWORD)
        db.session.commit()
        clients[role] = app.test_client()
        clients[role].post(SIGN_IN, data={"email": email, "password": PASSWORD})
    before = kept()
    got = {}
    for endpoint, method, rule in routes:
        declared = access.declared(endpoint)
        assert declared is not None
        reply = clients[declared.roles[0]].open(where(endpoint, rule), method=method)
        got[method, rule] = (reply.status_code, str(reply.location))
    # Led back to the form of another file, or told that there is nothing there.
    assert {
        each: status for each, (status, _) in got.items() if status not in (302, 303, 404)
    } == {}
    assert {to for _, to in got.values()} - {"None"} == {
        rule.split("/<uuid:import_id>")[0].split("/<uuid:draft_id>")[0]
        for (_, rule), (status, _) in got.items()
        if status != 404
    }
    assert len(got) == len(routes) > 15
    assert kept() == before
