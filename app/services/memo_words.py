"""Memos as they leave: what their testimony's pseudonyms replace is replaced in them too.

Only the very words that somebody said yes to are known: a name that a memo alone tells stays.
"""

import re
from collections.abc import Mapping


def replaced(words: str, forms: Mapping[str, str]) -> str:
    """Return `words` with each of the `forms` (words typed → pseudonym) replaced.

    Whole words alone, the longest first; capitals and the kind of white space are indifferent.
    """
    known = {_key(form): pseudonym for form, pseudonym in forms.items() if form.strip()}
    if not known:
        return words
    ordered = sorted(known, key=len, reverse=True)
    pattern = "|".join(r"\s+".join(map(re.escape, form.split(" "))) for form in ordered)
    whole = re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE)
    return whole.sub(lambda found: known.get(_key(found[0]), "[…]"), words)


def _key(form: str) -> str:
    return " ".join(form.lower().split())
