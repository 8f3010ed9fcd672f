"""Words as they are counted: written plainly, small words left out, inclusive spellings undone.

No lemma: « élus » and « élu » are two forms, as in TXM before it is told otherwise; but « élu·es »
counts as « élu ». Loads neither spaCy nor numpy.
"""

import re
from collections.abc import Iterator

from analysis.folding import fold, inclusive_forms

SHORTEST = 3  # letters of a word that is counted
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
# Articles, pronouns, prepositions, conjunctions, auxiliaries: what any French text is made of.
SMALL_WORDS = frozenset(
    """
    afin ainsi alors apres assez aucun aucune aujourd aupres auquel aussi autant autre autres
    aux avaient avais avait avant avec avez aviez avions avoir avons ayant ayez bien car ceci
    cela celle celles celui cependant ces cest cet cette ceux chacun chacune chaque chez combien
    comme comment contre dans deja depuis des desquelles desquels dessous dessus devant devoir
    doit doivent donc dont durant elle elles encore enfin entre envers est est-a-dire etaient
    etais etait etant etc ete etes etiez etions etre eue eues eurent eut eux faire fais faisait
    faisons fait faite faites faits fera font furent fut hors hui ici ils jamais jusqu jusque
    laquelle lequel les lesquelles lesquels leur leurs lors lorsqu lorsque lui mais malgre meme
    memes mes mien mienne moi moins mon non nos notre nous nul nulle ont oui par parce parfois
    parmi pas pendant peu peut peuvent peux plus plusieurs plutot pour pourquoi pourtant pouvait
    pouvoir pres presque puis puisqu puisque qu quand quant que quel quelle quelles quelqu
    quelque quelques quels qui quoi quoiqu sans sauf selon sera seraient serait seront ses si
    sien soi soient sois soit sommes son sont sous souvent suis sur surtout tandis tant tel
    telle telles tels tes toi ton toujours tous tout toute toutefois toutes tres trop une unes
    uns vers via voici voila vont vos votre vous vraiment
    """.split()  # noqa: SIM905 -- read as a text
)


def words(text: str) -> Iterator[str]:
    """Each word of *text*, folded, in its order; small ones and very short ones left out."""
    for found in _WORD.finditer(fold(_plain(text))):
        word = found.group()
        if len(word) >= SHORTEST and word not in SMALL_WORDS:
            yield word


def _plain(text: str) -> str:
    """*text* with its inclusive spellings made their base: « élu·es » → « élu »."""
    pieces, told = [], 0
    for start, end, base in inclusive_forms(text):
        pieces += [text[told:start], base]
        told = end
    return "".join([*pieces, text[told:]])
