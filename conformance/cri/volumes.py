# Images as volumes of a container.
import os
import pathlib
import subprocess

import runtime_pb2 as api
from case import ServiceCase
from configs import Code, IMAGE, container_config
from layout import make_layout
from service import IMAGE_TOOL
from userns import mapping, user_namespace

DATA = "test.example/data:1"
PREFIX = "ImageVolumeMountFailed: mounts[0].image"


class ImageVolumeTests(ServiceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        tree = cls.service.folder + "/data"
        os.makedirs(tree + "/deep/below")
        pathlib.Path(tree, "file").write_text("of the image\n")
        pathlib.Path(tree, "deep/below/leaf").write_text("leaf\n")
        pathlib.Path(tree, "run").write_text("#!/bin/sh\necho ran\n")
        os.chmod(tree + "/run", 0o755)
        os.chown(tree + "/file", 1000, 1000)
        os.symlink("/deep", tree + "/link")
        os.symlink("../../../../../../../../etc", tree + "/out")
        make_layout(tree, cls.service.folder + "/data-layout")
        cls.load_data()

    @classmethod
    def load_data(cls):
        subprocess.run([IMAGE_TOOL, "pull", "--root", cls.service.image_root, "--name", DATA,
                        f"oci:{cls.service.folder}/data-layout"], check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.PIPE)

    def mount(self, sub_path="", image=DATA, **more):
        return api.Mount(container_path="/v", image=api.ImageSpec(image=image), image_sub_path=sub_path, **more)

    def output(self, container, script):
        result = self.execute(container, "sh", "-c", script)
        return result.stdout.decode().split("\n")[:-1]

    def refuse(self, pod, mount, text, code=Code.INVALID_ARGUMENT):
        self.refused(code, self.runtime.CreateContainer, api.CreateContainerRequest(
            pod_sandbox_id=pod[0], sandbox_config=pod[1], config=container_config(mounts=[mount])), text)
        self.assertEqual(self.runtime.ListContainers(api.ListContainersRequest()).containers[:], [])

    def test_an_image_is_a_volume_that_nobody_writes(self):
        pod = self.run_pod()
        c = self.start(self.create(pod, mounts=[self.mount()]))
        self.assertEqual(
            self.output(c, "cat /v/file /v/deep/below/leaf; /v/run; touch /v/x 2>/dev/null || echo refused; "
                           "stat -c %u /v/file"), ["of the image", "leaf", "ran", "refused", "1000"])
        found, = self.status(c).mounts
        self.assertEqual((found.image.image, found.container_path, found.readonly), (DATA, "/v", True))

    def test_a_part_of_an_image(self):
        pod = self.run_pod()
        rows = (("deep", ["below"]), ("deep/below", ["leaf"]), ("link/below/", ["leaf"]), ("./deep", ["below"]))
        for index, (path, expected) in enumerate(rows):
            c = self.start(self.create(pod, f"c{index}", mounts=[self.mount(path)]))
            self.assertEqual(self.output(c, "ls /v"), expected, path)
            self.assertEqual(self.status(c).mounts[0].image_sub_path, path)
        c = self.start(self.create(pod, "file", mounts=[self.mount("file")]))
        self.assertEqual(self.output(c, "cat /v"), ["of the image"])

    def test_a_link_leads_nowhere_outside_of_the_image(self):
        self.refuse(self.run_pod(), self.mount("out"), PREFIX + "_sub_path: 'out' does not exist")

    def test_what_is_refused(self):
        pod = self.run_pod()
        for path in ("/deep", "..", "deep/../..", "deep/../deep"):
            self.refuse(pod, self.mount(path), f"{PREFIX}_sub_path: '{path}' is absolute or leads upwards")
        for path in ("none", "file/x", "deep/none"):
            self.refuse(pod, self.mount(path), f"{PREFIX}_sub_path: '{path}' does not exist in the image")
        self.refuse(pod, self.mount(image="test.example/none:1"), PREFIX, Code.NOT_FOUND)
        self.refuse(pod, self.mount(propagation=api.PROPAGATION_BIDIRECTIONAL), "passes no mounts on")
        self.refuse(pod, api.Mount(container_path="/v", host_path="/tmp", image_sub_path="x"), "there is no image")

    def test_it_is_there_as_long_as_its_container(self):
        pod = self.run_pod()
        c = self.start(self.create(pod, mounts=[self.mount("deep")]))
        mounted = [line for line in self.service.mounts() if "/volumes/0" in line]
        self.assertEqual(len(mounted), 1, mounted)
        self.images.RemoveImage(api.RemoveImageRequest(image=api.ImageSpec(image=DATA)), timeout=60)
        self.addCleanup(self.load_data)
        self.assertEqual(self.output(c, "cat /v/below/leaf"), ["leaf"])
        self.service.kill()
        self.service.start()
        self.assertEqual(self.output(c, "cat /v/below/leaf"), ["leaf"])
        self.runtime.RemoveContainer(api.RemoveContainerRequest(container_id=c), timeout=60)
        self.assertEqual([line for line in self.service.mounts() if "/volumes/" in line], [])
        self.assertEqual(list(pathlib.Path(self.service.image_root, "s").iterdir()), [])

    def test_in_a_pod_with_a_user_namespace(self):
        config = api.NamespaceOption(pid=api.CONTAINER, userns_options=user_namespace())
        pod = self.run_pod(linux=api.LinuxPodSandboxConfig(
            security_context=api.LinuxSandboxSecurityContext(namespace_options=config)))
        c = self.start(self.create(pod, mounts=[self.mount(uidMappings=[mapping()], gidMappings=[mapping()])]))
        self.assertEqual(self.output(c, "stat -c %u:%g /v /v/file; id -u"), ["0:0", "1000:1000", "0"])

    def test_several_of_one_image(self):
        pod = self.run_pod()
        c = self.start(self.create(pod, mounts=[
            self.mount(), api.Mount(container_path="/w", image=api.ImageSpec(image=DATA), image_sub_path="deep"),
            api.Mount(container_path="/b", image=api.ImageSpec(image=IMAGE))]))
        self.assertEqual(self.output(c, "cat /v/file; ls /w; test -x /b/bin/busybox && echo box"),
                         ["of the image", "below", "box"])
