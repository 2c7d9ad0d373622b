"""Which adapter speaks for an account, and what an account of each kind may set.

Called by `jobs`, by the doors and by `accounts`.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import assert_never
from urllib.parse import urlsplit

from wms.carriers import own
from wms.carriers.breaker import Breaker, Guarded
from wms.carriers.forwarded import Forwarded
from wms.carriers.karrio import adapter as karrio
from wms.carriers.karrio.adapter import Karrio
from wms.carriers.karrio.process import LONGEST_ANSWER_SECONDS, NO_CHILD, Asker, Children, karrio_command
from wms.carriers.model import Account, CarrierKind
from wms.carriers.own import OwnNumbers
from wms.carriers.port import CarrierPort
from wms.carriers.rest import adapter as rest
from wms.carriers.rest.adapter import RestCarrier
from wms.carriers.sf import adapter as sf
from wms.carriers.sf.adapter import SfExpress
from wms.carriers.sf.signing import VARIANTS
from wms.carriers.tariff import NO_PRICES, Tariff
from wms.kernel.clock import Clock
from wms.kernel.errors import Fault
from wms.kernel.money import CURRENCIES


def adapter_of(
    account: Account, clock: Clock, tariff: Tariff = NO_PRICES, karrio_children: Asker = NO_CHILD
) -> CarrierPort:
    """The carrier behind an account. Touches nothing before the first call. Our own rates come from `tariff`; only the
    worker gives `karrio_children`, for nobody else asks carriers anything.
    """
    match account.kind:
        case CarrierKind.OWN:
            return OwnNumbers(account, tariff)
        case CarrierKind.SF:
            return SfExpress(account, clock)
        case CarrierKind.KARRIO:
            return Karrio(account, karrio_children)
        case CarrierKind.REST:
            return RestCarrier(account)
        case CarrierKind.FORWARDED:
            return Forwarded(account)
        case _ as never:
            assert_never(never)


def asking_adapters(karrio_python: Path | None) -> Callable[[Account, Clock], CarrierPort]:
    """What the worker asks carriers through: one set of children of its own, of which none is started yet, and for each
    account a breaker, which leaves a carrier alone that does not answer.
    """
    children = Children(karrio_command(karrio_python))
    breakers: dict[str, Breaker] = {}

    def make(account: Account, clock: Clock) -> CarrierPort:
        adapter = adapter_of(account, clock, karrio_children=children)
        breaker = breakers.setdefault(f"{account.key_prefix} {account.code}", Breaker(clock))
        return Guarded(adapter, breaker, account.name)

    return make


def faults_of_account(kind: CarrierKind, settings: Mapping[str, str], secret: str) -> Iterator[Fault]:
    """What the adapter could not work with."""
    known = _KNOWN[kind]
    for name in sorted(settings.keys() - known.keys()):
        yield Fault(name, f"is no setting of {kind}; known: {', '.join(sorted(known)) or 'none'}")
    if kind is CarrierKind.OWN and settings.get("numbers", "s10") not in ("s10", "sscc"):
        yield Fault("numbers", f"must be s10 or sscc, not {settings['numbers']!r}")
    if kind is CarrierKind.SF:
        yield from _faults_of_sf(settings, secret)
    if kind is CarrierKind.KARRIO:
        yield from _faults_of_karrio(settings, secret)
    if kind is CarrierKind.REST:
        yield from _faults_of_rest(settings, secret)


_KNOWN: Mapping[CarrierKind, Mapping[str, str]] = {
    CarrierKind.OWN: own.SETTINGS,
    CarrierKind.SF: sf.SETTINGS,
    CarrierKind.KARRIO: karrio.SETTINGS,
    CarrierKind.REST: rest.SETTINGS,
    CarrierKind.FORWARDED: {},
}


def _faults_of_sf(settings: Mapping[str, str], secret: str) -> Iterator[Fault]:
    for name in sf.NEEDED:
        if not settings.get(name):
            yield Fault(name, "is missing; SF's platform shows it beside the contract")
    if not secret:
        yield Fault("secret", "is missing: the checkword that SF's platform shows")
    yield from _faults_of_url(settings, "https://bspgw.sf-express.com/std/service")
    if settings.get("signing", VARIANTS[0]) not in VARIANTS:
        yield Fault("signing", f"must be one of {', '.join(VARIANTS)}")
    yield from _faults_of_rates(settings)
    if settings.get("currency", "CNY") not in CURRENCIES:
        yield Fault("currency", f"must be one of {', '.join(CURRENCIES)}")
    for name in ("express_type", "pay_method", "timeout_seconds", "draw_label_after"):
        text = settings.get(name, "1")
        if name == "draw_label_after" and not text:
            continue
        yield from _faults_of_number(name, text, 999)


def _faults_of_url(settings: Mapping[str, str], example: str) -> Iterator[Fault]:
    url = urlsplit(settings.get("url", ""))
    if settings.get("url") and (url.scheme not in ("http", "https") or not url.hostname):
        yield Fault("url", f"{settings['url']!r} is no address such as {example}")


def _faults_of_number(name: str, text: str, most: int) -> Iterator[Fault]:
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= most):
        yield Fault(name, f"must be a whole number from 1 to {most}, not {text!r}")


def _faults_of_words(settings: Mapping[str, str], name: str, *words: str) -> Iterator[Fault]:
    if settings.get(name, words[0]) not in words:
        yield Fault(name, f"must be {' or '.join(words)}, not {settings[name]!r}")


def _faults_of_rates(settings: Mapping[str, str]) -> Iterator[Fault]:
    yield from _faults_of_words(settings, "rates", "list", "ask")


def _faults_of_karrio(settings: Mapping[str, str], secret: str) -> Iterator[Fault]:
    for name in karrio.NEEDED:
        if not settings.get(name):
            yield Fault(name, "is missing")
    try:
        is_object = isinstance(json.loads(secret or "null"), dict)
    except ValueError:
        is_object = False
    if not is_object:
        yield Fault("secret", "must be a JSON object of the connection's fields, as karrio names them")
    yield from _faults_of_rates(settings)
    yield from _faults_of_words(settings, "test_mode", "on", "off")
    yield from _faults_of_number("timeout_seconds", settings.get("timeout_seconds", "30"), LONGEST_ANSWER_SECONDS)


def _faults_of_rest(settings: Mapping[str, str], secret: str) -> Iterator[Fault]:
    if not settings.get("url"):
        yield Fault("url", "is missing: what all addresses of the carrier begin with")
    yield from _faults_of_url(settings, "https://api.carrier.example/v1")
    if not (secret and secret.isascii() and secret.isprintable()):
        yield Fault("secret", "is missing, or nothing that can stand in a header: the token the carrier gave")
    header, prefix = settings.get("auth_header", "X"), settings.get("auth_prefix", "")
    if not (header.isascii() and header.replace("-", "").isalnum()):
        yield Fault("auth_header", f"{header!r} is no name of a header such as Authorization or X-Api-Key")
    if not (prefix.isascii() and (not prefix or prefix.isprintable())):
        yield Fault("auth_prefix", f"{prefix!r} cannot stand in a header")
    yield from _faults_of_rates(settings)
    yield from _faults_of_words(settings, "label", "carrier", "ours")
    yield from _faults_of_words(settings, "manifests", "on", "off")
    yield from _faults_of_words(settings, "amends", "on", "off")
    yield from _faults_of_number("timeout_seconds", settings.get("timeout_seconds", "10"), LONGEST_ANSWER_SECONDS)
    yield from _faults_of_number("draw_label_after", settings.get("draw_label_after") or "1", 999)
    try:
        rest.words_of(settings.get("statuses", ""))
    except ValueError:
        example = "POD=delivered HUB=in_transit"
        yield Fault("statuses", f"must be the carrier's words for ours, such as {example}: {settings['statuses']!r}")
