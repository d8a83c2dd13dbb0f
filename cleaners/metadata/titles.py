"""The headline as the reader sees it: claims from headings, meta tags and <title>, without the site's name."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from cleaners.metadata.claims import Candidate, Claim, group
from cleaners.metadata.head import Head, Heading
from cleaners.metadata.json_ld import Graph, text_of

SEPARATOR = re.compile(r"\s[|\-–—·•»«:/~<>\\*⋆]{1,2}\s|\s?[|·•»›]\s?|:\s")
SEAM_MARK = re.compile(r": | [–—|-] ")
WORD = re.compile(r"\w+")
LONGEST = 400
MOST_CUTS = 6
TITLE_NAMES = ("title", "headline", "heading", "entry", "post", "article", "story", "titel", "name")
SITE_NAMES = ("logo", "site-", "brand", "masthead", "navbar", "blog-title", "header__title", "sitename")
ASIDE_NAMES = ("related", "comment", "footer", "sidebar", "widget", "newsletter", "modal", "cookie", "popup", "menu")
HEADER_TAGS = frozenset(("header", "hgroup"))
OUTSIDE = frozenset(("nav", "footer", "aside"))
HEADERS = ("headline", "header", "title", "contenthead", "article-head", "article__head")
RELATED = ("og", "title", "json_ld", "twitter", "h1")
CONFIRMING = frozenset(("og", "json_ld", "twitter", "announced"))
STANDS_FOR = {"h2_lead": "h1", "h2_lead_part": "h1_part"}
# When witnesses agree but for case or quotes: whose spelling is the reader's.
SPELLING = {
    name: rank
    for rank, name in enumerate(
        ("h2_lead", "h2_lead_part", "h1", "h1_part", "h1_late", "h2", "announced", "og", "json_ld")
    )
}


@lru_cache(maxsize=1024)
def key_of(title: str) -> str:
    """What two spellings of one headline share: letters and digits, case folded."""
    plain = title.lower() if title.isascii() else unicodedata.normalize("NFKC", title).casefold()
    return " ".join(WORD.findall(plain))


def title_claims(head: Head, graph: Graph, sites: set[str], announced: str | None = None) -> list[Claim]:
    """Everything the page calls itself. sites: keys of the site's own names."""
    claims: list[Claim] = []
    headings = [heading for heading in head.headings if heading.text]
    lead = leading_h2(headings)
    first = [heading for heading in headings if heading.level == 1]
    for at, heading in enumerate(first[:12]):
        _claim(claims, "h1_crumb" if lead else "h1" if at == 0 else "h1_late", heading.text)
        for part in heading.parts if not lead else ():
            _claim(claims, "h1_part", part)
    for heading in [heading for heading in headings if heading.level == 2][:8]:
        _claim(claims, "h2_lead" if heading is lead else "h2", heading.text)
        for part in heading.parts if heading is lead else ():
            _claim(claims, "h2_lead_part", part)
    _claim(claims, "announced", announced or "")
    for value in head.meta("og:title")[:2]:
        _claim(claims, "og", value)
    _claim(claims, "json_ld", text_of(graph.article.get("headline")))
    _claim(claims, "json_ld_name", text_of(graph.article.get("name") or graph.page.get("name")))
    _claim(claims, "twitter", head.first("twitter:title", "twitter:text:title"))
    for value in head.meta("dc.title", "dcterms.title", "parsely-title", "sailthru.title", "headline", "title")[:4]:
        _claim(claims, "meta", value)
    _claim(claims, "title", head.title)
    for source, whole in (("og", head.first("og:title")), ("title", head.title)):
        for part, kind in _cuts(whole, sites):
            _claim(claims, f"{source}_{kind}", part)
    return claims


