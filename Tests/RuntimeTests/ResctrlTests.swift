// Cache and memory bandwidth control, on a folder that stands for the kernel's file system.

import Foundation
import Linux
import OCI
import Testing

@testable import ContainerRuntime

/// A folder with what the kernel shows at the top of resctrl.
private final class FakeResctrl {
  let path: String

  init(features: [String] = ["L3", "MB"]) throws {
    path = FileManager.default.temporaryDirectory.path + "/apus-resctrl-\(UUID().uuidString)"
    for folder in ["info"] + features.map({ "info/" + $0 }) { try make(folder) }
    try make("mon_groups")
    for file in ["tasks", "schemata"] { try write(file, "") }
    try write("info/last_cmd_status", "ok\n")
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func make(_ folder: String) throws {
    try FileManager.default.createDirectory(atPath: path + "/" + folder, withIntermediateDirectories: true)
  }

  func write(_ file: String, _ text: String) throws {
    try text.write(toFile: path + "/" + file, atomically: false, encoding: .utf8)
  }

  func read(_ file: String) -> String? { try? String(contentsOfFile: path + "/" + file, encoding: .utf8) }
  func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path + "/" + name) }

  func plan(_ wanted: IntelRDT) throws -> ResctrlPlan { try ResctrlPlan(wanted, id: "c1", mountPoint: path) }

  /// Why it is refused.
  func refusal(_ wanted: IntelRDT) -> String {
    do {
      _ = try plan(wanted)
      return "accepted"
    } catch {
      return (error as? RuntimeError)?.message ?? "\(error)"
    }
  }
}

@Suite("Resctrl")
struct ResctrlTests {
  @Test("a host without the file system refuses in the words of runc")
  func notMounted() {
    #expect(throws: RuntimeError.self) { try ResctrlPlan(IntelRDT(), id: "c1", mountPoint: "") }
    do {
      _ = try ResctrlPlan(IntelRDT(), id: "c1", mountPoint: "")
    } catch {
      #expect(error.message.hasSuffix("intelRdt is specified in config, but Intel RDT is not enabled"))
    }
  }

  @Test("what the kernel cannot do, and a class of service that is not there, are refused")
  func refusals() throws {
    let none = try FakeResctrl(features: [])
    #expect(none.refusal(IntelRDT(l3CacheSchema: "L3:0=f")).contains("but Intel RDT/CAT is not enabled"))
    #expect(none.refusal(IntelRDT(memBwSchema: "MB:0=20")).contains("but Intel RDT/MBA is not enabled"))
    let fake = try FakeResctrl()
    #expect(fake.refusal(IntelRDT(closID: "gold")).contains("/gold' not accessible (must be pre-created"))
    try fake.make("gold")
    #expect(fake.refusal(IntelRDT(closID: "gold")) == "accepted")
    #expect(fake.refusal(IntelRDT(closID: "/")) == "accepted")
  }

  @Test("without a name the group is the container's: made, filled in order, and removed with it")
  func ownGroup() throws {
    let fake = try FakeResctrl()
    let plan = try fake.plan(
      IntelRDT(schemata: ["L2:0=f", "MB:1=70"], l3CacheSchema: "L3:0=7f0", memBwSchema: "MB:0=20"))
    #expect(plan.group.isOwn && !fake.has("c1"))
    try plan.make()
    #expect(fake.read("c1/schemata") == "L3:0=7f0\nMB:0=20\nL2:0=f\nMB:1=70\n")
    try plan.group.open().enter()
    #expect(fake.read("c1/tasks") == "0")
    // The kernel removes a group whatever files it shows.
    for file in ["schemata", "tasks"] { try FileManager.default.removeItem(atPath: fake.path + "/c1/" + file) }
    try plan.group.remove()
    #expect(!fake.has("c1"))
    try plan.group.remove()
  }

