// The pure parts of the life cycle.

import Linux
import OCI
import Testing

@testable import ContainerRuntime

@Suite("Values of the life cycle")
struct LifecycleValueTests {
  @Test("the name in a stat line may hold anything")
  func statLine() throws {
    let tail = " S 7 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 123456 0 0"
    for name in ["sh", "a b", ") R 1 (", "((", "a)b"] {
      let stat = try #require(ProcessStat(parsing: Array(("42 (" + name + ")" + tail).utf8)))
      #expect(stat.startTime == 123_456)
      #expect(stat.parent == 7)
      #expect(!stat.isDead)
    }
    #expect(ProcessStat(parsing: Array("42 (sh) Z 7 1".utf8)) == nil)
    #expect(ProcessStat(parsing: Array("42 sh S 7".utf8)) == nil)
  }

  @Test("a zombie is dead")
  func zombie() throws {
    let line = "42 (sh) Z 7 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 123456 0 0"
    #expect(try #require(ProcessStat(parsing: Array(line.utf8))).isDead)
  }

  @Test("this process runs, and not under another start time")
  func identity() throws {
    let own = try #require(ProcessIdentity.ofRunning(currentProcessID()))
    #expect(own.isRunning)
    #expect(!ProcessIdentity(pid: own.pid, startTime: own.startTime + 1).isRunning)
    #expect(ProcessIdentity.ofRunning(0) == nil)
  }

  @Test("namespaces are made or joined, and an intermediate stands between where it must")
  func namespaces() {
    let made = NamespacePlan([Namespace(kind: .pid), Namespace(kind: .cgroup)])
    #expect(made.new == [.pid, .cgroup])
    #expect(made.cloned(cgroupAfterJoining: true) == .pid)
    #expect(!made.needsIntermediate)
    let joined = NamespacePlan([Namespace(kind: .network, path: "/n"), Namespace(kind: .mount)])
    #expect(!joined.needsIntermediate)
    #expect(NamespacePlan([Namespace(kind: .user, path: "/n")]).needsIntermediate)
    #expect(NamespacePlan([Namespace(kind: .user), Namespace(kind: .network, path: "/n")]).needsIntermediate)
  }

  @Test("identity maps have a line for each mapping")
  func identityMaps() {
    let mappings = [
      IDMapping(containerID: 0, hostID: 1000, size: 1), IDMapping(containerID: 1, hostID: 100_000, size: 65536),
    ]
    #expect(IdentityMaps.text(mappings) == "0 1000 1\n1 100000 65536\n")
  }

  @Test("of variables that come twice the last one counts, and HOME is there")
  func environment() {
    let environment = ProcessEnvironment(["A=1", "B=2", "A=3", "HOMELY=x"], home: "/root")
    #expect(environment.entries == ["A=3", "B=2", "HOMELY=x", "HOME=/root"])
    #expect(ProcessEnvironment(["HOME="], home: "/r").entries == ["HOME=/r"])
    #expect(ProcessEnvironment(["HOME=/h"], home: "/r").entries == ["HOME=/h"])
  }

  @Test("a record survives its file")
  func record() throws {
    var record = ContainerRecord()
    record.id = "c1"
    record.pid = 42
    record.startTime = 99
    record.isCreated = true
    record.createdSeconds = 1_700_000_000
    record.bundle = "/b"
    record.rootfs = "/b/rootfs"
    record.annotations = Annotations([Annotations.Entry(key: "k", value: "v")])
    record.cgroup = Cgroup(directories: [
      CgroupDirectory(controllers: ["cpu", "cpuacct"], mountPoint: "/sys/fs/cgroup/cpu", path: "x/c1"),
      CgroupDirectory(controllers: [], mountPoint: "/sys/fs/cgroup/unified", path: "x/c1"),
    ])
    #expect(try ContainerRecord.decode(record.encoded()) == record)
  }

  @Test("hooks are told the status of their point")
  func hookStatus() {
    #expect(HookPoint.allCases.map { $0.status } == [.creating, .creating, .creating, .created, .running, .stopped])
  }
}