def leading_h2(headings: list[Heading]) -> Heading | None:
    """The <h2> that is the headline where every <h1> stands in a trail of links, written for search engines."""
    first = [heading for heading in headings if heading.level == 1 and heading.text]
    if not first or not all(heading.crumb for heading in first):
        return None
    after = headings.index(first[0])
    below = (
        one for one in headings[after:] if one.level == 2 and one.text and not OUTSIDE.intersection(one.tags.split())
    )
    return next((one for one in below if _in_header(one)), None)


def _in_header(heading: Heading) -> bool:
    """Whether a heading stands where an article's headline does."""
    return bool(HEADER_TAGS.intersection(heading.tags.split()[:3])) or any(name in heading.names for name in HEADERS)


def _claim(claims: list[Claim], source: str, value: str) -> None:
    value = " ".join(value[:LONGEST].split())
    key = key_of(value)
    if key:
        claims.append(Claim(source, value, key))


def site_names(head: Head, graph: Graph) -> set[str]:
    """Keys of what the site calls itself."""
    said = [*head.meta("og:site_name", "application-name", "apple-mobile-web-app-title", "publisher", "dc.publisher")]
    said.append(text_of(graph.look_up(graph.article.get("publisher"))))
    said += [text_of(node) for node in graph.ids.values() if node.get("@type") in ("WebSite", "Organization")][:10]
    return {key for name in said if (key := key_of(name[:200]))}


def _cuts(whole: str, sites: set[str]) -> list[tuple[str, str]]:
    """The ways to cut a site's name off: the parts left, each with how it was cut."""
    whole = whole[:LONGEST]
    spans = [match.span() for match in SEPARATOR.finditer(whole)][:MOST_CUTS]
    if not spans:
        return []
    cuts = []
    for start, end in spans:
        left, right = whole[:start], whole[end:]
        if _is_site(right, sites):
            cuts.append((left, "before_site"))
        if _is_site(left, sites):
            cuts.append((right, "after_site"))
    cuts.append((whole[: spans[-1][0]], "before_last"))
    cuts.append((whole[: spans[0][0]], "before_first"))
    cuts.append((whole[spans[0][1] :], "after_first"))
    return cuts


def _is_site(part: str, sites: set[str]) -> bool:
    key = key_of(part)
    return bool(key) and any(key == site or (len(key) > 3 and (key in site or site in key)) for site in sites)


def title_candidates(
    head: Head, graph: Graph, url: str | None, sites: set[str], announced: str | None = None
) -> list[Candidate]:
    """The candidates with what speaks for and against each. sites: keys of the site's own names."""
    candidates = group(title_claims(head, graph, sites, announced))
    host = key_of((url or "").split("://", 1)[-1].split("/", 1)[0].removeprefix("www.").replace(".", " "))
    for candidate in candidates:
        _as_headline(candidate)
    wholes = {source: candidate.key for candidate in candidates for source in candidate.features}
    shapes = _heading_shapes(head.headings)
    cut = _cut_short(head)
    lead = leading_h2(head.headings)
    shown = _confirmed(lead, candidates)
    only_h1 = not lead and len({key_of(one.text) for one in head.headings if one.level == 1 and one.text}) == 1
    slug = set(key_of((url or "").split("?", 1)[0].rsplit("://", 1)[-1].partition("/")[2].replace("_", " ")).split())
    related = [(source, whole, frozenset(whole.split())) for source in RELATED if (whole := wholes.get(source, ""))]
    for candidate in candidates:
        add = candidate.features
        words = frozenset(candidate.key.split())
        _look(add, candidate, slug if not shown else set(), words)
        if only_h1 and "h1" in add:
            add["h1_only"] = 1.0
        for shape in shapes.get(candidate.key, ()):
            add[shape] = 1.0
        for source, whole, theirs in related:
            if whole != candidate.key:
                _kinship(add, source, candidate.key, whole, len(words & theirs) / len(words | theirs))
        if candidate.key in sites or (host and candidate.key.replace(" ", "") in host.replace(" ", "")):
            add["is_site"] = 1.0
        if candidate.key == cut or (shown and candidate.key not in shown):
            # Broken, or written for search engines and not for readers: nothing speaks for it.
            candidate.features = {}
    return candidates


