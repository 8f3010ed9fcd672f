"""Telephone numbers as people type them in France."""

import re

SEPARATORS = re.compile(r"[\s.,/()_\-\u2010-\u2015]+")
FRENCH = re.compile(r"0[1-9][0-9]{8}")
# After the plus sign, E.164 counts 15 digits at most; the shortest numbers of a country have 7.
ABROAD = re.compile(r"\+[1-9][0-9]{6,14}")


def is_phone(typed: str) -> bool:
    """Say whether this can be dialled from France: ten digits, or a plus sign and a country.

    Spaces, dots, dashes, slashes and brackets stand where they like; « 00 33 » and « +33 (0) » are
    understood.
    """
    digits = SEPARATORS.sub("", typed.replace("(0)", ""))
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    if digits.startswith("+33"):
        digits = "0" + digits[3:].removeprefix("0")
    return bool(FRENCH.fullmatch(digits) or ABROAD.fullmatch(digits))


def last_digits(typed: str) -> str:
    """Return the two last digits: enough to recognise one's own number, too little to call it."""
    return re.sub(r"[^0-9]", "", typed)[-2:]
