"""Article → record: what a cleaner found, in the forms that the record promises."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Any

from msgspec import UNSET

from items import Article, Block, Change, Field, Image, Judged, Rights
from output.forms import DATE, LANGUAGE, MOMENT
from output.origins import RecordField, RecordFields, RecordList
from output.parts import (
    CONFIDENCE_DIGITS,
    RecordBlock,
    RecordChange,
    RecordImage,
    RecordRights,
    RecordSignal,
    RemovedBlock,
)
from output.record import VERSION, Record
from output.sound import in_order, sound

HEADLINE = "headline"  # the rule by which a block that says the title and nothing else leaves the body


def record_of(article: Article) -> Record:
    """The record of a cleaned page; whatever the article holds, it keeps the promises above.

    Lone surrogates, which no UTF-8 file can hold, become U+FFFD. An empty text where null is promised, a date or a
    language in another form: null.
    """
    return Record(
        schema_version=VERSION,
        id=sound(article.id),
        url=_filled(article.url),
        canonical_url=_filled(article.canonical_url),
        title=_line(article.title),
        authors=_lines(article.authors),
        published=_formed(DATE, article.published),
        modified=_formed(DATE, article.modified),
        language=_formed(LANGUAGE, article.language),
        publisher=_line(article.publisher),
        section=_line(article.section),
        tags=_lines(article.tags),
        image=_filled(article.image),
        images=tuple(map(_image, article.images)),
        summary=_line(article.summary),
        license=_filled(article.license),
        rights=_rights(article.rights),
        text=sound(article.text),
        blocks=tuple(_block(block) for block in article.blocks),
        word_count=article.word_count,
        kind=article.kind,
        status=article.status,
        evidence=_each_filled(article.evidence),
        flaws=article.flaws,
        access=article.access,
        fetched_at=_formed(MOMENT, article.fetched_at),
        cleaner_version=sound(article.cleaner_version),
        cleaner_settings=sound(article.cleaner_settings),
        version=max(1, article.version),
        previous=_formed(MOMENT, article.previous),
        changes=tuple(map(_change, article.changes)),
        cluster=_filled(article.cluster),
        first_seen=_filled(article.first_seen),
        other_urls=_each_filled(article.other_urls),
        fields=_fields(article),
        removed=UNSET if article.judged is None else tuple(map(_removed, _gone(article.judged))),
    )


def _line(text: str | None) -> str | None:
    """A text that others put into lists, names and headings of their own, where it must change nothing around it."""
    return in_order(sound(text)) or None if text else None


def _lines(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(line for text in texts if (line := _line(text)))


def _filled(text: str | None) -> str | None:
    return sound(text) if text else None


def _each_filled(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(sound(text) for text in texts if text)


def _rights(rights: Rights) -> RecordRights:
    return RecordRights(
        noindex=rights.noindex,
        noarchive=rights.noarchive,
        nofollow=rights.nofollow,
        reserved=rights.reserved,
        policy=_filled(rights.policy),
        signals=tuple(
            RecordSignal(sound(one.source), sound(one.raw), _formed(MOMENT, one.at)) for one in rights.signals
        ),
    )


def _formed(pattern: str, text: str | None) -> str | None:
    return text if text and "\n" not in text and re.match(pattern, text) else None


def _block(block: Block) -> RecordBlock:
    time = _formed(DATE, block.time)
    level = UNSET if block.level is None else block.level
    return RecordBlock(block.kind, sound(block.text), level, UNSET if time is None else time)


def _image(image: Image) -> RecordImage:
    return RecordImage(sound(image.url), _line(image.caption), _line(image.credit), max(0, image.position))


def _fields(article: Article) -> RecordFields:
    """With an explanation every field that was found, otherwise those whose value is given."""
    explained = article.judged is not None
    shown: dict[str, Any] = {
        name: (RecordList if name in LISTS else RecordField)(**_said(field, explained))
        for name, field in article.fields.items()
        if name in RecordFields.__struct_fields__ and (explained or getattr(article, name))
    }
    return RecordFields(**shown)


LISTS = ("authors", "tags")


def _said(field: Field, explained: bool) -> dict[str, Any]:
    said: dict[str, Any] = {"source": sound(field.source), "confidence": _confidence(field.confidence)}
    if explained:
        value = field.value
        said["value"] = _line(value) or "" if isinstance(value, str) else _lines(value)
        said["agrees"] = tuple(map(sound, field.agrees))
        said["conflicts"] = tuple(map(sound, field.conflicts))
    return said


def _change(change: Change) -> RecordChange:
    position = None if change.position is None else max(0, change.position)
    of_text = _sound_or_none if change.position is not None else _line
    return RecordChange(change.what, position, of_text(change.before), of_text(change.after))


def _sound_or_none(text: str | None) -> str | None:
    return None if text is None else sound(text)


def _gone(judged: Iterable[Judged]) -> Iterable[Judged]:
    """What stands nowhere in the record: the headline does, as `title`."""
    return (one for one in judged if not one.verdict.keep and one.verdict.rule != HEADLINE)


def _removed(judged: Judged) -> RemovedBlock:
    return RemovedBlock(
        text=sound(judged.block.text),
        judge=sound(judged.verdict.judge),
        rule=sound(judged.verdict.rule),
        confidence=_confidence(judged.verdict.confidence),
        reason=sound(judged.verdict.reason),
        position=judged.position,
    )


def _confidence(value: float) -> float:
    """JSON knows no NaN: a judge that cannot say how sure it is, is not sure."""
    return 0.0 if math.isnan(value) else round(min(1.0, max(0.0, value)), CONFIDENCE_DIGITS)
