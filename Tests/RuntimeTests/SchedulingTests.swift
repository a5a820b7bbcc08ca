// Steps for processors, scheduling, I/O priority, personality and memory policy.

import Linux
import OCI
import Testing

@testable import ContainerRuntime

@Suite("Scheduling steps")
struct SchedulingTests {
  private func steps(_ process: Process, _ linux: LinuxSettings = LinuxSettings()) -> [SetupStep] {
    ProcessPlan.scheduling(process, linux)
  }

  @Test("nothing is set unless it is asked for")
  func nothingAsked() {
    #expect(steps(Process()).isEmpty)
  }

  @Test("a scheduler becomes the kernel's numbers")
  func scheduler() throws {
    var process = Process()
    process.scheduler = Scheduler(
      policy: .deadline, nice: -3, flags: [.resetOnFork, .reclaim], runtime: 1, deadline: 2, period: 3)
    guard case .setScheduler(let attributes, let isConfined) = try #require(steps(process).first) else {
      Issue.record("no scheduler")
      return
    }
    #expect(attributes.policy == 6 && attributes.flags == 3 && attributes.nice == -3 && attributes.priority == 0)
    #expect(attributes.runtime == 1 && attributes.deadline == 2 && attributes.period == 3)
    #expect(!isConfined)
    process.scheduler = Scheduler(policy: .roundRobin, priority: 99)
    var linux = LinuxSettings()
    linux.resources.cpu.cpus = "0"
    guard case .setScheduler(let other, true) = try #require(steps(process, linux).first) else {
      Issue.record("not confined")
      return
    }
    #expect(other.policy == 2 && other.priority == 99)
  }

  @Test("a memory policy becomes a mode with flags and a mask of nodes")
  func memoryPolicy() throws {
    var linux = LinuxSettings()
    linux.memoryPolicy = MemoryPolicy(mode: .preferredMany, nodes: "0,64-65", flags: [.relativeNodes, .staticNodes])
    guard case .setMemoryPolicy(let mode, let nodes) = try #require(steps(Process(), linux).first) else {
      Issue.record("no memory policy")
      return
    }
    #expect(mode == 5 | 1 << 14 | 1 << 15)
    #expect(nodes == [1, 3])
    linux.memoryPolicy = MemoryPolicy(mode: .standard)
    guard case .setMemoryPolicy(0, let none) = try #require(steps(Process(), linux).first) else {
      Issue.record("no default policy")
      return
    }
    #expect(none.isEmpty)
  }

  @Test("the order is the one of runc: scheduler, I/O priority, personality, memory policy")
  func order() {
    var process = Process()
    process.scheduler = Scheduler(policy: .batch)
    process.ioPriority = IOPriority(priorityClass: .idle, priority: 0)
    var linux = LinuxSettings()
    linux.personality = Personality(domain: .linux32)
    linux.memoryPolicy = MemoryPolicy(mode: .local)
    #expect(steps(process, linux).map { $0.number } == [52, 53, 54, 55])
  }

  @Test(
    "processors of exec: final wins, initial alone stays, none resets",
    arguments: [
      (nil, [], []),
      (CPUAffinity(), [], []),
      (CPUAffinity(initial: "0"), [1], nil),
      (CPUAffinity(final: "1"), [], [2]),
      (CPUAffinity(initial: "0-1", final: "64"), [3], [0, 1]),
    ] as [(CPUAffinity?, [UInt64], [UInt64]?)])
  func affinity(asked: CPUAffinity?, initial: [UInt64], final: [UInt64]?) {
    #expect(asked.initialMask == initial)
    #expect(asked.finalMask == final)
  }

  @Test("the processors of a thread can be set and are read back; all of them is always possible")
  func ownAffinity() throws {
    try inOwnThread {
      let before = try Linux.affinity()
      let first = try #require(before.firstIndex { $0 != 0 })
      var one = [UInt64](repeating: 0, count: before.count)
      one[first] = before[first] & (~before[first] &+ 1)
      try setAffinity(one)
      #expect(try Linux.affinity() == one)
      try setAffinity(everyProcessor)
      #expect(try Linux.affinity()[first] & one[first] != 0)
    }
  }

  @Test("a mask has a bit for each number and no word too many")
  func masks() throws {
    #expect(try NumberList("").mask.isEmpty)
    #expect(try NumberList("0-3,7").mask == [0x8f])
    #expect(try NumberList("63-64, 130").mask == [1 << 63, 1, 4])
  }
}
