"""Rewrites a page that is out of measure so that a parser can take it: one pass, in linear time, text untouched.

Comments go. Attributes beyond a number or a length go (so `data:` images do), tags nested beyond a depth go, and so do
opening tags of elements that would swallow the page's end because nothing ever closes them. Beyond a number of tags the
page is cut.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

from items import Flaw

# The development pages have at most 21,646 tags, 71 attributes in one, 334,693 characters in one and 42 levels.
MOST_TAGS = 100_000
MOST_ATTRIBUTES = 500
LONGEST_TAG = 32_768  # characters; below it no number of attributes costs a parser anything worth a look
LONGEST_ATTRIBUTE = 16_384
DEEPEST = 250
# Content that is no markup up to the element's own closing tag (HTML standard, 13.2.5.1 and 13.2.6.2).
RAW = frozenset("script style textarea title iframe noembed noframes xmp".split())
SWALLOWING = frozenset(
    "noscript svg math template select object applet canvas video audio map datalist frameset plaintext".split()
)
OPTIONS = frozenset(("option", "optgroup"))
VOID = frozenset("area base br col embed frame hr img input link meta param source track wbr".split())
# Elements that a following one of their kind closes: they do not nest, and they are where text is.
TEXT_HOLDERS = frozenset("p li dt dd tr td th tbody thead tfoot h1 h2 h3 h4 h5 h6 html head body".split())
INLINE = frozenset(
    "a abbr b big cite code em font i ins kbd mark q s samp small span strike strong sub sup time tt u var".split()
)
NAME = re.compile(r"[a-zA-Z][^\s/>]{0,60}")
# One attribute; the value's end is found by `str.find`, so that no unclosed quote is searched for twice.
ATTRIBUTE = re.compile(r"[\s/]*+([^\s/>=][^\s/>=]*+)(\s*+=\s*+)?+")
# A few short ones as most tags have them, up to the tag's end: they stay as they are.
PLAIN_ATTRIBUTES = re.compile(r"((?: [a-zA-Z][\w:-]{0,40}+=\"[^\"]{0,1000}+\"){0,30}+)>")
BARE_VALUE = re.compile(r"[^\s>]*+")
SPACE = re.compile(r"[\s/]*+")
SEAM = "<br><br>"  # what is left of a block element's tag: its text still stands apart


def tame(html: str) -> tuple[str, tuple[Flaw, ...]]:
    """The page within all bounds, and what had to be done to it, in the order of `items.Flaw`."""
    tamer = Tamer(html)
    tamer.run()
    return "".join(tamer.out), tuple(flaw for flaw in ORDER if flaw in tamer.flaws)


ORDER: tuple[Flaw, ...] = (
    "too_many_tags",
    "too_many_attributes",
    "long_attribute",
    "nested_too_deep",
    "never_closed",
)


class Tamer:
    """One pass over one page. out: the pieces of the rewritten page."""

    def __init__(self, html: str) -> None:
        self.html = html
        self.out: list[str] = []
        self.flaws: set[Flaw] = set()
        self.at = 0
        self.tags = 0
        self.stack: list[tuple[str, bool]] = []
        """Open elements and whether their tags were written."""
        self.open: Counter[str] = Counter()
        self.last_closing: dict[str, int] = {}
        self.last_quote = {quote: html.rfind(quote) for quote in "'\""}

    def run(self) -> None:
        """Rewrites the page from its first character to its last."""
        html = self.html
        while (sign := html.find("<", self.at)) >= 0:
            if sign > self.at:
                self.out.append(html[self.at : sign])
            self.at = sign
            if self.repeats_break():
                continue
            self.tags += 1
            if self.tags > MOST_TAGS:
                self.flaws.add("too_many_tags")
                return
            self.markup()
        self.out.append(html[self.at :])

    def repeats_break(self) -> bool:
        """Passes over a <br> that follows two others: there is no more to part."""
        if self.html.startswith("<br>", self.at) and self.out[-2:] == ["<br>", "<br>"]:
            self.at += 4
            return True
        return False

    def markup(self) -> None:
        """What begins with the "<" at the present place."""
        html, start = self.html, self.at
        following = html[start + 1 : start + 2]
        if following == "!" and html.startswith("<!--", start):
            self.comment()
        elif following in ("!", "?"):
            end = html.find(">", start)
            self.at = len(html) if end < 0 else end + 1
            if html[start + 2 : start + 9].lower() == "doctype":
                self.out.append(html[start : self.at])
        elif following == "/" and (name := NAME.match(html, start + 2)):
            self.closing(name)
        elif name := NAME.match(html, start + 1):
            self.opening(name.group().lower(), name.end())
        else:
            self.out.append("&lt;")
            self.at += 1

    def comment(self) -> None:
        end = self.html.find("-->", self.at + 2)  # <!--> is a whole comment
        if end < 0:
            self.flaws.add("never_closed")
            self.at += 4
        else:
            self.at = end + 3

    def closing(self, name: re.Match[str]) -> None:
        tag = name.group().lower()
        end = self.html.find(">", name.end())
        self.at = len(self.html) if end < 0 else end + 1
        if tag in TEXT_HOLDERS:
            self.out.append(f"</{tag}>")
        elif self.open[tag]:
            self.close(tag)

    def close(self, tag: str) -> None:
        """Closes the innermost open element of this name, and with it those inside."""
        while self.stack:
            name, written = self.stack.pop()
            self.open[name] -= 1
            if name == tag:
                self.out.append(f"</{tag}>" if written else self.seam(tag))
                return

    def opening(self, tag: str, at: int) -> None:
        attributes = self.attributes(at)
        if attributes is None or self.would_swallow(tag):
            self.flaws.add("never_closed")
        elif tag in RAW:
            self.raw(tag, attributes)
        elif tag in VOID or tag in TEXT_HOLDERS:
            self.out.append(f"<{tag}{attributes}>")
        elif not self.html.startswith("/>", self.at - 2):
            self.nest(tag, attributes)

    def would_swallow(self, tag: str) -> bool:
        """Whether the element whose tag was just passed hides what follows, up to the page's end."""
        if tag in OPTIONS:
            return not (self.open["select"] or self.open["datalist"])
        return (tag in SWALLOWING or tag in RAW) and self.closes_at(tag) < self.at

    def nest(self, tag: str, attributes: str) -> None:
        written = len(self.stack) < DEEPEST
        self.stack.append((tag, written))
        self.open[tag] += 1
        if written:
            self.out.append(f"<{tag}{attributes}>")
        else:
            self.flaws.add("nested_too_deep")
            self.out.append(self.seam(tag))

    def seam(self, tag: str) -> str:
        """What stands for a tag left out: nothing within a line; between blocks a break, once."""
        return "" if tag in INLINE or (self.out and self.out[-1] in ("", SEAM)) else SEAM

    def raw(self, tag: str, attributes: str) -> None:
        """An element whose content is no markup; that it closes somewhere is known."""
        closing = _closing(tag).search(self.html, self.at)
        assert closing is not None
        end = self.html.find(">", closing.end())
        self.out += [f"<{tag}{attributes}>", self.html[self.at : closing.start()], f"</{tag}>"]
        self.at = len(self.html) if end < 0 else end + 1

    def closes_at(self, tag: str) -> int:
        """Where the last closing tag of this name stands; -1: nowhere."""
        if tag not in self.last_closing:
            places = [match.start() for match in _closing(tag).finditer(self.html)]
            self.last_closing[tag] = places[-1] if places else -1
        return self.last_closing[tag]

    def attributes(self, at: int) -> str | None:
        """The attributes from here to the tag's end as they may be written; moves the present place behind the tag.

        None: a quotation mark never closes, so nobody knows what of it is the tag.
        """
        html, number, sound = self.html, 0, True
        if plain := PLAIN_ATTRIBUTES.match(html, at):
            self.at = plain.end()
            return plain[1]
        kept: list[str] = []
        while True:
            at = SPACE.match(html, at).end()  # type: ignore[union-attr]
            if at >= len(html) or html[at] == ">":
                self.at = min(at + 1, len(html))
                return "".join(kept) if sound else None
            start = at
            at, whole = self.attribute(at)
            number += 1
            sound = sound and whole
            if number > MOST_ATTRIBUTES:
                self.flaws.add("too_many_attributes")
            elif at - start > LONGEST_ATTRIBUTE:
                self.flaws.add("long_attribute")
            else:
                kept.append(" " + html[start:at])

    def closing_quote(self, quote: str, at: int) -> int:
        """Where the quotation mark stands again; -1: nowhere."""
        if at > self.last_quote[quote]:
            return -1
        return self.html.find(quote, at)

    def attribute(self, at: int) -> tuple[int, bool]:
        """Where the attribute that begins here ends, and whether its quotation marks are a pair."""
        html = self.html
        found = ATTRIBUTE.match(html, at)
        if found is None:
            return at + 1, True
        at = found.end()
        if found[2] is None:
            return at, True
        quote = html[at : at + 1]
        if quote and quote in "'\"":
            end = self.closing_quote(quote, at + 1)
            if end >= 0:
                return end + 1, True
        return BARE_VALUE.match(html, at).end(), not quote or quote not in "'\""  # type: ignore[union-attr]


@cache
def _closing(tag: str) -> re.Pattern[str]:
    """A closing tag's beginning. tag: one of RAW and SWALLOWING."""
    return re.compile(rf"</{tag}(?=[\s/>])", re.IGNORECASE)
