"""What `bench.labels` prints: parcels none like the other, values for symbols, and a socket that takes labels."""

import random
import socket
import string
import threading
import time
from collections.abc import Callable, Iterator, Mapping

from tests.labels.samples import SENDER
from wms.kernel.identity import gs1_check_digit, sscc
from wms.labels.model import ParcelLabel, Party
from wms.labels.symbols import code_128, gtin_symbol, qr, sscc_gs1_128


def parcel(party: Party, number: int) -> ParcelLabel:
    """A label that no other round has: nothing is answered from a cache but what the same sender gives."""
    return ParcelLabel(
        sender=SENDER,
        recipient=Party(f"{party.name} {number}", party.phone, party.address_lines),
        order_number=f"ORD-{number}",
        tracking_number=f"SF99{time.perf_counter_ns() % 10**11:011d}",
        sscc=sscc(0, "9521234", time.perf_counter_ns() % 10**9),
        carrier_service="SF Standard",
        weight_grams=number + 1,
        routing_code="020-GZ-7A",
    )


def sent(label: bytes, count: int) -> Iterator[float]:
    """The label over a socket on this machine, until the other end has its last byte."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def printer() -> None:
            for _ in range(count):
                connection, _ = server.accept()
                with connection:
                    left = len(label)
                    while left:
                        left -= len(connection.recv(min(left, 65_536)))
                    connection.sendall(b"!")

        thread = threading.Thread(target=printer, daemon=True)
        thread.start()
        for _ in range(count):
            began = time.perf_counter()
            with socket.create_connection(server.getsockname()) as connection:
                connection.sendall(label)
                connection.recv(1)
            yield time.perf_counter() - began
        thread.join()


def _letters(chance: random.Random, alphabet: str, least: int, most: int) -> str:
    return "".join(chance.choices(alphabet, k=chance.randint(least, most)))


def _gtin(chance: random.Random) -> str:
    body = _letters(chance, string.digits, 12, 12)
    return body + gs1_check_digit(body)


def makers() -> Mapping[str, Callable[[], object]]:
    """By the kind of symbol, what makes the next one of a value nobody chose; the same values in every run."""
    chance = random.Random(20111123)
    printable = "".join(map(chr, range(32, 127)))
    return {
        "Code 128": lambda: code_128(_letters(chance, chance.choice((string.digits, printable)), 1, 30)),
        "GS1-128": lambda: sscc_gs1_128(sscc(chance.randrange(10), "9521234", chance.randrange(10**9))),
        "EAN-13": lambda: gtin_symbol(_gtin(chance)),
        "QR": lambda: qr(_letters(chance, printable, 1, 60)),
    }
