"""Each guard of the suite is seen red: small tests that break one rule each, run by a pytest of their own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

CLONE = Path(__file__).resolve().parents[3]
GUARDS = ("surroundings", "network", "tasks", "widgets", "log_records", "blocking", "garbage")
SETTINGS = """
[pytest]
asyncio_mode = auto
asyncio_default_fixture_loop_scope = function
qt_api = pyside6
qt_log_level_fail = WARNING
filterwarnings = error
markers =
    may_block(reason): see tests/guards
    may_log(reason): see tests/guards
    may_leave_tasks(reason): see tests/guards
"""
OUR_CODE = """
import pathlib, time
async def reads(): return pathlib.Path(__file__).read_text()
async def sleeps(): time.sleep(0)
async def swallows():
    try: time.sleep(0)
    except Exception: pass
"""
PROBES = """
import asyncio, logging, os, socket, threading, urllib.request, warnings
import pytest
from console import code

def test_red_network():
    socket.create_connection(("192.0.2.1", 9), timeout=0.1)

def test_red_network_error_is_swallowed():
    try: socket.create_connection(("example.org", 80), timeout=0.1)
    except OSError: pass

def test_red_network_datagram():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s: s.sendto(b"x", ("192.0.2.1", 9))

def test_green_loopback():
    with socket.create_server(("127.0.0.1", 0)) as s, socket.create_connection(s.getsockname()): pass

async def test_red_task_left_over():
    test_red_task_left_over.kept = asyncio.create_task(asyncio.Event().wait(), name="forgotten")

async def test_red_task_that_waits_for_a_clock():
    test_red_task_that_waits_for_a_clock.kept = asyncio.create_task(asyncio.sleep(1))

async def test_red_task_that_waits_for_a_thread():
    test_red_task_that_waits_for_a_thread.kept = asyncio.create_task(asyncio.to_thread(threading.Event().wait, 0.5))

async def test_green_task_ended():
    await asyncio.create_task(asyncio.sleep(0))

async def test_green_task_that_is_ending_by_itself():
    async def serve(reader, writer):
        await reader.read()
        writer.close()
        await writer.wait_closed()
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    server.close()
    writer.close()

@pytest.mark.may_leave_tasks(reason="seen")
async def test_green_task_allowed():
    test_green_task_allowed.kept = asyncio.create_task(asyncio.Event().wait())

def test_red_window_left_open(qtbot):
    from PySide6.QtWidgets import QWidget
    test_red_window_left_open.kept = window = QWidget()
    window.setWindowTitle("left open")
    window.show()

def test_green_window_registered(qtbot):
    from PySide6.QtWidgets import QWidget
    window = QWidget()
    qtbot.addWidget(window)
    window.show()

def test_red_timer_left_running(qtbot):
    from PySide6.QtCore import QTimer
    test_red_timer_left_running.kept = timer = QTimer()
    timer.start(60_000)

def test_green_timer_stopped(qtbot):
    from PySide6.QtCore import QTimer
    timer = QTimer()
    timer.start(60_000)
    timer.stop()

def test_red_qt_message(qtbot):
    from PySide6.QtCore import qWarning
    qWarning("said by Qt")

def test_red_log():
    logging.getLogger("runtime").warning("stray")

async def test_red_error_that_nobody_fetched():
    asyncio.get_running_loop().create_future().set_exception(OSError("lost"))

def test_green_error_of_an_earlier_loop():
    loop = asyncio.new_event_loop()
    future = loop.create_future()
    future.set_exception(OSError("lost"))
    loop.close()
    del future

def test_green_log_below_warning():
    logging.getLogger("runtime").info("fine")

def test_green_log_looked_at(caplog):
    logging.getLogger("runtime").warning("expected")

async def test_red_blocking_read():
    await code.reads()

async def test_red_blocking_sleep():
    await code.sleeps()

async def test_red_blocking_swallowed():
    await code.swallows()

@pytest.mark.may_block(reason="seen")
async def test_green_blocking_allowed():
    await code.sleeps()

async def test_green_blocking_in_a_thread():
    assert await asyncio.to_thread(lambda: asyncio.run(asyncio.sleep(0))) is None

def test_red_warning():
    warnings.warn("deprecated", DeprecationWarning)

def test_red_thread_that_raises():
    thread = threading.Thread(target=lambda: 1 / 0)
    thread.start()
    thread.join()

def collect_in_a_thread():
    import gc
    import PySide6.QtCore
    thread = threading.Thread(target=gc.collect)
    thread.start()
    thread.join()

def test_red_garbage_collected_in_a_thread():
    collect_in_a_thread()

def test_green_garbage_is_left_alone_during_a_test():
    import gc
    assert not gc.isenabled()

def test_green_home_is_temporary():
    assert "console-tests-" in os.environ["HOME"] and "console-tests-" in os.environ["XDG_CONFIG_HOME"]
    assert "OPENAI_API_KEY" not in os.environ

def test_green_no_real_keyring():
    import keyring
    assert keyring.get_keyring().__class__.__module__ == "keyring.backends.fail"
"""
NAMES = re.findall(r"^(?:async )?def (test_\w+)", PROBES, re.MULTILINE)


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """Name of each probe -> everything pytest said of it (PASSED, FAILED, ERROR)."""
    folder = tmp_path_factory.mktemp("probes")
    for package in ("console", "runtime", "storage"):
        (folder / package).mkdir()
        (folder / package / "__init__.py").write_text("", encoding="utf-8")
    (folder / "console" / "code.py").write_text(OUR_CODE, encoding="utf-8")
    (folder / "pytest.ini").write_text(SETTINGS, encoding="utf-8")
    (folder / "test_probes.py").write_text(PROBES, encoding="utf-8")
    values = {name: value for name, value in os.environ.items() if not name.startswith(("COV_", "PYTEST_"))}
    values |= {"PYTHONPATH": os.pathsep.join([str(folder), str(CLONE)]), "OPENAI_API_KEY": "never seen"}
    guards = [option for guard in GUARDS for option in ("-p", f"tests.guards.{guard}")]
    unused = ["-p", "no:xdist", "-p", "no:pytest_cov", "-p", "no:hypothesispytest", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", "-q", "-rA", *unused, *guards, "test_probes.py"]
    run = subprocess.run(command, cwd=folder, env=values, capture_output=True, text=True, check=False)
    said: dict[str, set[str]] = {name: set() for name in NAMES}
    for outcome, name in re.findall(r"^(PASSED|FAILED|ERROR) test_probes\.py::(\w+)", run.stdout, re.MULTILINE):
        said[name].add(outcome)
    assert all(said.values()), f"not every probe ran:\n{run.stdout}\n{run.stderr}"
    return said


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("test_red")])
def test_breaking_a_rule_is_red(name: str, outcomes: dict[str, set[str]]) -> None:
    assert outcomes[name] & {"FAILED", "ERROR"}


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("test_green")])
def test_keeping_the_rules_is_green(name: str, outcomes: dict[str, set[str]]) -> None:
    assert outcomes[name] == {"PASSED"}
