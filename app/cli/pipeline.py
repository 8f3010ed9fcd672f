"""The pipeline, for the commands that need it: here, or one line that says why not."""

from typing import TYPE_CHECKING

from app.cli.refusal import Refusal
from app.pipelines import PipelineError, tagger

if TYPE_CHECKING:
    from analysis.suggesters import Suggester


def need_tagger() -> "Suggester":
    """Return the pipeline in use, or refuse."""
    try:
        return tagger()
    except PipelineError as error:
        raise Refusal(str(error)) from None
