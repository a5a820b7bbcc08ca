# Ports of the host that lead into pods.
import socket
import time

import runtime_pb2 as api
from case import ServiceCase
from service import Service


class PortTests(ServiceCase):
    @classmethod
    def make_service(cls):
        return Service(ports=True)

    def test_a_port_of_the_host_leads_into_the_pod(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        pod = self.run_pod(port_mappings=[
            api.PortMapping(protocol=api.TCP, container_port=8080, host_port=port),
            api.PortMapping(protocol=api.TCP, container_port=9090)])
        self.start(self.create(pod, "server", ("sh", "-c", "while true; do echo inside | nc -l -p 8080; done")))
        gateway = "10.213.0.1"
        self.assertEqual(self.ask(gateway, port), b"inside\n")
        self.runtime.StopPodSandbox(api.StopPodSandboxRequest(pod_sandbox_id=pod[0]), timeout=60)
        with self.assertRaises(OSError):
            socket.create_connection((gateway, port), timeout=2).close()

    @staticmethod
    def ask(address, port):
        for _ in range(50):
            try:
                with socket.create_connection((address, port), timeout=2) as connection:
                    answer = connection.recv(100)
                    if answer:
                        return answer
            except OSError:
                pass
            time.sleep(0.1)
        return None
