# All tests of apusd from outside; names as arguments choose some, such as `PodTests.test_exec`.
import unittest

from callers import CallerTests
from commands import CommandTests
from details import DetailTests
from errors import ErrorTests
from events import EventTests, SlowListenerTests
from faults import DiskTests, FaultTests
from load import LoadTests
from operation import OperationTests
from pods import PodTests
from ports import PortTests
from pulls import PullTests
from restarts import RestartTests
from stats import StatsTests
from streams import SecureStreamTests, StreamTests

__all__ = [
    "CallerTests", "CommandTests", "DetailTests", "DiskTests", "ErrorTests", "EventTests", "FaultTests", "LoadTests",
    "OperationTests", "PodTests", "PortTests", "PullTests", "RestartTests", "SecureStreamTests", "SlowListenerTests",
    "StatsTests", "StreamTests"]

if __name__ == "__main__":
    unittest.main(verbosity=2)
