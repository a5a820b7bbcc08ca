# Devices of the Container Device Interface.
import json
import os
import pathlib

import runtime_pb2 as api
from case import ServiceCase
from configs import Code, container_config

FAILED = "CDI device injection failed: "


class DeviceTests(ServiceCase):
    @classmethod
    def make_service(cls):
        service = super().make_service()
        cls.folders = [service.folder + "/cdi-static", service.folder + "/cdi-run"]
        for folder in cls.folders:
            os.makedirs(folder)
        service.more_flags = ["--cdi-spec-dirs", cls.folders[0], "--cdi-spec-dirs", cls.folders[1]]
        return service

    def setUp(self):
        for folder in self.folders:
            for path in pathlib.Path(folder).iterdir():
                path.unlink()

    def write(self, name, devices, folder=0, kind="vendor.com/class", edits=None, version="0.6.0"):
        document = {"cdiVersion": version, "kind": kind, "devices": [
            {"name": device, "containerEdits": changes} for device, changes in devices.items()]}
        if edits:
            document["containerEdits"] = edits
        pathlib.Path(self.folders[folder], name).write_text(json.dumps(document))

    def output(self, script, *devices, name="c", **more):
        pathlib.Path(self.service.folder, "logs/pod", name + ".log").unlink(missing_ok=True)
        pod = self.run_pod()
        self.run_to_end(pod, name, ("sh", "-c", script), CDI_devices=[api.CDIDevice(name=d) for d in devices], **more)
        lines = self.logged(name)
        self.runtime.RemovePodSandbox(api.RemovePodSandboxRequest(pod_sandbox_id=pod[0]), timeout=60)
        return lines

    def refuse(self, text, *devices, code=Code.FAILED_PRECONDITION, **more):
        pod = self.run_pod()
        self.refused(code, self.runtime.CreateContainer, api.CreateContainerRequest(
            pod_sandbox_id=pod[0], sandbox_config=pod[1],
            config=container_config(CDI_devices=[api.CDIDevice(name=d) for d in devices], **more)), text)

    def test_every_kind_of_edit(self):
        note = self.service.folder + "/hook"
        folder = self.service.folder + "/driver"
        os.makedirs(folder, exist_ok=True)
        pathlib.Path(folder, "lib").write_text("driver\n")
        self.write("a.json", {"one": {
            "env": ["DEVICE=one", "FROM=device"],
            "deviceNodes": [{"path": "/dev/mine", "hostPath": "/dev/null", "permissions": "rw"}],
            "mounts": [{"hostPath": folder, "containerPath": "/driver", "options": ["ro", "bind"]}],
            "hooks": [{"hookName": "createRuntime", "path": "/bin/sh", "args": ["sh", "-c", f"cat >{note}"]}],
            "additionalGids": [4321]}}, edits={"env": ["ALL=yes"]})
        lines = self.output(
            "echo $DEVICE $ALL $FROM; echo x >/dev/mine && echo written; cat /driver/lib; touch /driver/x 2>/dev/null "
            "|| echo refused; id -G | tr ' ' '\\n' | grep -x 4321", "vendor.com/class=one")
        self.assertEqual(lines, ["one yes device", "written", "driver", "refused", "4321"])
        self.assertEqual(json.loads(pathlib.Path(note).read_text())["status"], "creating")

    def test_yaml_and_annotations(self):
        pathlib.Path(self.folders[1], "b.yaml").write_text(
            "cdiVersion: 0.5.0\nkind: vendor.com/net\ndevices:\n- name: eth_0.1\n  containerEdits:\n    env:\n"
            "    - A=yaml\n- name: '2'\n  containerEdits:\n    env: [B=two]\n")
        lines = self.output("echo $A $B", annotations={
            "cdi.k8s.io/plugin_x": "vendor.com/net=eth_0.1,vendor.com/net=2", "other": "vendor.com/net=3"})
        self.assertEqual(lines, ["yaml two"])
        # Named twice it is there once.
        self.assertEqual(self.output("env | grep -c ^A=", "vendor.com/net=eth_0.1", annotations={
            "cdi.k8s.io/x": "vendor.com/net=eth_0.1"}), ["1"])

    def test_the_later_folder_wins(self):
        self.write("a.json", {"one": {"env": ["A=static"]}})
        self.write("a.json", {"one": {"env": ["A=run"]}}, folder=1)
        self.assertEqual(self.output("echo $A", "vendor.com/class=one"), ["run"])

    def test_a_file_is_read_when_it_is_needed(self):
        self.refuse("unresolvable CDI devices vendor.com/class=late", "vendor.com/class=late")
        self.tearDown()
        self.write("late.json", {"late": {"env": ["A=late"]}})
        self.assertEqual(self.output("echo $A", "vendor.com/class=late"), ["late"])

    def test_conflicts_and_unknown_devices_are_named(self):
        self.write("a.json", {"one": {"env": ["A=1"]}, "two": {"env": ["A=2"]}})
        self.write("b.json", {"one": {"env": ["A=3"]}})
        self.refuse(f"{FAILED}conflicting device 'vendor.com/class=one': it is in '{self.folders[0]}/a.json', "
                    f"'{self.folders[0]}/b.json'", "vendor.com/class=one")
        self.tearDown()
        self.refuse(f"{FAILED}unresolvable CDI devices vendor.com/class=x, vendor.com/class=y",
                    "vendor.com/class=two", "vendor.com/class=x", "vendor.com/class=y")
        self.tearDown()
        for name in ("", "one", "vendor.com=one", "vendor.com/class=", "vendor.com/cl.ass=a", "1/class=a"):
            self.refuse(f"'{name}' is no name of a device", name, code=Code.INVALID_ARGUMENT)
            self.tearDown()
        self.refuse("config.annotations[cdi.k8s.io/x]: 'bad' is no name of a device", code=Code.INVALID_ARGUMENT,
                    annotations={"cdi.k8s.io/x": "bad"})

    def test_a_broken_file_harms_its_own_devices_alone(self):
        self.write("good.json", {"one": {"env": ["A=1"]}})
        def text(edits, version="0.6.0"):
            return json.dumps({"cdiVersion": version, "kind": "v.com/c", "devices": [
                {"name": "d", "containerEdits": edits}]})

        rows = [
            ('{"cdiVersion": "0.6.0"', "cannot be used"),
            (text({"env": ["A=1"]}, "9.0.0"), "cdiVersion: '9.0.0' is not known"),
            (text({"envs": ["A=1"]}), "there is no such field"),
            (text({"env": ["A"]}), "devices[0].containerEdits.env[0]: 'A' is not of the form NAME=value"),
            (text({"deviceNodes": [{"path": "/dev/x", "permissions": "q"}]}),
             "permissions: 'q' is not of the letters rwm"),
        ]
        for content, reason in rows:
            pathlib.Path(self.folders[0], "bad.json").write_text(content)
            self.refuse("unresolvable CDI devices v.com/c=d", "v.com/c=d")
            self.tearDown()
            self.refuse(reason, "v.com/c=d")
            self.tearDown()
        self.assertEqual(self.output("echo $A", "vendor.com/class=one"), ["1"])

    def test_a_device_that_is_not_there(self):
        self.write("a.json", {"one": {"deviceNodes": [{"path": "/dev/apus-none"}]},
                              "file": {"deviceNodes": [{"path": "/etc/passwd"}]}})
        self.refuse("the device '/dev/apus-none' of 'vendor.com/class=one': statx", "vendor.com/class=one",
                    code=Code.UNKNOWN)
        self.tearDown()
        self.refuse("'/etc/passwd' of 'vendor.com/class=file' is no device", "vendor.com/class=file")
