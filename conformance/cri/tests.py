# All tests of apusd from outside; names as arguments choose some, such as `PodTests.test_exec`.
import unittest

from callers import CallerTests
from commands import CommandTests
from details import DetailTests
from devices import DeviceTests
from errors import ErrorTests
from events import EventTests, SlowListenerTests
from faults import DiskTests, FaultTests
from handlers import HandlerTests
from load import LoadTests
from operation import OperationTests
from pods import PodTests
from ports import PortTests
from pulls import PullTests
from reload import ReloadTests
from restarts import RestartTests
from stats import StatsTests
from streams import SecureStreamTests, StreamTests
from userns import UserNamespaceTests
from volumes import ImageVolumeTests

__all__ = [
    "CallerTests", "CommandTests", "DetailTests", "DeviceTests", "DiskTests", "ErrorTests", "EventTests", "FaultTests",
    "HandlerTests", "ImageVolumeTests", "LoadTests", "OperationTests", "PodTests", "PortTests", "PullTests",
    "ReloadTests", "RestartTests", "SecureStreamTests", "SlowListenerTests", "StatsTests", "StreamTests",
    "UserNamespaceTests"]

if __name__ == "__main__":
    unittest.main(verbosity=2)