def _confirmed(lead: Heading | None, candidates: list[Candidate]) -> set[str]:
    """Keys of the leading <h2> and its parts, where the page names one of them elsewhere too; else none."""
    shown = {key_of(text) for text in (lead.text, *lead.parts)} if lead else set()
    borne_out = any(one.key in shown and one.features.keys() & CONFIRMING for one in candidates)
    return shown if borne_out else set()


def _as_headline(candidate: Candidate) -> None:
    """An <h2> that leads the article weighs what an <h1> weighs."""
    for source, alike in STANDS_FOR.items():
        if candidate.features.pop(source, 0.0):
            candidate.features[alike] = 1.0


def _cut_short(head: Head) -> str:
    """The key of an og:title that ends where the headline has a quotation mark: the attribute's own quotes ended it."""
    said = head.first("og:title")[:LONGEST]
    longer = next((heading.text for heading in head.headings if said and heading.text.startswith(said)), "")
    return key_of(said) if longer[len(said) :].lstrip()[:1] in ('"', "'") and longer != said else ""


def _look(add: dict[str, float], candidate: Candidate, slug: set[str], words: frozenset[str]) -> None:
    """What a candidate looks like, whoever claims it."""
    count = candidate.key.count(" ") + 1
    size = len(candidate.key)
    add["one_word"] = float(count == 1)
    add["few_words"] = float(count in (2, 3))
    add["long"] = float(size > 160)
    add["agreeing"] = len({source.split("_")[0] for source in candidate.sources}) ** 0.5
    value = candidate.claims[0].value
    add["separator"] = float(" | " in value or " » " in value or " · " in value)
    if slug:
        add["slug"] = len(words & slug) / len(words)


def _kinship(add: dict[str, float], source: str, key: str, whole: str, shared: float) -> None:
    """How a candidate stands to another witness's whole title. shared: the share of words they have in common."""
    if whole.startswith(key + " "):
        add[f"{source}_begins"] = 1.0
    elif whole.endswith(" " + key):
        add[f"{source}_ends"] = 1.0
    elif key.startswith(whole + " ") or key.endswith(" " + whole):
        add[f"{source}_within"] = 1.0
    else:
        add[f"{source}_like"] = shared


def _heading_shapes(headings: list[Heading]) -> dict[str, list[str]]:
    """By key: what class names and surroundings say of a heading."""
    shapes: dict[str, list[str]] = {}
    for heading in headings[:30]:
        found = shapes.setdefault(key_of(heading.text), [])
        level = f"h{heading.level}"
        if heading.crumb:
            found.append(f"{level}_crumb_shape")
        if heading.home:
            found.append(f"{level}_home")
        own = heading.names[:200]
        if any(name in own for name in TITLE_NAMES):
            found.append(f"{level}_named_title")
        if any(name in own for name in SITE_NAMES):
            found.append(f"{level}_named_site")
        if any(name in own for name in ASIDE_NAMES):
            found.append(f"{level}_named_aside")
        if "article" in heading.tags or "main" in heading.tags:
            found.append(f"{level}_in_article")
        if "nav" in heading.tags or "footer" in heading.tags or "aside" in heading.tags:
            found.append(f"{level}_in_nav")
    return shapes


def spelling(candidate: Candidate) -> str:
    """The candidate as its most visible witness writes it; where that runs a kicker into the headline, as the first
    does that puts a colon or dash between them."""
    by_sight = sorted(candidate.claims, key=lambda claim: SPELLING.get(claim.source, 99))
    best = str(by_sight[0].value)
    if by_sight[0].source != "h2_lead":
        return best
    return max((str(claim.value) for claim in by_sight), key=lambda value: len(SEAM_MARK.findall(value)))
