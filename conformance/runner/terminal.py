"""Runs a foreground command of the runtime on a terminal of its own and talks to it."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time


def _become_controlling():
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def _read(master, shown):
    try:
        data = os.read(master, 65536)
    except OSError:
        return shown, True
    return shown + data.decode(errors="replace"), not data


def converse(command, step, session):
    """Runs the command with the `dialog` of the step: pairs of a pattern to wait for and a text to type.

    A text that starts with `resize ` changes the size of the terminal instead. Returns all output and the code.
    """
    master, slave = pty.openpty()
    rows, columns = step.get("size", [24, 80])
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    process = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, cwd=session.variables["bundle"],
                               env=session.environment(), preexec_fn=_become_controlling)
    session.processes.append(process)
    os.close(slave)
    dialog = [tuple(pair) for pair in step.get("dialog", [])]
    shown, since, deadline = "", 0, time.monotonic() + step.get("timeout", 10)
    ended = False
    while not ended and time.monotonic() < deadline:
        if select.select([master], [], [], 0.05)[0]:
            shown, ended = _read(master, shown)
        elif process.poll() is not None:
            ended = True
        if dialog and re.search(dialog[0][0], shown[since:], re.M):
            since = len(shown)
            _type(master, dialog.pop(0)[1], process)
    if process.poll() is None:
        try:
            process.wait(2)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            shown += "\n(killed: still running)"
    os.close(master)
    code = process.returncode
    return shown, code if code >= 0 else 128 - code


def _type(master, text, process):
    if text.startswith("resize "):
        rows, columns = text.split()[1:]
        fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", int(rows), int(columns), 0, 0))
    elif text.startswith("signal "):
        process.send_signal(int(text.split()[1]))
    else:
        os.write(master, text.encode())
