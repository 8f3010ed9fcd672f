"""The acts of the log, in French: who, what, and the word of the code that makes it precise."""

from collections.abc import Mapping

from app.models import Act, Actor, AuditEntry, RoleName
from app.presentation import plural
from app.services import audit_checks, retention
from app.services.audit_chains import Break, Why
from app.views import desk_acts

ACTS = {
    Act.SIGNED_IN: "s’est connectée ou connecté",
    Act.SIGN_IN_REFUSED: "n’a pas pu prouver son identité",
    Act.SIGNED_OUT: "s’est déconnectée ou déconnecté",
    Act.PASSWORD_CHANGED: "a changé son mot de passe",
    Act.PASSWORD_GIVEN: "a donné un nouveau mot de passe à un compte",
    Act.ACCOUNT_CREATED: "a ouvert un compte",
    Act.ACCOUNT_INVITED: "a invité une ou un collègue",
    Act.ROLES_SET: "a fixé les droits d’un compte",
    Act.FACTOR_CHANGED: "a changé la connexion en deux étapes d’un compte",
    Act.ACCOUNT_CLOSED: "a fermé un compte",
    Act.ACCOUNT_REOPENED: "a rouvert un compte",
    Act.ACCOUNT_UNINVITED: "a retiré une invitation de collègue",
    Act.RECOVERY_LINK_MADE: "a fait un lien pour un mot de passe perdu",
    Act.STEPS_NEEDED: "a fixé les droits qui demandent deux étapes",
    Act.CONTACTS_LISTED: "a affiché la liste des contacts",
    Act.CONTACT_OPENED: "a ouvert la fiche d’un contact",
    Act.CONTACT_ADDED: "a ajouté un contact",
    Act.CONTACT_CORRECTED: "a corrigé un contact",
    Act.CONTACT_OPPOSED: "a noté le refus d’un contact",
    Act.CONTACT_ERASED: "a effacé un contact",
    Act.CONTACTS_TAGGED: "a changé une étiquette de contacts",
    Act.CONTACTS_IMPORTED: "a importé des contacts",
    Act.CONTACTS_EXPORTED: "a exporté des contacts",
    Act.CAMPAIGN_LAUNCHED: "a lancé une campagne",
    Act.CAMPAIGN_STOPPED: "a arrêté une campagne",
    Act.CAMPAIGN_RECALLED: "a remis en préparation une campagne programmée",
    Act.CAMPAIGN_COPIED: "a dupliqué une campagne",
    Act.CAMPAIGN_ERASED: "a supprimé une campagne jamais partie",
    Act.RECONTACTS_LISTED: "a affiché les personnes à rappeler",
    Act.RECONTACT_WRITTEN: "a envoyé son lien à une personne à rappeler",
    Act.RECONTACT_BOOKED: "a fixé un rendez-vous",
    Act.RECONTACT_CANCELLED: "a annulé un rendez-vous",
    Act.RECONTACT_ERASED: "a effacé les coordonnées d’une personne à rappeler",
    Act.RECONTACT_ASKED_CALL: "a demandé qu’on l’appelle",
    Act.SLOTS_PUBLISHED: "a publié des créneaux",
    Act.SLOT_CHANGED: "a corrigé un créneau",
    Act.SLOT_CANCELLED: "a annulé un créneau",
    Act.INQUIRY_OPENED: "a ouvert une question",
    Act.INQUIRY_CLOSED: "a clos une question",
    Act.INQUIRY_ERASED: "a effacé une question",
    Act.TESTIMONIES_LISTED: "a affiché la liste des témoignages",
    Act.TESTIMONIES_SEARCHED: "a lu des passages de témoignages",
    Act.TESTIMONY_OPENED: "a ouvert un témoignage",
    Act.TESTIMONY_AMENDED: "a modifié un témoignage",
    Act.TESTIMONY_WITHDRAWN: "a retiré un témoignage",
    Act.CONSENTS_CHANGED: "a changé les accords d’un témoignage",
    Act.TRANSCRIPT_ENTERED: "a entré un entretien",
    Act.TESTIMONIES_IMPORTED: "a importé des témoignages",
    Act.PSEUDONYMS_DECIDED: "a décidé des pseudonymes d’un témoignage",
    Act.RESEARCH_EXPORTED: "a exporté des données de recherche",
    Act.PROJECT_IMPORTED: "a importé un projet d’analyse",
    Act.QUOTATION_CHOSEN: "a choisi un passage pour un guide",
    Act.QUOTATION_DROPPED: "a retiré un passage d’un guide",
    Act.GUIDE_DRAFTED: "a pris le brouillon d’un guide",
    Act.ERASED_WHEN_DUE: "a effacé ce dont la durée était passée",
    Act.SWITCH_TURNED: "a changé un réglage",
    Act.DESK_DONE: "a fait ceci\u00a0:",
    Act.KEYS_ROTATED: "a changé les clés de chiffrement",
    Act.BACKUP_MADE: "a fait une sauvegarde",
    Act.BACKUP_RESTORED: "a restauré une sauvegarde",
    Act.JOURNAL_OPENED: "a consulté ce journal",
    Act.JOURNAL_EXPORTED: "a exporté ce journal",
    Act.JOURNAL_VERIFIED: "a relu tout le journal\u00a0: il est entier",
    Act.JOURNAL_BROKEN: "a relu tout le journal\u00a0: il est rompu",
    Act.JOURNAL_CUT: "a coupé les lignes les plus anciennes",
}
KINDS = {
    "account": "Comptes et connexions",
    "contact": "Contacts",
    "campaign": "Campagnes",
    "recontact": "Personnes à rappeler",
    "slot": "Créneaux",
    "inquiry": "Questions",
    "testimony": "Témoignages",
    "pseudonym": "Pseudonymes",
    "export": "Exports et imports de recherche",
    "quotation": "Citations",
    "guide": "Guides",
    "retention": "Durées de conservation",
    "switch": "Réglages",
    "desk": "Autres gestes de l’équipe",
    "key": "Clés",
    "backup": "Sauvegardes",
    "journal": "Ce journal",
}
ACTORS = {Actor.PERSON: "Une personne sans compte", Actor.SYSTEM: "Le système"}
NATURES = {Actor.ACCOUNT: "compte", Actor.PERSON: "personne", Actor.SYSTEM: "système"}
ROLES = {
    RoleName.STAFF.value: "équipe",
    RoleName.RESEARCHER.value: "recherche",
    RoleName.ADMINISTRATOR.value: "administration",
    RoleName.DPO.value: "protection des données",
}
DETAILS = {
    "pseudonymised": "pseudonymisé",
    "raw": "brut",
    "on": "mis en marche",
    "off": "arrêté",
    "concordance": "concordance",
    "round": "codage à l’aveugle",
    "link": "par un lien",
    "application": "application",
    "cle": "clé d’accès",
    "codes": "codes de secours",
    "agreement": "codage à l’aveugle",
    "refused": "lignes refusées d’un fichier",
    "changed": "retirés ou changés",
    "reset": "remise à zéro",
    "second": "seconde étape",
    "again": "mot de passe redemandé",
}


