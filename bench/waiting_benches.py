"""What benches that wait for print jobs cost the web server: `python -m bench.waiting_benches`.

One web process with 32 threads over the demo warehouse on SQLite; benches ask with `wait=25` and pause 0.25 s after an
empty answer, as `wms-bench` does. Printed: requests of benches, the server's processor time, and a page for everybody
else, asked one after the other.
"""

import contextlib
import http.client
import threading
import time

from bench.databases import fresh_database
from bench.percentiles import percentile
from bench.web import Web, migrate, running_web, settings_of
from wms.access.model import Role, command_line
from wms.access.service import create_api_token
from wms.app import House, create_app, house_of
from wms.demo.site import load_demo_site
from wms.kernel.refusal import Refusal

SECONDS = 20
BENCHES = (0, 4, 16, 40)
PAUSE_SECONDS = 0.25


def main() -> None:
    with fresh_database("sqlite") as database:
        migrate(database)
        house = house_of(create_app(settings_of(database)))
        warehouse_id = load_demo_site(house).warehouse_id
        tokens = [_token(house, warehouse_id, f"BENCH-{at + 1}") for at in range(max(BENCHES))]
        house.database.engine.dispose()
        with running_web(database) as web:
            print(f"{'benches':>7} {'asked/s':>8} {'cpu ms/s':>9} {'page p50':>9} {'p99 ms':>7}")
            for number in BENCHES:
                _measure(number, tokens, web)


def _token(house: House, warehouse_id: int, bench: str) -> str:
    by, now = command_line(warehouse_id), house.clock.now()
    token = house.database.in_transaction(
        lambda session: create_api_token(session, by, name=bench, role=Role.BENCH, bench=bench, now=now)
    )
    assert not isinstance(token, Refusal)
    return token


def _measure(number: int, tokens: list[str], web: Web) -> None:
    stop, asked, pages = threading.Event(), [0] * number, list[float]()
    threads = [
        threading.Thread(target=_bench, args=(at, tokens[at], web.port, asked, stop), daemon=True)
        for at in range(number)
    ]
    for thread in threads:
        thread.start()
    time.sleep(1)
    before, cpu, began = sum(asked), web.cpu_seconds(), time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", web.port, timeout=30)
    with contextlib.closing(connection):
        while time.monotonic() - began < SECONDS:
            started = time.perf_counter()
            connection.request("GET", "/health/live")
            connection.getresponse().read()
            pages.append((time.perf_counter() - started) * 1000)
            time.sleep(0.02)
    took = time.monotonic() - began
    print(
        f"{number:>7} {(sum(asked) - before) / took:>8.1f} {(web.cpu_seconds() - cpu) * 1000 / took:>9.0f} "
        f"{percentile(pages, 50):>9.1f} {percentile(pages, 99):>7.1f}",
        flush=True,
    )
    stop.set()
    for thread in threads:
        thread.join(30)


def _bench(at: int, token: str, port: int, asked: list[int], stop: threading.Event) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=40)
    headers = {"Authorization": f"Bearer {token}"}
    with contextlib.closing(connection):
        while not stop.is_set():
            connection.request("GET", f"/api/v1/bench/jobs?bench=BENCH-{at + 1}&wait=25", headers=headers)
            connection.getresponse().read()
            asked[at] += 1
            stop.wait(PAUSE_SECONDS)


if __name__ == "__main__":
    main()
