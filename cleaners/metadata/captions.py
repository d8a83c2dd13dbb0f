"""What stands under a picture, and who took it."""

from __future__ import annotations

import re
from itertools import islice

from lxml import etree

from cleaners.metadata.head import bounded_text

LONGEST_CAPTION = 1000
LONGEST_CREDIT = 150
MOST_INSIDE = 40
CAPTION = re.compile(r"caption|legend|bildunter|bildtext|figcap|img-desc|image-desc")
CREDIT = re.compile(r"credit|copyright|photographer|rights|attribution|img-source|image-source|photo-?by|agency|quelle")
WORDS = (
    r"Fotos?|Photos?|Photograph|Bild(?:er|quelle)?|Images?|Pictures?|Imagen|Immagine|Zdjęcie|Fot\.|Grafik|Illustration"
    r"|Quelle|Source|Crédits?(?: photo)?|Credits?|Copyright"
)
BY = r"(?:by|von|par|por|di|de)\b|[:©/]"
# Where in a caption the credit begins: "(Photo by Jane Doe)", "Foto: dpa", "© AFP". Looked for in its last characters.
CREDIT_IN_TEXT = re.compile(
    rf"[\s(|/–—-]*(?:\b(?:{WORDS})\s?(?:{BY})[\s©:]*|©\s?|\(c\)\s?)([^()\n]{{2,120}}?)[\s).]*$", re.IGNORECASE
)
CREDIT_MARK = re.compile(rf"^[\s(©|/–—-]*(?:(?:{WORDS})\s?(?:{BY})|\(c\))?[\s©:]*", re.IGNORECASE)


def figure_of(element: etree._Element) -> etree._Element | None:
    """The <figure> or captioned box around a picture."""
    for around in islice(element.iterancestors(), 5):
        if around.tag == "figure" or "wp-caption" in (around.get("class") or "")[:200]:
            return around
    return None


def caption_of(element: etree._Element) -> tuple[str, str]:
    """(caption, credit) of a picture, either empty where the page gives none."""
    around = figure_of(element)
    if around is None:
        return "", ""
    caption = credit = ""
    for inner in islice(around.iterdescendants(), MOST_INSIDE):
        names = f"{(inner.get('class') or '')[:200]} {(inner.get('itemprop') or '')[:50]}".lower()
        if not credit and CREDIT.search(names):
            credit = bounded_text(inner, LONGEST_CREDIT, " ")
        elif not caption and (inner.tag == "figcaption" or CAPTION.search(names)):
            caption = bounded_text(inner, LONGEST_CAPTION, " ")
    return _parted(caption, credit)


def _parted(caption: str, credit: str) -> tuple[str, str]:
    """The caption without the credit that stands in it, the credit without "Photo:"."""
    if credit:
        caption = " ".join(caption.replace(credit, " ", 1).split())
    else:
        match = CREDIT_IN_TEXT.search(caption, max(0, len(caption) - LONGEST_CREDIT))
        if match:
            caption, credit = caption[: match.start()], match[1]
    return caption.strip(" |/–—-("), CREDIT_MARK.sub("", credit).strip(" ().|/–—-")
