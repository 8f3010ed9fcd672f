"""From a word to its key: what makes two forms of one French word equal.

Own method, over spaCy's lookup lemmas: the word's own table first (words of the field, irregular verbs), then the
lookup lemma, then a light inflectional stem (plural, feminine, -er verbs), without accents. The lookup table alone
is uneven (« isolé » stays, « isolés » gives « isoler »; « élu » has given « élire »); the stem levels it. The same
word always has the same key, in a cue and in a text, whatever its case, accents and inclusive spelling.
"""

import re
from collections.abc import Mapping

from spacy.lookups import load_lookups

from analysis.folding import fold, inclusive_base

# key: the forms that have it, folded
_OWN_WORDS = {
    "elu": "elu elue elus elues",
    "maire": "maire maires mairesse mairesses",
    "mois": "mois",
    "usager": "usager usagers usagere usageres",
    "coordinateur": "coordinateur coordinateurs coordinatrice coordinatrices coordonnateur coordonnateurs"
    " coordonnatrice coordonnatrices coordonateur coordonatrice coordo coordos",
    "celui": "celui celle ceux celles",
    "pair": "pair pairs paire paires",
    "proche": "proche proches",
    "conseiller": "conseiller conseillers conseillere conseilleres",
    "etre": "est es suis sommes sont etait etaient etais ete sera serait soit etre",
    "avoir": "ai as a ont avons avez avait avaient avais eu eue eus aura aurait avoir",
    "aller": "aller vais vas va vont allons allez allait allaient alle allee alles allees ira iront",
    "faire": "faire fait faite faits faites fais font faisait faisaient faisons",
    "dire": "dire dit dits dite dites dis disent disait disaient",
    "prendre": "prendre pris prise prises prend prends prennent prenait prenaient prenons",
    "mettre": "mettre mis mise mises met mets mettent mettait mettons",
    "permettre": "permettre permis permise permises permet permettent permettait",
    "promettre": "promettre promis promise promet promettent",
    "comprendre": "comprendre compris comprise comprises comprend comprends comprennent comprenait",
    "apprendre": "apprendre appris apprise apprend apprends apprennent",
    "ouvrir": "ouvrir ouvert ouverte ouverts ouvertes ouvre ouvrent ouvrait",
    "offrir": "offrir offert offerte offerts offre offrent",
    "entendre": "entendre entendu entendue entendus entendues entend entends entendent",
    "attendre": "attendre attendu attendue attendus attend attends attendent attendait",
    "rendre": "rendre rendu rendue rendus rend rends rendent",
    "perdre": "perdre perdu perdue perdus perdues perd perds perdent",
    "repondre": "repondre repondu repond reponds repondent repondait",
    "defendre": "defendre defendu defendue defend defendent defendait",
    "tenir": "tenir tenu tenue tenus tient tiens tiennent tenait",
    "venir": "venir venu venue venus venues vient viens viennent venait venaient viendra viendront",
    "devenir": "devenir devenu devenue devenus devient deviennent",
    "soutenir": "soutenir soutenu soutenue soutenus soutient soutiennent soutenait soutien soutiens",
    "obtenir": "obtenir obtenu obtenue obtenus obtient obtiennent",
    "connaitre": "connaitre connu connue connus connues connais connait connaissent connaissait connaissaient",
    "reconnaitre": "reconnaitre reconnu reconnue reconnus reconnues reconnait reconnaissent",
    "voir": "voir vu vue vus vues voit vois voient voyait",
    "savoir": "savoir savoirs su sait sais savent savait savaient savais",
    "pouvoir": "pouvoir peut peux peuvent pu pouvait pouvaient pouvais pourrait",
    "vouloir": "vouloir veut veux veulent voulu voulait voulaient voudrait",
    "devoir": "devoir doit dois doivent du devait devrait",
    "vivre": "vivre vit vis vivent vecu vecue vecus vecues vivait",
    "croire": "croire cru croit crois croient croyait",
    "lire": "lire lu lue lus lit lisent",
    "ecrire": "ecrire ecrit ecrite ecrits ecrites ecrivent",
    "sortir": "sortir sorti sortie sortis sort sors sortent",
    "partir": "partir parti partie partis part partent",
    "sentir": "sentir senti sentie sentis sent sens sentent sentait",
    "servir": "servir servi sert servent servait",
    "convaincre": "convaincre convaincu convaincue convaincus convainc",
    "construire": "construire construit construite construits construites construisent",
    "co-construire": "co-construire coconstruire co-construit coconstruit coconstruite",
    "reunir": "reunir reuni reunie reunis reunies reunit reunissent reunissait",
    "choisir": "choisir choisi choisie choisis choisit choisissent",
    "batir": "batir bati batie batit",
    "accueillir": "accueillir accueilli accueillie accueillis accueille accueillent",
    "recevoir": "recevoir recu recue recus recoit recoivent",
    "craindre": "craindre craint craignent craignait",
    "rejoindre": "rejoindre rejoint rejointe rejoints rejoignent",
    "suivre": "suivre suivi suivie suivis suivies suit suivent",
    "demunir": "demunir demuni demunie demunis demunies",
    "guerir": "guerir gueri guerie gueris guerit",
    "suicide": "suicide suicides suicidaire suicidaires",
    "travail": "travail travaux",
    "parole": "parole paroles",
    "parler": "parler parle parles parlent parlait parlais parlions parlons parlez",
}
_KEYS = {form: key for key, forms in _OWN_WORDS.items() for form in forms.split()}
_ELISION = re.compile(r"(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)'")
_STEM = re.compile(r"[^\W\d_]{4,}")


class Keys:
    """The key of each word, remembered; one instance serves one thread at a time."""

    _LIMIT = 200_000  # words remembered: enough for any corpus, and a ceiling for a worker that lives for months

    def __init__(self) -> None:
        self._lemmas: Mapping[str, str] = load_lookups("fr", ["lemma_lookup"]).get_table("lemma_lookup")
        self._known: dict[str, tuple[str, ...]] = {}

    def of(self, word: str) -> tuple[str, ...]:
        """The keys of *word*: one, or one a part for a hyphenated word; none for white space and hyphens."""
        keys = self._known.get(word)
        if keys is None:
            if len(self._known) >= self._LIMIT:
                self._known.clear()
            keys = self._known[word] = self._compute(word)
        return keys

    def _compute(self, word: str) -> tuple[str, ...]:
        folded = fold(word).strip()
        if folded in _KEYS:
            return (_KEYS[folded],)
        base = inclusive_base(word)
        if base is not None:
            return self.of(base)
        parts = [part for part in re.split(r"[-‐‑–—]", word.strip()) if part]
        if len(parts) == 1:
            return (self._single(parts[0]),)
        return tuple(key for part in parts for key in self.of(part))

    def _single(self, word: str) -> str:
        word = word.lower()
        lemma = self._lemmas.get(word, word)
        return _stem(_KEYS.get(fold(lemma)) or lemma)


def _stem(lemma: str) -> str:
    word = _ELISION.sub("", fold(lemma), count=1)
    if not _STEM.fullmatch(word):
        return word
    for ending, base in (("trices", "teur"), ("trice", "teur"), ("euses", "eur"), ("euse", "eur"), ("aux", "al")):
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return word.removesuffix(ending) + base
    if word[-1] in "sx":
        word = word[:-1]
    while word[-1] == "e" and len(word) > 3:
        word = word[:-1]
    return word[:-2] if word.endswith("er") and len(word) > 5 else word
