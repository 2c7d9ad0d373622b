"""Which adapter speaks for an account, and what an account of each kind may set.

Called by `jobs`, by the doors and by `accounts`.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import assert_never
from urllib.parse import urlsplit

from wms.carriers import own
from wms.carriers.forwarded import Forwarded
from wms.carriers.karrio import adapter as karrio
from wms.carriers.karrio.adapter import Karrio
from wms.carriers.karrio.process import LONGEST_ANSWER_SECONDS, NO_CHILD, Asker, Children, karrio_command
from wms.carriers.model import Account, CarrierKind
from wms.carriers.own import OwnNumbers
from wms.carriers.port import CarrierPort
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
        case CarrierKind.FORWARDED:
            return Forwarded(account)
        case _ as never:
            assert_never(never)


def asking_adapters(karrio_python: Path | None) -> Callable[[Account, Clock], CarrierPort]:
    """What the worker asks carriers through: one set of children of its own, of which none is started yet."""
    children = Children(karrio_command(karrio_python))
    return lambda account, clock: adapter_of(account, clock, karrio_children=children)


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


_KNOWN: Mapping[CarrierKind, Mapping[str, str]] = {
    CarrierKind.OWN: own.SETTINGS,
    CarrierKind.SF: sf.SETTINGS,
    CarrierKind.KARRIO: karrio.SETTINGS,
    CarrierKind.FORWARDED: {},
}


def _faults_of_sf(settings: Mapping[str, str], secret: str) -> Iterator[Fault]:
    for name in sf.NEEDED:
        if not settings.get(name):
            yield Fault(name, "is missing; SF's platform shows it beside the contract")
    if not secret:
        yield Fault("secret", "is missing: the checkword that SF's platform shows")
    url = urlsplit(settings.get("url", ""))
    if settings.get("url") and (url.scheme not in ("http", "https") or not url.hostname):
        yield Fault("url", f"{settings['url']!r} is no address such as https://bspgw.sf-express.com/std/service")
    if settings.get("signing", VARIANTS[0]) not in VARIANTS:
        yield Fault("signing", f"must be one of {', '.join(VARIANTS)}")
    yield from _faults_of_rates(settings)
    if settings.get("currency", "CNY") not in CURRENCIES:
        yield Fault("currency", f"must be one of {', '.join(CURRENCIES)}")
    for name in ("express_type", "pay_method", "timeout_seconds"):
        text = settings.get(name, "1")
        if not (text.isascii() and text.isdigit() and 0 < int(text) <= 999):
            yield Fault(name, f"must be a whole number from 1 to 999, not {text!r}")


def _faults_of_rates(settings: Mapping[str, str]) -> Iterator[Fault]:
    if settings.get("rates", "list") not in ("list", "ask"):
        yield Fault("rates", f"must be list or ask, not {settings['rates']!r}")


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
    if settings.get("test_mode", "off") not in ("on", "off"):
        yield Fault("test_mode", f"must be on or off, not {settings['test_mode']!r}")
    seconds = settings.get("timeout_seconds", "30")
    if not (seconds.isascii() and seconds.isdigit() and 0 < int(seconds) <= LONGEST_ANSWER_SECONDS):
        yield Fault("timeout_seconds", f"must be a whole number from 1 to {LONGEST_ANSWER_SECONDS}, not {seconds!r}")
