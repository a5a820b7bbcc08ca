"""Runs the steps of one case against the runtime."""

import json
import os
import re
import select
import shlex
import signal
import subprocess
import time

from . import expect, host, sockets, terminal

WAIT = float(os.environ.get("CONFORMANCE_WAIT", "5"))   # seconds that a state or an output is awaited


class StepFailed(Exception):
    """A step did not show what the case expects. Its text is a list of sentences."""


class Running:
    """A process that a step has started, with its output in files so that a container may keep them open."""

    def __init__(self, process, out_path, err_path):
        self.process, self.out_path, self.err_path = process, out_path, err_path

    def output(self):
        """Standard output and standard error so far."""
        texts = []
        for path in (self.out_path, self.err_path):
            with open(path, "rb") as source:
                texts.append(source.read().decode(errors="replace"))
        return texts


class Session:
    """One case in progress: variables, processes, sockets, and which ids must be there at the end."""

    def __init__(self, case, runtime, variables):
        self.case, self.runtime, self.variables = case, runtime, variables
        self.expected_ids = set()
        self.running = {}
        self.processes = []
        self.sockets = {}
        self.number = 0

    # -- the surroundings of a step

    def fill(self, text):
        """Puts the variables of the case into a text."""
        for name, value in self.variables.items():
            text = text.replace("{" + name + "}", value)
        return text

    def environment(self):
        """What a host script sees: every variable of the case in upper case."""
        values = {name.upper(): value for name, value in self.variables.items()}
        return {**os.environ, **values, "RT": self.variables["rt"]}

    def command(self, words):
        """The runtime with its private state root in front of the words."""
        return [self.runtime, "--root", self.variables["state"], *words]

    def tracked(self):
        """Pids whose exit this session collects itself."""
        return {process.pid for process in self.processes if process.returncode is None}

    def start(self, command, step):
        """Starts a process with its output in files."""
        self.number += 1
        base = os.path.join(self.variables["work"], f"step-{self.number}")
        environment = {**self.environment(), **{name: self.fill(text) for name, text in step.get("env", {}).items()}}
        options = {"env": environment, "cwd": self.fill(step.get("cwd", "{bundle}"))}
        if "umask" in step:
            options["umask"] = int(step["umask"], 8)
        if "pass_fds" in step:
            options["pass_fds"] = self._descriptors(step["pass_fds"])
        with open(f"{base}.out", "wb") as out, open(f"{base}.err", "wb") as err:
            stdin = subprocess.PIPE if "stdin" in step else subprocess.DEVNULL
            process = subprocess.Popen(command, stdin=stdin, stdout=out, stderr=err, **options)
        self.processes.append(process)
        if "stdin" in step:
            try:
                process.stdin.write(self.fill(step["stdin"]).encode())
                process.stdin.close()
            except BrokenPipeError:
                # Refused before it was read, which is the case's to judge.
                pass
        return Running(process, f"{base}.out", f"{base}.err")

    def _descriptors(self, count):
        """Descriptors 3, 4, ... for --preserve-fds, each on a file that holds its number."""
        found = []
        for number in range(3, 3 + count):
            path = os.path.join(self.variables["work"], f"descriptor-{number}")
            with open(path, "w", encoding="utf-8") as output:
                output.write(f"descriptor {number}\n")
            source = os.open(path, os.O_RDONLY)
            if source != number:
                os.dup2(source, number)
                os.close(source)
            found.append(number)
        return tuple(found)

    def finish(self, running, step):
        """Waits for the process; kills it and fails when it takes too long."""
        timeout = step.get("timeout", 10)
        if not self.await_end(running.process, timeout):
            running.process.kill()
            running.process.wait()
            out, err = map(expect.clip, running.output())
            raise StepFailed(f"still running after {timeout} s; stdout {out!r}, stderr {err!r}")
        code = running.process.returncode
        return code if code >= 0 else 128 - code

    def await_end(self, process, timeout):
        """Waits for the process and collects orphans meanwhile: a PID namespace ends when all its dead are buried."""
        deadline = time.monotonic() + timeout
        descriptor = os.pidfd_open(process.pid) if process.poll() is None else None
        try:
            while process.poll() is None and time.monotonic() < deadline:
                select.select([descriptor], [], [], 0.02)
                self.reap()
        finally:
            if descriptor is not None:
                os.close(descriptor)
        return process.returncode is not None

    def close(self):
        """Ends whatever the steps left running on our side."""
        for process in self.processes:
            if process.poll() is None:
                process.kill()
                process.wait()
        for listener in self.sockets.values():
            listener.close()

    # -- the steps

    def perform(self, step):
        """Does one step and raises StepFailed when an expectation does not hold."""
        kind = next(key for key in KINDS if key in step)
        KINDS[kind](self, step)

    def _finish_and_compare(self, command, step):
        running = self.start(command, step)
        if "name" in step:
            self.running[step["name"]] = running
        if step.get("background"):
            return None
        code = self.finish(running, step)
        self._check(step, code, *running.output())
        return code

    def _check(self, step, code, out, err):
        step = {**step, **{key: self._filled(step[key]) for key in step if key.startswith(("stdout", "stderr"))}}
        wrong = expect.compare(step, code, out, err)
        if "json" in step:
            wrong += self._compare_json(step["json"], out)
        if wrong:
            raise StepFailed("; ".join(wrong))

    def _filled(self, value):
        return [self.fill(item) for item in value] if isinstance(value, list) else self.fill(value)

    def _compare_json(self, expected, text):
        try:
            found = json.loads(text)
        except ValueError as error:
            return [f"not JSON: {error} in {expect.clip(text)!r}"]
        expected = json.loads(self.fill(json.dumps(expected)))
        return [] if expect.matches(expected, found) else [f"JSON: expected {expected}, found {found}"]

    def runtime_step(self, step):
        """`runtime = "create {id}"`: a command of the runtime."""
        words = shlex.split(self.fill(step["runtime"]))
        front = shlex.split(self.fill(step.get("global", "")))
        command = [self.runtime, *words] if step.get("bare") else self.command(front + words)
        if step.get("tty"):
            out, code = terminal.converse(command, step, self)
            self._check(step, code, out, "")
        else:
            code = self._finish_and_compare(command, step)
        self._remember(words, code)

    def _remember(self, words, code):
        if code != 0 or not words:
            return
        stays = words[0] == "create" or (words[0] == "run" and {"-d", "--detach", "--keep"} & set(words))
        if stays:
            self.expected_ids.add(words[-1])
        elif words[0] == "delete":
            self.expected_ids.discard(words[-1])

    def host_step(self, step):
        """`host = "script"`: a shell script outside of the container."""
        self._finish_and_compare(["sh", "-eu", "-c", self.fill(step["host"])], step)

    def inside_step(self, step):
        """`inside = "script"`: a shell script in the container by exec."""
        words = ["exec", step.get("id", self.variables["id"]), "sh", "-c", self.fill(step["inside"])]
        self._finish_and_compare(self.command(words), step)

    def state(self, step):
        """The state of the container as an object, or None when the runtime knows no such id."""
        words = ["state", self.fill(step.get("id", "{id}"))]
        result = subprocess.run(self.command(words), stdin=subprocess.DEVNULL, capture_output=True, check=False,
                                timeout=20)
        return json.loads(result.stdout) if result.returncode == 0 else None

    def state_step(self, step):
        """`state = { status = "running" }`: fields of the state, awaited for a while."""
        expected = json.loads(self.fill(json.dumps(step["state"])))
        found = None
        if not self.wait_until(lambda: expect.matches(expected, self._note_pid(self.state(step))), step):
            found = self.state(step)
            raise StepFailed(f"state: expected {expected}, found {found}")

    def _note_pid(self, state):
        if state and state.get("pid"):
            self.variables["pid"] = str(state["pid"])
        return state

    def wait_until(self, holds, step):
        """Polls until the condition holds; False when it does not within the time of the step."""
        deadline = time.monotonic() + step.get("within", WAIT)
        while not holds():
            if time.monotonic() > deadline:
                return False
            self.reap()
            time.sleep(0.02)
        return True

    def reap(self):
        """Replaced by the runner with the ledger's collector of orphans."""

    def cgroup_step(self, step):
        """`cgroup = { "memory.limit_in_bytes" = "1048576" }`: files of the container's cgroup."""
        wrong = []
        for name, expected in step["cgroup"].items():
            path = self._cgroup_file(name, step)
            try:
                with open(path, encoding="utf-8") as source:
                    found = source.read().strip()
            except OSError as error:
                found = f"({error.strerror}: {path})"
            if not expect.matches(self.fill(expected), found):
                wrong.append(f"{name}: expected {expected!r}, found {found!r}")
        if wrong:
            raise StepFailed("; ".join(wrong))

    def _cgroup_file(self, name, step):
        controller = name.split(".")[0]
        point = host.controllers().get(controller)
        if controller == "cgroup" or not host.controllers():
            point = host.unified()
        below = self.fill(step.get("id", "{cgroup}/{id}"))
        return os.path.join(point or "/nonexistent", below.lstrip("/"), name)

    def status_step(self, step):
        """`status = { NoNewPrivs = "1" }`: fields of /proc/PID/status of the container's process."""
        self._note_pid(self.state(step))
        with open(f"/proc/{self.variables['pid']}/status", encoding="utf-8") as source:
            found = dict(re.findall(r"^(\w+):[ \t]*(.*?)\s*$", source.read(), re.M))
        if not expect.matches(step["status"], found):
            shown = {name: found.get(name) for name in step["status"]}
            raise StepFailed(f"status: expected {step['status']}, found {shown}")

    def output_step(self, step):
        """`output_of = "name"`: what a named step's process, or the container it made, has written by now."""
        running = self.running[step["output_of"]]
        if "signal" in step:
            running.process.send_signal(getattr(signal, step["signal"]))
        self.wait_until(lambda: not expect.compare(step, None, *running.output()), step)
        self._check(step, None, *running.output())

    def ends_step(self, step):
        """`ends = "name"`: the background process of a named step ends."""
        running = self.running[step["ends"]]
        if "signal" in step:
            running.process.send_signal(getattr(signal, step["signal"]))
        code = self.finish(running, step)
        self._check(step, code, *running.output())

    def console_step(self, step):
        """`console = "listen" | "talk"`: the far end of --console-socket, at {console}."""
        if step["console"] == "listen":
            self.sockets["console"] = sockets.Console(self.variables["console"])
            return
        console = self.sockets["console"]
        if "size" in step:
            console.resize(*step["size"])
        if "sends" in step:
            console.send(step["sends"])
        if "shows" in step:
            shown = console.show(step["shows"], step.get("within", WAIT))
            if not re.search(step["shows"], shown, re.M):
                raise StepFailed(f"console: nothing matches {step['shows']!r} in {shown!r}")

    def pidfd_step(self, step):
        """`pidfd = "listen" | "check" | "signal"`: the far end of --pidfd-socket, at {pidfd}."""
        if step["pidfd"] == "listen":
            self.sockets["pidfd"] = sockets.PidfdReceiver(self.variables["pidfd"])
        elif step["pidfd"] == "signal":
            self.sockets["pidfd"].send_signal(step["signal"])
        else:
            state = self.state(step) or {}
            if self.sockets["pidfd"].pid() != state.get("pid"):
                raise StepFailed(f"pidfd: of process {self.sockets['pidfd'].pid()}, state says {state.get('pid')}")

    def agent_step(self, step):
        """`agent = "listen" | "check"`: a seccomp agent at {agent} that answers with one errno."""
        if step["agent"] == "listen":
            self.sockets["agent"] = sockets.SeccompAgent(self.variables["agent"], step["errno"])
            return
        agent = self.sockets["agent"]
        if agent.calls < step.get("calls", 1):
            raise StepFailed(f"agent: expected {step.get('calls', 1)} calls, saw {agent.calls}")
        expected = json.loads(self.fill(json.dumps(step.get("json", {}))))
        if not any(expect.matches(expected, state) for state in agent.states):
            raise StepFailed(f"agent: expected {expected}, received {agent.states}")


KINDS = {
    "runtime": Session.runtime_step, "host": Session.host_step, "inside": Session.inside_step,
    "state": Session.state_step, "cgroup": Session.cgroup_step, "status": Session.status_step,
    "output_of": Session.output_step, "ends": Session.ends_step, "console": Session.console_step,
    "pidfd": Session.pidfd_step, "agent": Session.agent_step,
}
