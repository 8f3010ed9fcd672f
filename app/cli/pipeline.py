"""The pipeline, for the commands that need it: here, or one line that says why not."""

from typing import TYPE_CHECKING

from app.cli.refusal import Refusal
from app.tasks import PipelineError, tagger

if TYPE_CHECKING:
    from analysis.pipeline import Tagger


def need_tagger() -> "Tagger":
    """Return the pipeline of SPACY_MODEL, or refuse."""
    try:
        return tagger()
    except PipelineError as error:
        raise Refusal(str(error)) from None
