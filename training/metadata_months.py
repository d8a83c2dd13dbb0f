"""Writes cleaners/metadata/months.toml: month names of some seventy languages, from Unicode CLDR through babel.

    python training/metadata_months.py > cleaners/metadata/months.toml        (needs `pip install babel`)

Each language is read in a process of its own: babel 2.18 lets the alias tables of one locale leak into the next.
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys

LANGUAGES = (
    "af am ar az be bg bn bs ca cs cy da de el en eo es et eu fa fi fil fr ga gl gu ha he hi hr hu hy id is it ka kk km"
    " kn ko lb lo lt lv mk ml mr ms mt my nb ne nl nn pa pl ps pt ro ru si sk sl so sq sr sv sw ta te th tr uk ur uz vi"
    " zu"
).split()
# Month names CLDR does not have but newspapers write: Austrian, Levantine and Maghrebi Arabic, longer English
# abbreviations, names without their accents or in another case.
MORE = {
    "en": {9: ["sept"], 6: ["june"], 7: ["july"]},
    "de": {1: ["jänner", "jän"], 2: ["feber"], 3: ["mrz", "maerz"], 7: ["juli"], 6: ["juni"]},
    "es": {9: ["setiembre", "set"]},
    "pt": {3: ["marco"]},
    "fr": {2: ["fevrier"], 8: ["aout"], 12: ["decembre"]},
    "tr": {1: ["ocak"], 8: ["agustos"], 9: ["eylul"], 11: ["kasim"]},
    "id": {8: ["agustus", "agt", "ags"], 10: ["okt"], 12: ["des"]},
    "ms": {8: ["ogos"], 12: ["disember", "dis"]},
    "ar": {
        1: ["كانون الثاني", "جانفي"], 2: ["شباط", "فيفري"], 3: ["آذار"], 4: ["نيسان", "أفريل"], 5: ["أيار", "ماي"],
        6: ["حزيران", "جوان"], 7: ["تموز", "جويلية"], 8: ["آب", "أوت"], 9: ["أيلول"], 10: ["تشرين الأول"],
        11: ["تشرين الثاني"], 12: ["كانون الأول"],
    },
}  # fmt: skip
# How dates bend the names: Hebrew "in July" is one word, Basque has "of July".
BENT = {"he": [("ב", "")], "eu": [("", "k"), ("", "ren")]}
READ = """
import sys
from babel import Locale
months = Locale.parse(sys.argv[1]).months
forms = [months[context][width] for context in ("format", "stand-alone") for width in ("wide", "abbreviated")]
print([sorted({form[number] for form in forms}) for number in range(1, 13)])
"""


def names_of(language: str) -> list[list[str]]:
    """The twelve months' names, wide and abbreviated, lower-cased, without the dots that mark an abbreviation."""
    raw = subprocess.run([sys.executable, "-c", READ, language], capture_output=True, text=True, check=True).stdout
    months = []
    for number, names in enumerate(ast.literal_eval(raw), 1):
        every = [name.lower().strip().removeprefix("de ").removeprefix("d’").rstrip(".") for name in names]
        every += MORE.get(language, {}).get(number, [])
        every += [
            prefix + name + suffix for name in every if len(name) > 3 for prefix, suffix in BENT.get(language, ())
        ]
        months.append(sorted({name for name in every if not name[:1].isdigit()}))
    return months


def main() -> None:
    """Writes the table to standard output."""
    print("# Month names by language, lower-cased, January to December; abbreviations without their dot.")
    print("# Written by training/metadata_months.py from Unicode CLDR (names are facts); a few newspaper forms added.")
    for language in LANGUAGES:
        months = names_of(language)
        if any(months):
            print(f"\n[{language}]\nmonths = [")
            for names in months:
                print(f"    {json.dumps(names, ensure_ascii=False)},")
            print("]")


if __name__ == "__main__":
    main()