def who(entry: AuditEntry, people: Mapping[int, str]) -> str:
    """Return who acted: a name while the account is there, its number afterwards."""
    if entry.actor is not Actor.ACCOUNT:
        return ACTORS[entry.actor]
    number = entry.account_id or 0
    return people.get(number, f"Compte nº\u00a0{number} (fermé)")


def found(check: AuditEntry) -> str:
    """Return what a reading of the whole log found, as the row that it left says."""
    if check.act is Act.JOURNAL_VERIFIED:
        return f"entier, {plural(check.count or 0, 'ligne relue', 'lignes relues')}"
    why, _, sequence = check.detail.partition(":")
    return f"rompu\u00a0: {audit_checks.told(Break(int(sequence), Why(why)))}"


def detail(entry: AuditEntry) -> str:
    """Return what makes an act precise, in French where the word is ours."""
    if entry.act in (Act.ROLES_SET, Act.STEPS_NEEDED):
        names = [ROLES.get(each, each) for each in entry.detail.split(",") if each]
        return ", ".join(names) or "aucun droit"
    if entry.act is Act.DESK_DONE:
        return desk_acts.WORDS.get(entry.detail, entry.detail)
    if entry.act is Act.ERASED_WHEN_DUE:
        known = {rule.name: rule.what for rule in retention.rules()}
        return known.get(entry.detail, entry.detail)
    if entry.act is Act.JOURNAL_VERIFIED:
        return entry.detail.replace("to:", "jusqu’à la ligne ")
    if entry.act is Act.JOURNAL_BROKEN:
        return found(entry)
    return ", ".join(DETAILS.get(each, each) for each in entry.detail.split(":") if each)
