"""A program that is shut away reaches no network, no file of the machine, and passes none of its bounds."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from runtime.tools import sandbox
from runtime.tools.sandbox import BY_ITSELF, MEMORY, OUTPUT, STOPPED, TIME, Bounds, Ended, NoSandbox

here = pytest.mark.skipif(bool(sandbox.unavailable()), reason=sandbox.unavailable())
PYTHON = "/usr/bin/python3"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "tree"
    place.mkdir()
    (place / "a.txt").write_text("hello")
    return place


def python(folder: Path, text: str, **bounds: float) -> Ended:
    if not Path(PYTHON).exists():
        pytest.skip("There is no python3 below /usr on this machine.")
    chosen = {"seconds": 60.0, "memory_mb": 400, "processes": 40, "copy_mb": 32, **bounds}
    return sandbox.run((PYTHON, "-c", text), folder, Bounds(**chosen))  # type: ignore[arg-type]


@here
def test_it_runs_in_a_copy_that_is_thrown_away(folder: Path) -> None:
    ended = sandbox.run(("sh", "-c", "cat a.txt; echo more > a.txt; echo new > b.txt; exit 7"), folder, Bounds())
    assert (ended.how, ended.status, ended.output) == (BY_ITSELF, 7, "hello")
    assert [(path.name, path.read_text()) for path in folder.iterdir()] == [("a.txt", "hello")]


@here
def test_there_is_no_network(folder: Path) -> None:
    server = subprocess.Popen(
        [sys.executable, "-c", "import socket,sys;s=socket.create_server(('127.0.0.1',0));"
         "print(s.getsockname()[1],flush=True);s.accept();print('reached',flush=True)"],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert server.stdout is not None
    try:
        port = server.stdout.readline().strip()
        ended = python(
            folder,
            "import socket\n"
            f"for where in (('127.0.0.1', {port}), ('1.1.1.1', 53)):\n"
            "    try: socket.create_connection(where, 2); print('out')\n"
            "    except OSError as error: print(type(error).__name__)\n"
            "print(sorted(name for _, name in socket.if_nameindex()))\n",
        )
        assert "out" not in ended.output.splitlines()
        assert ended.output.splitlines()[-1] == "['lo']"
        assert server.poll() is None
    finally:
        server.kill()
        server.communicate()


@here
def test_nothing_of_the_machine_is_there(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "canary")
    (tmp_path / "secret.txt").write_text("canary")
    inside = (
        f"ls {tmp_path} /root /var /etc/shadow {Path.home()} 2>/dev/null; cat {tmp_path}/secret.txt; env; ls /home /run"
    )
    ended = sandbox.run(("sh", "-c", inside), folder, Bounds())
    assert "canary" not in ended.output
    assert "secret" not in ended.output.replace("secret.txt: No such file", "")
    for name in ("DBUS_SESSION_BUS_ADDRESS", "SSH_AUTH_SOCK", "DISPLAY"):
        assert name not in ended.output


@here
def test_nothing_outside_is_written_not_even_with_a_namespace_of_its_own(folder: Path) -> None:
    marker = f"pwned-{os.getpid()}"
    ended = sandbox.run(
        (
            "sh",
            "-c",
            "for place in / /usr /usr/bin /etc /bin /dev /proc/sys/kernel; do "
            f"touch $place/{marker} 2>/dev/null && echo in $place; done;"
            f"mount -o remount,rw /usr 2>/dev/null && echo remounted;"
            f"unshare -rm sh -c 'mount -o remount,rw,bind /usr && touch /usr/{marker}' 2>/dev/null && echo escaped;"
            "echo 1 2>/dev/null > /proc/sys/vm/drop_caches && echo sysctl;"
            "grep -E '^Cap(Prm|Eff|Bnd)' /proc/self/status; grep NoNewPrivs /proc/self/status",
        ),
        folder,
        Bounds(),
    )
    lines = ended.output.splitlines()
    assert not [line for line in lines if line.startswith(("in ", "remounted", "escaped", "sysctl"))], lines
    assert [line.split()[1] for line in lines if line.startswith("Cap")] == ["0" * 16] * 3
    assert lines[-1].split()[1] == "1"
    assert not Path("/usr", marker).exists()


@here
def test_what_never_ends_is_ended(folder: Path) -> None:
    assert python(folder, "while True: pass", seconds=1).how == TIME
    deaf = "import signal,time\nfor s in (2, 15, 1): signal.signal(s, signal.SIG_IGN)\nwhile True: time.sleep(9)"
    assert python(folder, deaf, seconds=1).how == TIME


@here
def test_nothing_is_left_behind(folder: Path) -> None:
    name = f"left-behind-{os.getpid()}"
    text = "import os,time\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n        time.sleep(600)\n"
    ended = python(folder, f"{text}# {name}")
    assert ended.how == BY_ITSELF
    assert not [pid for pid in os.listdir("/proc") if pid.isdigit() and name in _command_of(pid)]


def _command_of(pid: str) -> str:
    try:
        return Path("/proc", pid, "cmdline").read_bytes().decode("utf-8", "replace")
    except OSError:
        return ""


@here
def test_forks_come_to_an_end(folder: Path) -> None:
    ended = python(
        folder,
        "import os,signal,time\nmade=0\ntry:\n"
        "    while True:\n"
        "        if os.fork() == 0: time.sleep(600)\n"
        "        made += 1\n"
        "except OSError: print(made)",
        processes=30,
    )
    assert ended.how == BY_ITSELF
    assert 0 < int(ended.output) <= 30


@here
def test_memory_is_bounded_for_one_and_for_all_together(folder: Path) -> None:
    assert "MemoryError" in python(folder, "x = bytearray(10**9)").output
    one = "        x = b'x' * 150_000_000\n        time.sleep(600)\n"
    many = f"import os,time\nfor n in range(6):\n    if os.fork() == 0:\n{one}os.wait()"
    assert python(folder, many).how == MEMORY


@here
def test_a_hundred_megabytes_of_output_are_cut(folder: Path) -> None:
    ended = python(folder, "print('begin')\nfor n in range(1600): print('x' * 65536)\n", output_bytes=1_000_000)
    assert ended.how == OUTPUT
    assert ended.output.startswith("begin\nxxx")
    assert len(ended.output) < 100_000
    assert ended.left_out > 0


@here
def test_the_copy_cannot_fill_the_disk(folder: Path) -> None:
    ended = python(folder, "open('big', 'wb').write(bytes(40_000_000))", copy_mb=8)
    assert ended.status != 0
    assert "File too large" in ended.output or "No space left" in ended.output


@here
def test_stop_ends_it(folder: Path) -> None:
    stop = threading.Event()
    ended = sandbox.run(
        ("sh", "-c", "echo on; sleep 600"), folder, Bounds(seconds=60), cancelled=stop, progress=lambda text: stop.set()
    )
    assert ended.how == STOPPED


@here
def test_links_in_the_copy_lead_nowhere(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("canary")
    (folder / "link").symlink_to(tmp_path / "secret.txt")
    (folder / "up").symlink_to("../secret.txt")
    ended = sandbox.run(("sh", "-c", "cat link up; echo x > link; echo done"), folder, Bounds())
    assert "canary" not in ended.output
    assert (tmp_path / "secret.txt").read_text() == "canary"


@here
def test_further_folders_can_be_read_and_not_written(folder: Path, tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "t").write_text("a tool")
    ended = sandbox.run(("sh", "-c", f"cat {tools}/t; touch {tools}/u"), folder, Bounds(), read_only=(tools,))
    assert ended.output.startswith("a tool")
    assert [path.name for path in tools.iterdir()] == ["t"]


@here
def test_a_signal_of_the_program_is_no_fault_of_the_sandbox(folder: Path) -> None:
    ended = python(folder, "import os,signal; os.kill(os.getpid(), signal.SIGSEGV)")
    assert (ended.how, ended.status) == (BY_ITSELF, 128 + signal.SIGSEGV)


@pytest.mark.parametrize("system", ["win32", "darwin"])
def test_elsewhere_it_is_refused_with_a_sentence(folder: Path, system: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox._tried.cache_clear()
    monkeypatch.setattr("runtime.tools.sandbox.sys.platform", system)
    with pytest.raises(NoSandbox, match="cannot be shut away on this system"):
        sandbox.run(("touch", str(folder / "ran")), folder, Bounds())
    monkeypatch.undo()
    assert not (folder / "ran").exists()


@here
def test_where_the_set_up_fails_nothing_is_run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "_unshared", lambda: ["unshare", "--user", "--fork", "--"])  # no mounts of its own
    with pytest.raises(NoSandbox, match=r"Nothing was run\.$"):
        sandbox.run(("sh", "-c", f"touch {folder}/ran"), folder, Bounds())
    assert not (folder / "ran").exists()
