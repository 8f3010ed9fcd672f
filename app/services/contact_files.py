"""A file of contacts: what its columns are, and a contact, or what is wrong, line by line."""

from collections.abc import Mapping

from app.services import import_plans, table_files, territories
from app.services.columns import Choices, Column, Columns
from app.services.contact_tags import split
from app.services.contact_words import Lexicon
from app.services.contacts import InvalidEmailError, NewContact, canonical_email
from app.services.spreadsheets import Sheet, UnreadableFileError

NAME_LENGTH = 200
NOTES_LENGTH = 2000
COLUMNS = Columns(
    (
        Column(
            "courriel",
            "Adresse électronique",
            "courriels email emails mail mails mel adressemail adresseemail adressecourriel"
            " adresseelectronique adressemel adressedecourriel adressedemessagerie",
            is_needed=True,
        ),
        Column(
            "nom",
            "Nom",
            "noms nomdefamille nomprenom prenomnom nometprenom prenometnom nomcomplet name"
            " lastname",
            is_needed=True,
        ),
        Column("prenom", "Prénom", "prenoms firstname"),
        Column("profil", "Profil", "profils role qualite fonction", is_needed=True),
        Column("clsm", "CLSM", "nomduclsm nomclsm conseil conseillocaldesantementale"),
        Column("region", "Région", "regions coderegion"),
        Column("departement", "Département", "departements dept dpt codedepartement"),
        Column("etiquettes", "Étiquettes", "etiquette tags tag motscles"),
        Column("notes", "Notes", "note remarques remarque commentaire commentaires observations"),
    )
)
Row = import_plans.Row[NewContact]


class MissingColumnsError(UnreadableFileError):
    """The titles do not name the columns that are needed, each once."""

    def __init__(self, sheet: Sheet, missing: list[str]) -> None:
        self.found = [title for title in sheet.titles if title]
        self.missing = missing
        super().__init__(
            f"Colonnes trouvées : {', '.join(self.found) or 'aucune'}. "
            f"Colonnes nécessaires : {', '.join(COLUMNS.needed)}. "
            f"Il manque : {', '.join(missing)}."
        )


def parse(data: bytes, lexicon: Lexicon, *, audience: str = "") -> tuple[Sheet, list[Row]]:
    """Read a file whose columns are known by their titles; `audience` is for lines without one.

    Raises UnreadableFileError.
    """
    sheet = table_files.read(data, COLUMNS)
    if twice := COLUMNS.twice(COLUMNS.recognise(sheet.titles)):
        raise UnreadableFileError(f"La colonne « {twice[0]} » est là deux fois. Gardez-en une.")
    choices = Choices(COLUMNS.guess(sheet.titles), audience)
    if absent := COLUMNS.missing(choices):
        raise MissingColumnsError(sheet, absent)
    return sheet, rows(sheet, choices, lexicon)


def ignored(sheet: Sheet, choices: Choices) -> list[str]:
    """Return the titles of the columns that are left aside."""
    pairs = zip(sheet.titles, choices.columns, strict=True)
    return [title for title, column in pairs if title and not column]


def rows(sheet: Sheet, choices: Choices, lexicon: Lexicon) -> list[Row]:
    """Return what each line asks for, or why it cannot be used."""
    return [_row(line, cells, choices, lexicon) for line, cells in sheet.records]


def _row(line: int, cells: list[str], choices: Choices, lexicon: Lexicon) -> Row:
    try:
        values = import_plans.values(choices.columns, cells)
        return _usable(line, cells, values, choices.audience, lexicon)
    except ValueError as reason:
        return Row(line, cells, reason=str(reason))


def _usable(
    line: int, cells: list[str], values: Mapping[str, str], audience: str, lexicon: Lexicon
) -> Row:
    """Return a line that can be used. Raises ValueError with the reason why it cannot."""
    email = _email(values.get("courriel", ""))
    name = " ".join(filter(None, (values.get("prenom"), values.get("nom"))))
    if not name:
        raise ValueError("le nom manque")
    clsm, notes = values.get("clsm", ""), values.get("notes", "")
    if max(len(name), len(clsm)) > NAME_LENGTH:
        raise ValueError(f"un nom dépasse {NAME_LENGTH} caractères")
    if len(notes) > NOTES_LENGTH:
        raise ValueError(f"les notes dépassent {NOTES_LENGTH} caractères")
    tags, too_long = split(values.get("etiquettes", ""))
    region, departement, remarks = _place(values)
    remarks += [f"étiquette trop longue, laissée de côté : {tag[:20]}…" for tag in too_long]
    contact = NewContact(
        email=email,
        name=name,
        audience=_audience(values.get("profil", ""), audience, lexicon),
        clsm=clsm,
        region=region,
        departement=departement,
        tags=tags,
        notes=notes,
    )
    return Row(line, cells, contact, remarks=tuple(remarks))


def _email(text: str) -> str:
    try:
        return canonical_email(text)
    except InvalidEmailError:
        raise ValueError(
            "l’adresse électronique n’est pas valable" if text else "le courriel manque"
        ) from None


def _audience(text: str, usual: str, lexicon: Lexicon) -> str:
    if not text and usual:
        return usual
    if not text:
        raise ValueError("le profil manque")
    if (audience := lexicon.audience(text)) is None:
        accepted = ", ".join(f"« {each.label} »" for each in lexicon.audiences)
        raise ValueError(f"le profil n’est pas connu ; écrivez l’un de ceux-ci : {accepted}")
    return audience


def _place(values: Mapping[str, str]) -> tuple[str | None, str | None, list[str]]:
    """Return the codes of a line's region and département, and what was left aside of them."""
    said, told = values.get("region", ""), values.get("departement", "")
    region, departement = territories.region(said), territories.departement(told)
    remarks = []
    if said and region is None:
        remarks.append(f"région « {said[:40]} » non reconnue, laissée vide")
    if told and departement is None:
        remarks.append(f"département « {told[:40]} » non reconnu, laissé vide")
    if region and departement and territories.REGION_OF[departement] != region:
        remarks.append(territories.disagreement(departement, region) + " : laissés vides")
        region = departement = None
    if departement:
        region = territories.REGION_OF[departement]
    return region, departement, remarks
