"""What a page says of itself, weighed: title, authors, dates, language, publisher, address, image, access.

`read_testimony` looks at the tree once; `find_headline` can then be asked early, and `read_metadata` late, when the
body is known. Every field comes with who said so, who agrees, who does not, and how often that was right.
"""

from __future__ import annotations

from cleaners.metadata.completeness import Completeness, judge_completeness
from cleaners.metadata.head import read_head
from cleaners.metadata.images import find_images, lead_of
from cleaners.metadata.languages import bears_out, declared, language_of, plain_language
from cleaners.metadata.metadata import Metadata, find_summary, read_metadata
from cleaners.metadata.testimony import Testimony, find_headline, read_testimony
from items import Field

__all__ = [
    "Completeness",
    "Field",
    "Metadata",
    "Testimony",
    "bears_out",
    "declared",
    "find_headline",
    "find_images",
    "find_summary",
    "judge_completeness",
    "language_of",
    "lead_of",
    "plain_language",
    "read_head",
    "read_metadata",
    "read_testimony",
]
