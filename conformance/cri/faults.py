# A machine that was started anew.
import sqlite3

import runtime_pb2 as api
from case import ServiceCase
from configs import IMAGE


class FaultTests(ServiceCase):
    def test_a_new_boot_takes_pods_away_and_keeps_images(self):
        pod = self.run_pod()
        self.start(self.create(pod))
        image = self.images.ImageStatus(api.ImageStatusRequest(image=api.ImageSpec(image=IMAGE))).image.id
        self.assertTrue(self.service.present())
        self.service.stop()
        with sqlite3.connect(self.service.disk + "/root/state.db") as database:
            database.execute("UPDATE boot SET id = 'another boot'")
        database.close()
        self.service.start()
        self.assertEqual(len(self.runtime.ListPodSandbox(api.ListPodSandboxRequest()).items), 0)
        self.assertEqual(self.service.leftovers(), [])
        self.assertEqual(
            self.images.ImageStatus(api.ImageStatusRequest(image=api.ImageSpec(image=IMAGE))).image.id, image)
        self.start(self.create(self.run_pod()))
