"""Identifiers for models and fields, which are no words of the language. No Odoo here.

names = Names("class Client …")
names.take(camel("res.partner"))      "resPartner"
names.take(camel("res.part_ner"))     "resPartNer2": PHP does not tell them apart
"""

from __future__ import annotations

import re

IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
# of all four languages: a name that one of them refuses is none in the others either
KEYWORDS = """
abstract and any array as assert async await base bool boolean break byte callable
case catch char class clone const continue covariant debugger declare default
deferred del delete dict die do double dynamic each echo elif else elseif empty
enddeclare endfor endforeach endif endswitch endwhile enum eval except exec exit
export extends extension external factory false final finally float fn for foreach
from function future get global goto hashcode hide if implements import in include
insteadof instanceof int integer interface is iterable json lambda late let library
list long mixed mixin module namespace never new none nonlocal not nosuchmethod null
number object of on operator or package part pass print private protected public
raise readonly record required require resource rethrow return runtimetype sealed
self set short show static str string super switch symbol sync this throw throws
tostring trait true try tuple type typedef typeof undefined unset use var void when
while with xor yield
""".split()


def snake(name: str) -> str:
    """``res.partner`` → ``res_partner``."""
    return "_".join(_words(name))


def pascal(name: str) -> str:
    """``res.partner`` → ``ResPartner``."""
    return "".join(word[0].upper() + word[1:] for word in _words(name))


def camel(name: str) -> str:
    """``res.partner`` → ``resPartner``."""
    text = pascal(name)
    return text[0].lower() + text[1:]


def _words(name: str) -> list[str]:
    words = re.findall("[A-Za-z0-9]+", name) or ["unnamed"]
    return ["of", *words] if words[0][0].isdigit() else words


class Names:
    """Gives each name once, whatever the case of its letters.

    :param taken: source code: none of its words is given
    """

    def __init__(self, taken: str = "") -> None:
        words = re.findall(r"[A-Za-z_]\w*", taken)
        self._taken = {word.lower() for word in (*words, *KEYWORDS)}

    def take(self, name: str) -> str:
        """The name, or one with a number."""
        free, number = name, 1
        while free.lower() in self._taken:
            number += 1
            free = f"{name}{number}"
        self._taken.add(free.lower())
        return free
