# Images of a registry: Debian's docker-registry, filled by skopeo.
import base64
import http.server
import pathlib
import shutil
import socket
import subprocess
import threading
import time
import unittest

import runtime_pb2 as api
from case import ServiceCase
from configs import Code, IMAGE

# bcrypt of `secret`, the only kind that the registry reads.
USERS = "user:$2y$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a\n"


class PeerRegistry:
    """A registry on loopback, without TLS, with what the service's test image holds."""

    def __init__(self, service, asks=False):
        """With `asks` it wants a name and a password."""
        if not shutil.which("docker-registry"):
            raise unittest.SkipTest("docker-registry is not installed")
        self.name = f"127.0.0.1:{service.registry_port}"
        folder = pathlib.Path(service.folder, "registry")
        folder.mkdir(exist_ok=True)
        settings = folder / "config.yml"
        settings.write_text(
            "version: 0.1\nlog: {level: error}\nstorage:\n  filesystem: {rootdirectory: %s}\n"
            "http: {addr: '%s'}\n" % (folder, self.name))
        if asks:
            (folder / "users").write_text(USERS)
            with settings.open("a", encoding="utf-8") as file:
                file.write("auth: {htpasswd: {realm: tests, path: '%s/users'}}\n" % folder)
        self.process = subprocess.Popen(
            ["docker-registry", "serve", str(settings)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", service.registry_port)) == 0:
                    break
            time.sleep(0.05)
        subprocess.run(
            ["skopeo", "copy", "--quiet", "--dest-tls-verify=false",
             *(["--dest-creds", "user:secret"] if asks else []), "oci:" + service.folder + "/layout",
             f"docker://{self.name}/tools/busybox:1"], check=True)

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=30)


class PullTests(ServiceCase):
    def pull(self, name, **auth):
        request = api.PullImageRequest(
            image=api.ImageSpec(image=name), auth=api.AuthConfig(**auth) if auth else None)
        return self.images.PullImage(request, timeout=120).image_ref

    def test_pull_of_an_image(self):
        registry = PeerRegistry(self.service)
        name = registry.name + "/tools/busybox:1"
        try:
            found = self.pull(name)
            self.assertEqual(self.pull(name), found)
            absent = api.PullImageRequest(image=api.ImageSpec(image=registry.name + "/tools/none:1"))
            self.refused(Code.NOT_FOUND, self.images.PullImage, absent, "tools/none")
        finally:
            registry.stop()
        status = self.images.ImageStatus(api.ImageStatusRequest(image=api.ImageSpec(image=name))).image
        self.assertEqual(status.id, found)
        self.assertIn(name, status.repo_tags)
        self.assertTrue([digest for digest in status.repo_digests if digest.startswith(registry.name)])
        container = self.create(self.run_pod(), "pulled", image=api.ImageSpec(image=found))
        self.assertEqual(self.execute(self.start(container), "echo", "pulled").stdout, b"pulled\n")
        # Gone by now: nobody answers.
        gone = api.PullImageRequest(image=api.ImageSpec(image=registry.name + "/tools/other:1"))
        self.refused(Code.UNAVAILABLE, self.images.PullImage, gone, registry.name)

    def test_pull_with_a_name_and_a_password(self):
        registry = PeerRegistry(self.service, asks=True)
        name = registry.name + "/tools/busybox:1"
        basic = base64.b64encode(b"user:secret").decode()
        try:
            for auth in ({}, {"username": "user", "password": "wrong"}):
                request = api.PullImageRequest(image=api.ImageSpec(image=name), auth=api.AuthConfig(**auth))
                self.refused(Code.PERMISSION_DENIED, self.images.PullImage, request, registry.name)
            for auth in ({"username": "user", "password": "secret"}, {"auth": basic}):
                found = self.pull(name, **auth)
                self.assertEqual(self.images.ImageStatus(
                    api.ImageStatusRequest(image=api.ImageSpec(image=name))).image.id, found)
                self.images.RemoveImage(api.RemoveImageRequest(image=api.ImageSpec(image=name)))
        finally:
            registry.stop()
            # The image of the other tests is the same one under another name.
            self.service.load_image(IMAGE)
        self.assertNotIn("secret", self.service.read_log())
        self.assertNotIn(basic, self.service.read_log())

    def test_a_token_for_the_registry_is_shown_to_it(self):
        shown = []

        class Guarded(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                shown.append(self.headers.get("Authorization"))
                self.send_response(404 if shown[-1] == "Bearer given" else 401)
                self.send_header("WWW-Authenticate", 'Bearer realm="http://127.0.0.1:1/token"')
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        server = http.server.HTTPServer(("127.0.0.1", self.service.registry_port), Guarded)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            image = api.ImageSpec(image=f"127.0.0.1:{self.service.registry_port}/a:1")
            for token, code in (("given", Code.NOT_FOUND), ("other", Code.PERMISSION_DENIED)):
                request = api.PullImageRequest(image=image, auth=api.AuthConfig(registry_token=token))
                self.refused(code, self.images.PullImage, request, "a:1")
        finally:
            server.shutdown()
            server.server_close()
        self.assertIn("Bearer given", shown)

    def test_pulls_that_are_refused(self):
        for name, word in (("", "image"), ("busybox", "busybox"), ("test.example/UPPER:1", "UPPER")):
            request = api.PullImageRequest(image=api.ImageSpec(image=name))
            self.refused(Code.INVALID_ARGUMENT, self.images.PullImage, request, word)
        request = api.PullImageRequest(
            image=api.ImageSpec(image="test.example/a:1"), auth=api.AuthConfig(auth="no base64"))
        self.refused(Code.INVALID_ARGUMENT, self.images.PullImage, request, "auth.auth")