  @Test("a group of the container's name that was there before stays")
  func foreignGroup() throws {
    let fake = try FakeResctrl()
    try fake.make("c1")
    let plan = try fake.plan(IntelRDT(schemata: ["L3:0=1"]))
    try plan.make()
    try plan.group.remove()
    #expect(!plan.group.isOwn && fake.read("c1/schemata") == "L3:0=1\n")
  }

  @Test("a named group is made but never removed; only the monitoring group is the container's")
  func namedGroup() throws {
    let fake = try FakeResctrl()
    let made = try fake.plan(IntelRDT(closID: "gold", schemata: ["L3:0=3"]))
    try made.make()
    try made.group.remove()
    #expect(fake.read("gold/schemata") == "L3:0=3\n")
    try fake.make("gold/mon_groups")
    let plan = try fake.plan(IntelRDT(closID: "gold", enableMonitoring: true))
    try plan.make()
    #expect(fake.has("gold/mon_groups/c1"))
    try plan.group.open().enter()
    #expect(fake.read("gold/tasks") == "0" && fake.read("gold/mon_groups/c1/tasks") == "0")
    #expect(fake.read("gold/schemata") == "L3:0=3\n", "nothing was asked for")
    try FileManager.default.removeItem(atPath: fake.path + "/gold/mon_groups/c1/tasks")
    try plan.group.remove()
    #expect(fake.has("gold/mon_groups") && !fake.has("gold/mon_groups/c1"))
  }

  @Test("the top itself is the class of service /")
  func top() throws {
    let fake = try FakeResctrl()
    let plan = try fake.plan(IntelRDT(closID: "/", enableMonitoring: true))
    try plan.make()
    #expect(fake.has("mon_groups/c1"))
    try plan.group.open().enter()
    #expect(fake.read("tasks") == "0")
  }

  @Test("a named group that is there must be what is asked for, and is left as it is")
  func comparison() throws {
    let fake = try FakeResctrl()
    try fake.make("gold")
    let text = "    MB:0=100;1= 70\n    L3:0=7ff;1=01F\n"
    try fake.write("gold/schemata", text)
    let same = IntelRDT(closID: "gold", l3CacheSchema: "L3:1=1f;0=07ff", memBwSchema: "MB:0=100")
    try fake.plan(same).make()
    #expect(fake.read("gold/schemata") == text)
    #expect(fake.refusal(IntelRDT(closID: "gold", l3CacheSchema: "L3:0=7fe")).contains("another configuration"))
    #expect(fake.refusal(IntelRDT(closID: "gold", l3CacheSchema: "L3:2=7ff")).contains("another configuration"))
    #expect(fake.refusal(IntelRDT(closID: "gold", memBwSchema: "MB:1=71")).contains("another configuration"))
    #expect(fake.refusal(IntelRDT(closID: "gold", memBwSchema: "MB:nonsense")).contains("another configuration"))
  }

  @Test("a refusal of the kernel comes with its own last word")
  func lastStatus() throws {
    let fake = try FakeResctrl()
    let plan = try fake.plan(IntelRDT(enableMonitoring: true))
    try fake.write("info/last_cmd_status", "out of groups\n")
    // The folder for monitoring groups is missing here, as the kernel's would be full there.
    do {
      try plan.make()
      Issue.record("made")
    } catch {
      #expect(error.message.hasPrefix("making the resctrl group: mkdirat 'c1/mon_groups/c1'"))
      #expect(error.message.hasSuffix(", last_cmd_status: out of groups"))
    }
  }

  @Test("the group stands in state.json and comes back from it")
  func record() throws {
    var record = ContainerRecord()
    (record.id, record.bundle) = ("c1", "/b")
    #expect(!String(decoding: record.encoded(), as: UTF8.self).contains("resctrl"))
    record.resctrl = ResctrlGroup(mountPoint: "/sys/fs/resctrl", name: "c1", monitoring: "c1", isOwn: true)
    #expect(try ContainerRecord.decode(record.encoded()) == record)
  }
}
