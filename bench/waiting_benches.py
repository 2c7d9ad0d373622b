"""What benches that wait for print jobs cost the web server: `python -m bench.waiting_benches`.

One web process with 32 threads over the demo warehouse on SQLite; benches ask with `wait=25` and pause 0.25 s after an
empty answer, as `wms-bench` does. Printed: requests of benches, the server's processor time, and a page for everybody
else, asked one after the other.
"""

import contextlib
import http.client
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from wms.access.model import Role, command_line
from wms.access.service import create_api_token
from wms.app import House, create_app, house_of
from wms.config import settings_from_environment
from wms.demo.site import demo_warehouse, load_demo_site
from wms.kernel.refusal import Refusal
from wms.serving.web import answers, listen

SECONDS = 20
BENCHES = (0, 4, 16, 40)
PAUSE_SECONDS = 0.25


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, listen("127.0.0.1", 0) as listener:
        os.environ["WMS_DATA_DIR"] = folder
        tokens = _prepared(max(BENCHES))
        command = [sys.executable, "-m", "wms.cli", "web", "--listener", str(listener.fileno())]
        with subprocess.Popen(command, pass_fds=[listener.fileno()]) as server:
            try:
                while not answers(listener):
                    time.sleep(0.1)
                print(f"{'benches':>7} {'asked/s':>8} {'cpu ms/s':>9} {'page p50':>9} {'p99 ms':>7}")
                for number in BENCHES:
                    _measure(number, tokens, server.pid, listener.getsockname()[1])
            finally:
                server.terminate()


def _prepared(number: int) -> list[str]:
    """Tokens of so many benches over a fresh demo warehouse."""
    subprocess.run([sys.executable, "-m", "wms.cli", "migrate"], check=True, stdout=subprocess.DEVNULL)
    house = house_of(create_app(settings_from_environment()))
    load_demo_site(house)
    warehouse_id = house.database.reading(demo_warehouse)
    assert warehouse_id is not None
    tokens = [_token(house, warehouse_id, f"BENCH-{at + 1}") for at in range(number)]
    house.database.engine.dispose()
    return tokens


def _token(house: House, warehouse_id: int, bench: str) -> str:
    by, now = command_line(warehouse_id), house.clock.now()
    token = house.database.in_transaction(
        lambda session: create_api_token(session, by, name=bench, role=Role.BENCH, bench=bench, now=now)
    )
    assert not isinstance(token, Refusal)
    return token


def _measure(number: int, tokens: list[str], server: int, port: int) -> None:
    stop, asked, pages = threading.Event(), [0] * number, list[float]()
    threads = [
        threading.Thread(target=_bench, args=(at, tokens[at], port, asked, stop), daemon=True) for at in range(number)
    ]
    for thread in threads:
        thread.start()
    time.sleep(1)
    before, cpu, began = sum(asked), _cpu_seconds(server), time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    with contextlib.closing(connection):
        while time.monotonic() - began < SECONDS:
            started = time.perf_counter()
            connection.request("GET", "/health/live")
            connection.getresponse().read()
            pages.append((time.perf_counter() - started) * 1000)
            time.sleep(0.02)
    took = time.monotonic() - began
    centiles = statistics.quantiles(pages, n=100)
    print(
        f"{number:>7} {(sum(asked) - before) / took:>8.1f} {(_cpu_seconds(server) - cpu) * 1000 / took:>9.0f} "
        f"{centiles[49]:>9.1f} {centiles[98]:>7.1f}",
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


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
