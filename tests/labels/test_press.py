"""The real press with its real child: killed, hung, crowded, retired."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from wms.labels.press import TEMPLATES, Press, PressError, PressTrouble

LABEL = "<p>Anna <b>王小明</b>"
ENDLESS = "<p>" + "A long word again and again " * 400_000


def is_pdf(content: bytes) -> bool:
    return content.startswith(b"%PDF-")


def exists(pid: int) -> bool:
    """Whether the process is there, also as a zombie."""
    return Path(f"/proc/{pid}").exists()


def test_the_same_label_gives_the_same_bytes(press: Press) -> None:
    first = press.print_pdf(LABEL, ())
    assert is_pdf(first)
    assert press.print_pdf(LABEL, ()) == first


def test_a_child_killed_over_a_label_costs_one_error_and_leaves_no_zombie() -> None:
    with Press() as press:
        press.start()
        killed = press.child_pid
        assert killed is not None
        threading.Timer(0.5, os.kill, (killed, signal.SIGKILL)).start()
        with pytest.raises(PressError, match="died") as caught:
            press.print_pdf(ENDLESS, ())
        assert caught.value.trouble is PressTrouble.DIED
        assert caught.value.may_retry
        assert not exists(killed)
        assert is_pdf(press.print_pdf(LABEL, ()))


def test_a_child_killed_between_labels_is_replaced() -> None:
    with Press() as press:
        press.start()
        killed = press.child_pid
        assert killed is not None
        os.kill(killed, signal.SIGKILL)
        with pytest.raises(PressError, match="died"):
            press.print_pdf(LABEL, ())
        assert is_pdf(press.print_pdf(LABEL, ()))


def test_a_label_over_the_time_limit_is_given_up_and_its_child_ended() -> None:
    with Press(label_seconds=1) as press:
        press.start()
        hung = press.child_pid
        assert hung is not None
        with pytest.raises(PressError, match="not ready after 1 s") as caught:
            press.print_pdf(ENDLESS, ())
        assert caught.value.trouble is PressTrouble.TOO_SLOW
        assert caught.value.may_retry
        assert not exists(hung)
        assert is_pdf(press.print_pdf(LABEL, ()))


def test_a_stopped_child_is_given_up_too() -> None:
    """A process that does not even read its socket: the limit counts for sending as well."""
    with Press(label_seconds=1) as press:
        press.start()
        assert press.child_pid is not None
        os.kill(press.child_pid, signal.SIGSTOP)
        with pytest.raises(PressError, match="not ready"):
            press.print_pdf(ENDLESS, ())
        assert is_pdf(press.print_pdf(LABEL, ()))


def test_closing_leaves_no_process() -> None:
    press = Press()
    press.start()
    child = press.child_pid
    assert child is not None
    press.close()
    assert not exists(child)
    with pytest.raises(PressError, match="closed") as caught:
        press.print_pdf(LABEL, ())
    assert not caught.value.may_retry
    press.close()


def test_the_child_ends_when_its_parent_is_killed() -> None:
    script = (
        "import time\nfrom wms.labels.press import Press\n"
        "press = Press()\npress.start()\nprint(press.child_pid, flush=True)\ntime.sleep(600)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    )
    assert parent.stdout is not None
    with parent.stdout:
        child = int(parent.stdout.readline())
    assert exists(child)
    parent.kill()
    parent.wait()
    waiting = threading.Event()
    for _ in range(200):
        if not exists(child) or "Z" in Path(f"/proc/{child}/stat").read_text().split(")")[1].split()[0]:
            return  # gone, or waiting for whoever inherited it
        waiting.wait(0.05)
    pytest.fail(f"the press {child} outlived its parent")


def test_a_child_is_retired_after_its_labels_and_the_next_one_works() -> None:
    with Press(labels_per_child=2) as press:
        press.start()
        first = press.child_pid
        assert first is not None
        outcomes = [press.print_pdf(LABEL, ()) for _ in range(5)]
        assert all(outcome == outcomes[0] for outcome in outcomes)
        assert press.child_pid != first
        assert not exists(first)


def test_many_threads_share_one_press_and_the_queue_is_bounded() -> None:
    with Press(queue_limit=3) as press:
        press.start()
        outcomes: list[object] = []
        together = threading.Barrier(8)

        def ask() -> None:
            together.wait()
            try:
                outcomes.append(is_pdf(press.print_pdf(LABEL * 400, ())))
            except PressError as error:
                outcomes.append(error.trouble)

        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(outcomes) == 8
        assert set(outcomes) <= {True, PressTrouble.BUSY}
        assert outcomes.count(True) >= 3
        assert is_pdf(press.print_pdf(LABEL, ()))


def test_a_queue_place_is_given_back_after_an_error() -> None:
    with Press(queue_limit=1) as press:
        for _ in range(3):
            with pytest.raises(PressError, match="could not be set"):
                press.print_pdf('<img src="nowhere.png">', ())
        assert is_pdf(press.print_pdf(LABEL, ()))


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9/x.png",
        "https://example.com/x.png",
        "ftp://127.0.0.1/x.png",
        "file:///etc/passwd",
        "../setup.cfg",
        "file:///srv/../etc/passwd",
        "nowhere.png",
        "data:image/png;base64,AAAA",
    ],
)
def test_what_cannot_or_must_not_be_loaded_fails_the_label(press: Press, url: str) -> None:
    with pytest.raises(PressError, match="could not be set") as caught:
        press.print_pdf(f'<img src="{url}">', ())
    assert caught.value.trouble is PressTrouble.BAD_LABEL
    assert not caught.value.may_retry


def test_a_file_of_the_template_folder_may_be_loaded(press: Press) -> None:
    assert is_pdf(press.print_pdf('<link rel="stylesheet" href="shared/label.css">', ()))


def test_a_rule_the_engine_would_drop_fails_the_label(press: Press) -> None:
    with pytest.raises(PressError, match="Ignored"):
        press.print_pdf("<style>p { colour: red }</style><p>A", ())


def test_an_unknown_style_sheet_fails_the_label(press: Press) -> None:
    with pytest.raises(PressError, match=r"none\.css"):
        press.print_pdf(LABEL, ("none.css",))


def test_a_press_that_cannot_start_says_what_to_check(tmp_path: Path) -> None:
    (tmp_path / "broken.css").write_text("p { colour: red }")
    (tmp_path / "fonts.conf").write_text((TEMPLATES / "fonts.conf").read_text())
    with Press(templates=tmp_path) as press, pytest.raises(PressError, match="did not start") as caught:
        press.start()
    assert caught.value.trouble is PressTrouble.NOT_STARTED
    assert caught.value.may_retry


def test_the_child_gets_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WMS_SECRET_KEY", "x" * 40)
    with Press() as press:
        press.start()
        assert b"WMS_SECRET_KEY" not in Path(f"/proc/{press.child_pid}/environ").read_bytes()
