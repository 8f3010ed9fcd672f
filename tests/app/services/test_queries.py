"""Queries: read as people write them, or refused by a sentence."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.services.queries import (
    MISPLACED_EITHER,
    MISPLACED_STAR,
    NOTHING,
    UNCLOSED,
    Query,
    Term,
    UnreadableQueryError,
    parse,
)


def stems(*tokens: str) -> Term:
    return Term(tokens)


def exact(*tokens: str) -> Term:
    return Term(tokens, is_exact=True)


def beginning(*tokens: str) -> Term:
    return Term(tokens, is_exact=True, begins=True)


def out(term: Term) -> Term:
    return Term(term.tokens, term.is_exact, term.begins, is_out=True)


READ = {
    "": (),
    "  ": (),
    "Élues RÉUNION": ((stems("elu"),), (stems("reunion"),)),
    "l’élue": ((stems("elu"),),),
    "élus, usager·ères": ((stems("elu"),), (stems("usag"),)),
    "peut-être": ((stems("peut", "etre"),),),
    "la peur et le maire": ((stems("peur"),), (stems("mair"),)),
    "le": ((stems("le"),),),
    "élus -le": ((stems("elu"),), (out(stems("le")),)),
    "élus ET maire": ((stems("elu"),), (stems("mair"),)),
    '"Les élus"': ((exact("les", "elus"),),),
    "« d’accord » “oui”": ((exact("d", "accord"),), (exact("oui"),)),
    '"conseil munici*"': ((beginning("conseil", "munici"),),),
    '"conseil munici"*': ((beginning("conseil", "munici"),),),
    "PARTICIP*": ((beginning("particip"),),),
    "l’éco*": ((beginning("eco"),),),
    "-peur": ((out(stems("peur")),),),
    '−"trop tard" élu': ((out(exact("trop", "tard")),), (stems("elu"),)),
    "maire peur OU honte": ((stems("mair"),), (stems("peur"), stems("hont"))),
    "a OR b | c": ((stems("a"), stems("b"), stems("c")),),
    "peur ou honte": ((stems("peur"),), (stems("ou"),), (stems("hont"),)),
    "- peur ! 🙂": ((stems("peur"),),),
    "(peur)": ((stems("peur"),),),
}


@pytest.mark.parametrize(("typed", "clauses"), READ.items())
def test_reads(typed: str, clauses: tuple[tuple[Term, ...], ...]) -> None:
    assert parse(typed) == Query(clauses)


REFUSED = {
    '"peur': UNCLOSED,
    "«peur": UNCLOSED,
    "peur »": UNCLOSED,
    "_": NOTHING,
    "🙂 !": NOTHING,
    '""': NOTHING,
    "l’": NOTHING,
    "*": MISPLACED_STAR,
    "*tion": MISPLACED_STAR,
    "par*tion": MISPLACED_STAR,
    '"un* mot"': MISPLACED_STAR,
    "OU peur": MISPLACED_EITHER,
    "peur OU": MISPLACED_EITHER,
    "peur OU OU honte": MISPLACED_EITHER,
}


@pytest.mark.parametrize(("typed", "sentence"), REFUSED.items())
def test_says_why_a_query_has_no_meaning(typed: str, sentence: str) -> None:
    with pytest.raises(UnreadableQueryError) as error:
        parse(typed)
    assert str(error.value) == sentence


def test_what_is_to_be_without_is_not_to_be_found() -> None:
    assert parse("peur OU -honte maire").terms == [stems("peur"), stems("mair")]
    assert parse("-peur").terms == []


@example("ǅ*")
@given(st.text(max_size=100))
def test_any_text_is_read_or_refused_by_a_sentence(typed: str) -> None:
    said, query = "", Query()
    try:
        query = parse(typed)
    except UnreadableQueryError as error:
        said = str(error)
    assert said in {"", UNCLOSED, NOTHING, MISPLACED_STAR, MISPLACED_EITHER}
    assert all(term.tokens for clause in query.clauses for term in clause)
