"""One article in five languages, in forty ways to say, or not to say, which character set it is in."""

from __future__ import annotations

import codecs
from typing import NamedTuple

TEXTS = {
    "de": "Die Fähre legte zum ersten Mal seit elf Jahren pünktlich ab, und am Kai wußte niemand, was er dazu sagen"
    " sollte. „Wir hatten aufgehört, auf die Uhr zu schauen“, sagte der Hafenmeister – er führt das Logbuch seit dem"
    " Winter des großen Streiks. Künftig soll das Schiff auch an Feiertagen fahren, für zwei Kronen mehr.",
    "pl": "Prom odpłynął punktualnie po raz pierwszy od jedenastu lat i nikt na nabrzeżu nie wiedział, co powiedzieć."
    " „Przestaliśmy patrzeć na zegar” – przyznał kapitan portu, który prowadzi dziennik od zimy wielkiego strajku. Rada"
    " miasta zagłosuje nad nowym rozkładem w przyszłym tygodniu; będzie to kosztować czterdzieści tysięcy złotych.",
    "ru": "Паром впервые за одиннадцать лет отошёл вовремя, и никто на причале не знал, что на это сказать. «Мы давно"
    " перестали смотреть на часы», — признался капитан порта, который ведёт журнал с той самой зимы, когда бастовал"
    " весь город. Совет проголосует за новое расписание на следующей неделе; оно обойдётся в сорок тысяч крон в год.",
    "ja": "フェリーは十一年ぶりに定刻どおりに出航し、岸壁にいた人々は何と言えばよいのか分からなかった。"
    "「もう時計を見るのを"
    "やめていたのです」と、大規模なストライキがあった冬から日誌をつけている港長は"
    "語った。町議会は来週、新しい時刻表について採決を"
    "行う。費用は年間およそ四万クローネになる見込みで、乗客に意見を聞いた者は誰もいなかったという。",
    "zh": "渡轮十一年来第一次准时离港，码头上没有人知道该说些什么。“我们早就不看钟了，”港务长说，"
    "他从那个大罢工的冬天起就一直"
    "记录航海日志。市议会将在下周对新的时刻表进行表决，这每年将花费该镇大约四万克朗。没有人问过乘客的意见，"
    "而他们中的大多数人"
    "表示，只要船能开，他们并不在乎它几点开。",
}
LEGACY = {
    "de": ("windows-1252", "iso-8859-15", "macintosh"),
    "pl": ("iso-8859-2", "windows-1250", "ibm852"),
    "ru": ("windows-1251", "koi8-r", "iso-8859-5"),
    "ja": ("shift_jis", "euc-jp", "iso-2022-jp"),
    "zh": ("gb18030", "gbk", "gb2312"),
}
WRONG = {"de": "iso-8859-7", "pl": "iso-8859-1", "ru": "iso-8859-1", "ja": "iso-8859-1", "zh": "iso-8859-1"}
PYTHONS = {"windows-1252": "cp1252", "windows-1250": "cp1250", "windows-1251": "cp1251", "macintosh": "mac_roman"}


class Case(NamedTuple):
    """A page as bytes, the Content-Type's charset, and the text that must come out."""

    content: bytes
    transport: str | None
    text: str


def page(text: str, head: str = "", before: str = "") -> str:
    return f"{before}<!DOCTYPE html><html><head>{head}<title>x</title></head><body><p>{text}</p></body></html>"


def meta(name: str) -> str:
    return f'<meta charset="{name}">'


def equiv(name: str) -> str:
    return f'<meta http-equiv="Content-Type" content="text/html; charset={name}">'


def cases(language: str) -> dict[str, Case]:
    """The forty ways."""
    first, second, third = LEGACY[language]
    wrong, utf = WRONG[language], "utf-8"
    text = TEXTS[language]

    def made(encoding: str, head: str = "", transport: str | None = None, mark: bytes = b"", before: str = "") -> Case:
        python = PYTHONS.get(encoding, encoding)
        fit = text.encode(python, "ignore").decode(python)
        return Case(mark + page(fit, head, before).encode(python), transport, fit)

    broken = page(text).encode().replace(b"<p>", b"<p>\xff", 1)
    return {
        "utf-8, nothing said": made(utf),
        "utf-8, header": made(utf, transport="utf-8"),
        "utf-8, meta": made(utf, meta("utf-8")),
        "utf-8, http-equiv": made(utf, equiv("UTF-8")),
        "utf-8, BOM": made(utf, mark=codecs.BOM_UTF8),
        "utf-8, BOM, header says Latin-1": made(utf, transport="iso-8859-1", mark=codecs.BOM_UTF8),
        "utf-8, header says Latin-1": made(utf, transport="iso-8859-1"),
        "utf-8, meta says Latin-1": made(utf, meta("iso-8859-1")),
        "utf-8, both say windows-1252": made(utf, meta("windows-1252"), "windows-1252"),
        "utf-8, header says the old one": made(utf, meta("utf-8"), first),
        "utf-8, meta says the old one": made(utf, meta(first), "utf-8"),
        "utf-8, unknown label": made(utf, meta("none"), "x-unknown"),
        "utf-8, label utf8": made(utf, transport="utf8"),
        "utf-8, label in quotes": made(utf, transport='"UTF-8"'),
        "utf-8, meta behind 3,000 bytes": made(utf, "<!--" + "x" * 3000 + "-->" + meta("utf-8")),
        "utf-8, XML declaration": made(utf, before='<?xml version="1.0" encoding="utf-8"?>'),
        "utf-8 with one bad byte": Case(broken, "utf-8", "\ufffd" + text),
        "utf-8 with one bad byte, nothing said": Case(broken, None, "\ufffd" + text),
        "utf-8 cut inside a character": Case(page(text).encode() + "é".encode()[:1], None, text),
        "utf-16 little-endian, BOM": made("utf-16-le", mark=codecs.BOM_UTF16_LE),
        "utf-16 big-endian, BOM": made("utf-16-be", mark=codecs.BOM_UTF16_BE),
        "utf-16 little-endian, no BOM": made("utf-16-le"),
        "utf-16 big-endian, no BOM": made("utf-16-be"),
        "utf-16, meta says utf-8": made("utf-16-le", meta("utf-8"), mark=codecs.BOM_UTF16_LE),
        "utf-16, no BOM, header": made("utf-16-le", transport="utf-16"),
        "utf-32, BOM": made("utf-32-le", mark=codecs.BOM_UTF32_LE),
        "old, header": made(first, transport=first),
        "old, meta": made(first, meta(first)),
        "old, http-equiv": made(first, equiv(first.upper())),
        "old, header right, meta says utf-8": made(first, meta("utf-8"), first),
        "old, header says utf-8, meta right": made(first, meta(first), "utf-8"),
        "old, header says another, meta right": made(first, meta(first), wrong),
        "old, both say utf-8": made(first, meta("utf-8"), "utf-8"),
        "old, nothing said": made(first),
        "old, XML declaration": made(first, before=f'<?xml version="1.0" encoding="{first}"?>'),
        "second old, header": made(second, transport=second),
        "second old, meta": made(second, meta(second)),
        "second old, nothing said": made(second),
        "third old, header": made(third, transport=third),
        "third old, meta behind 2,000 bytes": made(third, "<!--" + "x" * 2000 + "-->" + meta(third)),
    }
