"""The agreement measured last, in the sentences of a method annex: no words of anybody, no name."""

from sqlalchemy.orm import Session

from app.services import agreements
from app.services.agreement_figures import Figures
from guides.french import NBSP, counted, day, decimal

SURE, TENTATIVE = 0.8, 0.667  # Krippendorff, Content Analysis, 2004, ch. 11
NAMES = {
    "positive": "accord positif",
    "kappa": f"κ{NBSP}de Cohen",
    "alpha": f"α{NBSP}de Krippendorff",
    "ac2": "AC2 de Gwet",
}


def told(session: Session) -> list[str]:
    """Return what is to be said of the round closed last; nothing as long as there is none."""
    latest = agreements.latest_figures(session)
    if latest is None:
        return []
    sample = latest.sample
    said = [
        f"Codage croisé clos le {day(latest.closed_on)}{NBSP}: "
        f"{counted(latest.people, 'personne a codé', 'personnes ont codé')}, sans se voir, "
        f"{counted(sample.units, 'phrase', 'phrases')} de "
        f"{counted(sample.answers, 'réponse', 'réponses')} tirées au hasard dans "
        f"{counted(sample.testimonies, 'témoignage', 'témoignages')}.",
        f"Par phrase, tous thèmes ensemble{NBSP}: {_figures(latest.sentences)}.",
        f"Par réponse{NBSP}: {_figures(latest.answers)}.",
        _by_theme(latest.sentences),
    ]
    if latest.read_by:
        said.append(
            f"La chaîne d’analyse ({latest.read_by}) comptée comme une personne de plus, par "
            f"phrase{NBSP}: {_figures(latest.with_pipeline)}."
        )
    said.append(
        f"Entre parenthèses, l’intervalle à 95{NBSP}%, sur "
        f"{counted(latest.sentences.resamples, 'tirage', 'tirages')} des témoignages."
    )
    return said


def _figures(found: Figures) -> str:
    return ", ".join(_figure(found, field, name) for field, name in NAMES.items())


def _figure(found: Figures, field: str, name: str) -> str:
    estimate = getattr(found.overall, field)
    if estimate.value is None:
        return f"{name} non défini ({estimate.reason})"
    told = f"{name} {decimal(estimate.value)}"
    if estimate.low is None:
        return told
    return f"{told} (de {decimal(estimate.low)} à {decimal(estimate.high)})"


def _by_theme(found: Figures) -> str:
    alphas = [each.alpha.value for each in found.themes.values()]
    known = [each for each in alphas if each is not None]
    sure = sum(each >= SURE for each in known)
    tentative = sum(TENTATIVE <= each < SURE for each in known)
    told = [
        f"Thème par thème, α{NBSP}atteint 0,80 pour {sure} sur {len(alphas)}"
        if sure
        else f"Thème par thème, α{NBSP}n’atteint 0,80 pour aucun sur {len(alphas)}"
    ]
    if tentative:
        told.append(
            f"il se tient entre 0,667 et 0,80, où Krippendorff ne conseille que des conclusions "
            f"provisoires, pour {tentative}"
        )
    if len(known) < len(alphas):
        told.append(f"il n’est pas défini pour {len(alphas) - len(known)}")
    return f"{f'{NBSP}; '.join(told)}."
