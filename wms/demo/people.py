"""The people of the demo: badges, PINs, roles, languages. Pure.

The PINs are public on purpose and printed at start; a real installation never loads this.
"""

from dataclasses import dataclass

from wms.access.model import BADGE_PREFIX, Role


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody who works in the demo warehouse."""

    badge: str
    pin: str
    name: str
    role: Role
    language: str


def _person(number: int, pin: str, name: str, role: Role, language: str) -> DemoPerson:
    return DemoPerson(f"{BADGE_PREFIX}{number}", pin, name, role, language)


_PICKERS = (
    ("Chen Yu 陈雨", "zh"), ("Ana Sousa", "en"), ("Wang Lei 王磊", "zh"), ("Tomáš Dvořák", "en"),
    ("Zhao Min 赵敏", "zh"), ("Ines Keller", "en"), ("Liu Yang 刘洋", "zh"), ("Kofi Mensah", "en"),
    ("Sun Jie 孙洁", "zh"), ("Maria Rossi", "en"), ("Wu Hao 吴昊", "zh"), ("Jonas Berg", "en"),
    ("Lin Fang 林芳", "zh"), ("Aylin Demir", "en"), ("He Qiang 何强", "zh"), ("Sara Novak", "en"),
    ("Gao Ting 高婷", "zh"), ("Luis Moreno", "en"),
)  # fmt: skip
_PACKERS = (
    ("Ben Okoro", "en"), ("Zhou Xin 周欣", "zh"), ("Eva Lind", "en"),
    ("Xu Mei 徐梅", "zh"), ("Paul Martin", "en"), ("Ma Chao 马超", "zh"),
)  # fmt: skip

PEOPLE: tuple[DemoPerson, ...] = (
    _person(100, "1000", "Olga Admin", Role.ADMIN, "en"),
    _person(200, "2000", "Li Wei 李伟", Role.SUPERVISOR, "zh"),
    _person(201, "2001", "Grace Hall", Role.SUPERVISOR, "en"),
    _person(210, "2100", "Ning Shu 宁舒", Role.DECLARANT, "zh"),
    _person(211, "2101", "Petra Vogel", Role.DECLARANT, "en"),
    *(_person(300 + at, f"{3000 + at}", name, Role.PICKER, lang) for at, (name, lang) in enumerate(_PICKERS)),
    *(_person(400 + at, f"{4000 + at}", name, Role.PACKER, lang) for at, (name, lang) in enumerate(_PACKERS)),
)


def people_with(role: Role) -> tuple[DemoPerson, ...]:
    """Everybody of a role, in the order of their badges."""
    return tuple(person for person in PEOPLE if person.role is role)


def one_of_each() -> tuple[DemoPerson, ...]:
    """For a short list: the first of every role in each language."""
    chosen: dict[tuple[Role, str], DemoPerson] = {}
    for person in PEOPLE:
        chosen.setdefault((person.role, person.language), person)
    return tuple(chosen.values())
