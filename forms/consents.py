"""What a consent says, whatever the version of the words: a box of before, a degree of now."""

from forms.schema import Kind, Question, Quotation, Value


def quotation(value: Value | None) -> Quotation:
    """Give how far somebody agrees to be quoted; no answer is « not at all ».

    The box of the first versions said: without any name.
    """
    if value is True:
        return Quotation.UNNAMED
    known = [degree for degree in Quotation if degree.value == value]
    return known[0] if known else Quotation.NOT_AT_ALL


def is_given(question: Question, value: Value | None) -> bool:
    """Tell whether this answer to a consent is a yes."""
    if question.kind is Kind.QUOTATION:
        return quotation(value) is not Quotation.NOT_AT_ALL
    return value is True


def answer(question: Question, said: Quotation) -> Value | None:
    """Give the answer of a quotation's consent that says this degree, or None for a box left empty.

    A box says no more than « yes »: « with function and territory » is kept as a tick.
    """
    if question.kind is Kind.QUOTATION:
        return said.value
    return True if said is not Quotation.NOT_AT_ALL else None
