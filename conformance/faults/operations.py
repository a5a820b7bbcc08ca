"""The commands that faults are put into: how each is set up, and what has to hold after it."""

import os
import shutil

PROBE_WORDS = ["exec", "{id}", "sh", "-c", "{probe}"]


class Operation:
    """A command on a container. `verdict` returns in words what does not hold."""

    words = []
    kind = "init"

    def prepare(self, scene):
        """Everything before the command; returns the processes to be watched beside it."""
        return []

    def verdict(self, scene, report):
        """What the command has promised and not done."""
        return []

    def probed(self, scene, report):
        """A process that came to life is confined as without a fault; one that was promised came to life."""
        if report.succeeded() and not scene.wait_for(scene.is_whole):
            return [f"it succeeded and the program did not run: {scene.shown().strip()[-300:]}"]
        return scene.weaker(self.kind) if scene.is_whole() else []


class Create(Operation):
    """`create`, with the filter not yet in the cache; what can be started after it tells how it is confined."""

    words = ["create", "--bundle", "{bundle}", "--pid-file", "{pidfile}", "{id}"]

    def prepare(self, scene):
        shutil.rmtree(f"{scene.root}/@seccomp", ignore_errors=True)
        return []

    def verdict(self, scene, report):
        # The container's process dies with a killed runtime, a moment later.
        scene.wait_for(lambda: scene.status() != "creating")
        status = scene.status()
        if report.killed_container and status == "stopped":
            return []
        if report.succeeded() and (status != "created" or scene.pid() <= 0):
            return [f"it succeeded and the status is {status}"]
        if status != "created":
            return [] if status in (None, "stopped") else [f"it failed and the status is {status}"]
        # The program inherits the output of `create`.
        os.rename(scene.out, f"{scene.out}-create")
        started = scene.call("start", "{id}")
        os.rename(f"{scene.out}-create", scene.out)
        if report.succeeded() and started != 0:
            return [f"it succeeded and the container cannot be started: {scene.shown().strip()}"]
        return self.probed(scene, report)


class Start(Operation):
    """`start`; the container's own process is watched too."""

    words = ["start", "{id}"]

    def prepare(self, scene):
        if scene.call("create", "--bundle", "{bundle}", "--pid-file", "{pidfile}", "{id}") != 0:
            raise SystemExit(f"faults: create: {scene.shown()}")
        os.rename(scene.out, f"{scene.out}-create")
        return [scene.pid()]

    def verdict(self, scene, report):
        os.rename(f"{scene.out}-create", scene.out)
        # A process killed right before its execve(2) looks like a program that was killed.
        if report.killed_container and not scene.is_whole():
            return []
        return self.probed(scene, report)


class Run(Operation):
    """`run` in the foreground."""

    words = ["run", "--bundle", "{bundle}", "{id}"]

    def verdict(self, scene, report):
        return self.probed(scene, report)


class Exec(Operation):
    """`exec` of the probe."""

    words = PROBE_WORDS
    kind = "exec"

    def prepare(self, scene):
        run_waiting(scene)
        return []

    def verdict(self, scene, report):
        return self.probed(scene, report)


class Kill(Operation):
    """`kill` with SIGKILL."""

    words = ["kill", "{id}", "KILL"]

    def prepare(self, scene):
        run_waiting(scene)
        return []

    def verdict(self, scene, report):
        if report.succeeded() and not scene.wait_for(lambda: scene.status() == "stopped"):
            return [f"it succeeded and the status is {scene.status()}"]
        return []


class Delete(Operation):
    """`delete` of a stopped container."""

    words = ["delete", "{id}"]

    def prepare(self, scene):
        run_waiting(scene)
        scene.call("kill", "{id}", "KILL")
        scene.wait_for(lambda: scene.status() == "stopped")
        return []

    def verdict(self, scene, report):
        if report.succeeded() and not scene.wait_for(lambda: not scene.left()):
            return ["it succeeded: " + "; ".join(scene.left())]
        return []


class DeleteForce(Delete):
    """`delete --force` of a running container."""

    words = ["delete", "--force", "{id}"]

    def prepare(self, scene):
        run_waiting(scene)
        return []


def run_waiting(scene):
    """A container whose program waits."""
    code = scene.call("run", "--detach", "--bundle", "{bundle}-waiting", "{id}")
    if code != 0:
        raise SystemExit(f"faults: run --detach ended with {code}: {scene.shown()}")


def expect(scene):
    """What the probe says without a fault, as the container's program and by `exec`."""
    for kind in ("init", "exec"):
        if kind == "init":
            code = scene.call("run", "--bundle", "{bundle}", "{id}")
        else:
            run_waiting(scene)
            code = scene.call(*PROBE_WORDS)
        if code != 0 or not scene.is_whole():
            raise SystemExit(f"faults: the probe ended with {code}: {scene.shown()}")
        scene.expected[kind] = scene.probed()
    wrong = scene.clear()
    if wrong:
        raise SystemExit(f"faults: {wrong}")


OPERATIONS = {"create": Create(), "start": Start(), "run": Run(), "exec": Exec(), "kill": Kill(),
              "delete": Delete(), "delete --force": DeleteForce()}
