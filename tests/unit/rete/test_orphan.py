"""A worker ends with its parent, also while C code holds the interpreter's lock."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")

#: A worker that answers once, and then works in C for a minute with the lock held.
SPINNING = """
import ctypes
from tenure.rete import orphan
from tenure.rete.worker import main
orphan.die_with.__kwdefaults__.update(every=0.3, longest=1.0)
def answer(kind, *what):
    if kind == "work":
        ctypes.PyDLL(None).sleep(60)
    return ("here",)
main(answer)
"""
PARENT = """
import sys, threading, time
from tenure.rete.process import HostProcess
def work():
    host = HostProcess("spinning")
    host.ask("are you there")
    print(host.pid, flush=True)
    host.ask("work")
if sys.argv[1] == "main":
    work()
else:
    threading.Thread(target=work).start()
"""


def lives(pid):
    """Whether a process is there, and no mere entry that nobody has taken note of."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        pass
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return not Path("/proc/self").is_dir()


@pytest.mark.parametrize("thread", ["main", "passing"])
def test_a_parent_that_is_killed_leaves_nobody_behind(thread, tmp_path, monkeypatch):
    (tmp_path / "spinning.py").write_text(SPINNING)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]))
    with subprocess.Popen([sys.executable, "-c", PARENT, thread], stdout=subprocess.PIPE) as parent:
        worker = int(parent.stdout.readline())
        time.sleep(0.5)
        try:
            assert lives(worker)
            parent.send_signal(signal.SIGKILL)
            parent.wait()
            end = time.monotonic() + 20
            while lives(worker) and time.monotonic() < end:
                time.sleep(0.05)
            assert not lives(worker)
        finally:
            if lives(worker):
                os.kill(worker, signal.SIGKILL)


def test_a_worker_whose_parent_lives_goes_on(tmp_path, monkeypatch):
    (tmp_path / "spinning.py").write_text(SPINNING)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]))
    from tenure.rete.process import HostProcess

    host = HostProcess("spinning")
    try:
        for _ in range(4):
            assert host.ask("are you there") == ("here",)
            time.sleep(0.6)
    finally:
        host.close()
