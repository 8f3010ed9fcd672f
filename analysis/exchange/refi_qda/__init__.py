"""REFI-QDA 1.5 projects (``.qdpx``): a ZIP of ``project.qde`` and of its texts.

Source: REFI-QDA Standard 1.5 and its schema (``../Project.xsd``, MIT, kept with its notice). What
programs do that the standard does not say, and what breaks them, is written beside each measure.
"""

from analysis.exchange.refi_qda.archives import Bounds
from analysis.exchange.refi_qda.errors import UnreadableProjectError
from analysis.exchange.refi_qda.reading import read
from analysis.exchange.refi_qda.writing import Writer

__all__ = ["Bounds", "UnreadableProjectError", "Writer", "read"]
