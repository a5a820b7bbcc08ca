// Units of systemd: names, paths, properties.

import OCI
import Testing

@testable import ContainerRuntime

@Suite("Units of systemd")
struct SystemdUnitTests {
  @Test("slice:prefix:name is a scope in a slice, which lies in the ones that its name begins with")
  func scopes() throws {
    let expected: [(String, String, String, String)] = [
      ("", "system.slice", "apus-box.scope", "system.slice/apus-box.scope"),
      (":pre:name", "system.slice", "pre-name.scope", "system.slice/pre-name.scope"),
      ("::name", "system.slice", "name.scope", "system.slice/name.scope"),
      (
        "a-b-c.slice:p:n", "a-b-c.slice", "p-n.scope", "a.slice/a-b.slice/a-b-c.slice/p-n.scope"
      ),
      ("-.slice:p:n", "-.slice", "p-n.scope", "p-n.scope"),
    ]
    for (path, slice, unit, cgroup) in expected {
      let scope = try SystemdScope(cgroupsPath: path, id: "box")
      #expect(scope.slice == slice && scope.unit == unit && scope.path == cgroup, "\(path)")
    }
  }

  @Test(
    "what names no slice or no unit is refused",
    arguments: [
      "/a/b", "a:b", "a:b:c:d", "a.slice:p:", "a:p:n", ".slice:p:n", "-a.slice:p:n", "a-.slice:p:n", "a--b.slice:p:n",
      "a/b.slice:p:n", "a.slice:p:n/m", "a.slice:../p:n",
    ])
  func refused(_ path: String) {
    #expect(throws: RuntimeError.self) { try SystemdScope(cgroupsPath: path, id: "box") }
  }

  private func properties(_ change: (inout Resources) -> Void) throws -> [String] {
    var resources = Resources()
    change(&resources)
    var properties = SystemdProperties()
    try properties.add(try limitWrites(resources, kind: .v2, purpose: .update))
    return properties.list
  }

  @Test("the unit says what the files say")
  func limits() throws {
    #expect(try properties { _ in }.isEmpty)
    #expect(
      try properties {
        $0.memory.limit = 100
        $0.memory.swap = 150
        $0.memory.reservation = 50
        $0.pids.limit = 0
        $0.cpu.shares = 1024
      } == ["MemorySwapMax=t:50", "MemoryMax=t:100", "MemoryLow=t:50", "CPUWeight=t:100", "TasksMax=t:1"])
    #expect(
      try properties {
        $0.memory.limit = -1
        $0.pids.limit = -1
      } == [
        "MemorySwapMax=t:18446744073709551615", "MemoryMax=t:18446744073709551615", "TasksMax=t:18446744073709551615",
      ])
    #expect(
      try properties {
        $0.unified["memory.high"] = "7"
        $0.unified["memory.oom.group"] = "1"
      } == ["MemoryHigh=t:7"])
  }

  @Test("a quota is a share of a second in whole percents, rounded up")
  func quota() throws {
    let share = { (quota: Int64?, period: UInt64?) in
      try properties {
        $0.cpu.quota = quota
        $0.cpu.period = period
      }
    }
    #expect(try share(50_000, 100_000) == ["CPUQuotaPeriodUSec=t:100000", "CPUQuotaPerSecUSec=t:500000"])
    #expect(try share(10_500, 100_000) == ["CPUQuotaPeriodUSec=t:100000", "CPUQuotaPerSecUSec=t:110000"])
    #expect(try share(-1, 50_000) == ["CPUQuotaPeriodUSec=t:50000", "CPUQuotaPerSecUSec=t:18446744073709551615"])
  }

  @Test("CPUs are bits, the first byte has the first eight; idle is a weight of 0, whatever the shares")
  func processors() throws {
    #expect(
      try properties { $0.cpu.cpus = "0-1,9" } == ["AllowedCPUs=ay:0302000000000000"])
    #expect(
      try properties {
        $0.cpu.idle = 1
        $0.cpu.shares = 512
      } == ["CPUWeight=t:0"])
  }

  private func annotation(_ name: String, _ value: String) throws -> [String] {
    var annotations = Annotations()
    annotations["org.systemd.property." + name] = value
    annotations["org.other"] = "'x'"
    var properties = SystemdProperties()
    try properties.add(annotations)
    return properties.list
  }

  @Test("annotations are texts of GVariant; seconds become microseconds")
  func annotations() throws {
    let expected: [(String, String, String)] = [
      ("CollectMode", "'inactive-or-failed'", "CollectMode=s:inactive-or-failed"),
      ("CollectMode", "\"two words\"", "CollectMode=s:two words"), ("SendSIGHUP", "true", "SendSIGHUP=b:true"),
      ("TasksMax", "uint64 17", "TasksMax=t:17"), ("Something", "-5", "Something=i:-5"),
      ("Something", "uint32 4294967295", "Something=u:4294967295"), ("Something", "int64 -9", "Something=x:-9"),
      ("TimeoutStopSec", "uint64 7", "TimeoutStopUSec=t:7000000"),
      ("TimeoutStopSec", "1.5", "TimeoutStopUSec=t:1500000"),
      ("TimeoutStopUSec", "uint64 8", "TimeoutStopUSec=t:8"),
      ("After", "['one.service', 'two,three.service']", "After=as:one.service,two\\,three.service"),
      ("After", "[]", "After=as:"),
    ]
    for (name, value, property) in expected {
      #expect(try annotation(name, value) == [property], "\(name) \(value)")
    }
  }

  @Test(
    "an annotation that is no property or no value is refused by its name",
    arguments: [
      ("TimeoutStopSec", "soon"), ("x", "1"), ("Ab=c", "1"), ("Something", "2147483648"),
      ("Something", "uint32 -1"), ("Something", "'open"), ("Something", "'a'b'"), ("Something", "['a' 'b']"),
      ("Something", "{'a': 1}"), ("Something", ""),
    ])
  func wrongAnnotations(_ name: String, _ value: String) {
    let error = #expect(throws: RuntimeError.self) { try annotation(name, value) }
    #expect(error?.message.contains("org.systemd.property." + name) ?? false)
  }
}
