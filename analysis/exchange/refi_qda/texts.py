"""The text of a source, and where its places are."""

from collections.abc import Callable
from xml.etree.ElementTree import Element

from analysis.exchange.moves import Moves
from analysis.exchange.plain import plain
from analysis.exchange.refi_qda.archives import Archive
from analysis.exchange.refi_qda.parsed import children

Tell = Callable[[str], None]
OURS = "Recueil"


def text_of(one: Element, archive: Archive, tell: Tell) -> str | None:
    """The text of a source or of a note, as it is written; none, and told, where there is none."""
    inline = children(one, "PlainTextContent")
    if inline and inline[0].text:
        return inline[0].text
    name, path = one.get("name", ""), one.get("plainTextPath", "")
    # Some write internal://x.txt, some sources/x.txt: the file's name is all that is trusted.
    data = archive.text(path.replace("\\", "/").rpartition("/")[2]) if path else None
    if data is None:
        tell(f"Source sans texte dans l’archive, laissée de côté\u00a0: «\u00a0{name}\u00a0»")
        return None
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        tell(f"Source qui n’est pas en UTF-8, laissée de côté\u00a0: «\u00a0{name}\u00a0»")
        return None


def placed(written: str, name: str, origin: str, tell: Tell) -> tuple[str, Moves]:
    """The text with LF, and the way to its places from those that the project gives.

    The standard counts code points, two in CRLF. ATLAS.ti counts CRLF as one; some programs count
    UTF-16 units. The former is known by its origin, the latter cannot be told apart: it is said.
    """
    made = plain(written)
    if origin.startswith(OURS):
        return made.text, made.moves
    is_one = "atlas" in origin.lower()
    if made.moves.pieces:
        tell(
            f"Dans «\u00a0{name}\u00a0», chaque fin de ligne (CRLF) a été comptée pour "
            + ("un signe, comme le fait ATLAS.ti" if is_one else "deux signes, selon la norme")
        )
    if any(sign > "\uffff" for sign in written):
        tell(
            f"Dans «\u00a0{name}\u00a0», des signes (émojis…) comptent pour deux dans certains "
            "logiciels, et pour un ici, selon la norme\u00a0: vérifiez les extraits qui les suivent"
        )
    return made.text, Moves() if is_one else made.moves
