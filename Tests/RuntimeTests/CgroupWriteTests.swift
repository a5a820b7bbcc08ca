// Limits as writes to cgroup files.

import Glibc
import OCI
import Testing

@testable import ContainerRuntime

@Suite("Cgroup writes")
struct CgroupWriteTests {
  /// `controller file=value`, with a sign for each trait: ? optional, = read back, | replaces the next, ~FILE retried.
  private func lines(
    v1: Bool = true, purpose: LimitPurpose = .update, _ change: (inout Resources) -> Void
  ) throws -> [String] {
    var resources = Resources()
    change(&resources)
    return try limitWrites(resources, kind: v1 ? .hybrid : .v2, purpose: purpose).map { write in
      var line = "\(write.file) \(write.value)"
      if write.traits.contains(.optional) { line += " ?" }
      if write.traits.contains(.readBack) { line += " =" }
      if write.traits.contains(.replacesNext) { line += " |" }
      if !write.retriedAfter.isEmpty { line += " ~\(write.retriedAfter)" }
      return line
    }
  }

  @Test("no limits are no writes")
  func none() throws {
    #expect(try lines { _ in }.isEmpty)
    #expect(try lines(v1: false) { _ in }.isEmpty)
    #expect(try lines(v1: false, purpose: .create(devices: [])) { _ in }.isEmpty)
  }

  @Test("memory on v1: limit before swap, retried after it")
  func memoryV1() throws {
    let writes = try lines {
      $0.memory.limit = 100
      $0.memory.swap = 200
      $0.memory.reservation = 50
      $0.memory.swappiness = 60
      $0.memory.disableOOMKiller = true
      $0.memory.kernel = 7
      $0.memory.kernelTCP = 7
      $0.memory.useHierarchy = true
    }
    #expect(
      writes == [
        "memory.limit_in_bytes 100 ~memory.memsw.limit_in_bytes", "memory.memsw.limit_in_bytes 200",
        "memory.soft_limit_in_bytes 50", "memory.oom_control 1", "memory.swappiness 60",
      ])
  }

  @Test(
    "memory limits and swap, v1 and v2",
    arguments: [
      (100, nil, ["memory.limit_in_bytes 100"], ["memory.max 100"]),
      (0, 0, [], []),
      (
        -1, nil, ["memory.limit_in_bytes -1 ? ~memory.memsw.limit_in_bytes", "memory.memsw.limit_in_bytes -1 ?"],
        ["memory.swap.max max ?", "memory.max max ?"]
      ),
      (
        100, -1, ["memory.limit_in_bytes 100 ~memory.memsw.limit_in_bytes", "memory.memsw.limit_in_bytes -1 ?"],
        ["memory.swap.max max ?", "memory.max 100"]
      ),
      (
        100, 100, ["memory.limit_in_bytes 100 ~memory.memsw.limit_in_bytes", "memory.memsw.limit_in_bytes 100"],
        ["memory.swap.max 0 ?", "memory.max 100"]
      ),
      (
        -1, 300, ["memory.limit_in_bytes -1 ? ~memory.memsw.limit_in_bytes", "memory.memsw.limit_in_bytes 300"],
        ["memory.swap.max 300", "memory.max max ?"]
      ),
    ] as [(Int64, Int64?, [String], [String])])
  func memory(limit: Int64, swap: Int64?, v1: [String], v2: [String]) throws {
    let change = { (resources: inout Resources) in
      resources.memory.limit = limit
      resources.memory.swap = swap
    }
    #expect(try lines(change) == v1)
    #expect(try lines(v1: false, change) == v2)
  }

  @Test("the OOM killer is switched on again by an update only")
  func oomKiller() throws {
    #expect(try lines { $0.memory.disableOOMKiller = false } == ["memory.oom_control 0 ?"])
    let created = try lines(purpose: .create(devices: [])) { $0.memory.disableOOMKiller = false }
    #expect(!created.contains { $0.contains("memory") })
  }

  @Test("swap without memory, swap below memory, swappiness above 100, unified on v1 are refused")
  func refused() {
    #expect(throws: RuntimeError.self) { try lines(v1: false) { $0.memory.swap = 5 } }
    #expect(throws: RuntimeError.self) {
      try lines(v1: false) {
        $0.memory.limit = 6
        $0.memory.swap = 5
      }
    }
    #expect(throws: RuntimeError.self) { try lines { $0.memory.swappiness = 101 } }
    #expect(throws: RuntimeError.self) { try lines { $0.unified["memory.min"] = "1" } }
    #expect(throws: RuntimeError.self) { try lines(v1: false) { $0.unified["../memory.min"] = "1" } }
    #expect(throws: RuntimeError.self) { try lines(v1: false) { $0.unified["memory"] = "1" } }
    #expect(throws: RuntimeError.self) { try lines { $0.hugepageLimits = [.init(pageSize: "../2MB", limit: 1)] } }
  }

  @Test("CPU on v1: real-time first, values that bound each other are retried")
  func cpuV1() throws {
    let writes = try lines {
      $0.cpu.shares = 512
      $0.cpu.period = 100_000
      $0.cpu.quota = 50_000
      $0.cpu.burst = 1000
      $0.cpu.realtimePeriod = 1_000_000
      $0.cpu.realtimeRuntime = 950_000
      $0.cpu.cpus = "0-1"
      $0.cpu.mems = "0"
      $0.cpu.idle = 1
    }
    #expect(
      writes == [
        "cpu.rt_period_us 1000000 ~cpu.rt_runtime_us", "cpu.rt_runtime_us 950000", "cpu.shares 512", "cpu.idle 1",
        "cpu.cfs_period_us 100000 ~cpu.cfs_quota_us", "cpu.cfs_burst_us 1000 ~cpu.cfs_quota_us",
        "cpu.cfs_quota_us 50000", "cpuset.cpus 0-1", "cpuset.mems 0",
      ])
    #expect(try lines { $0.cpu.quota = -1 } == ["cpu.cfs_quota_us -1 ?"])
    #expect(try lines { $0.cpu.period = 1000 } == ["cpu.cfs_period_us 1000"])
    #expect(try lines { $0.cpu.shares = 1 } == ["cpu.shares 1 ="])
    #expect(try lines { $0.cpu.shares = 262_145 } == ["cpu.shares 262145 ="])
    #expect(try lines { $0.cpu.shares = 0 }.isEmpty)
  }

  @Test("CPU on v2: quota and period are one file, idleness ends before the weight changes")
  func cpuV2() throws {
    let writes = try lines(v1: false) {
      $0.cpu.shares = 1024
      $0.cpu.quota = 50_000
      $0.cpu.burst = 1000
      $0.cpu.idle = 0
    }
    #expect(
      writes == ["cpu.idle 0 ?", "cpu.weight 100", "cpu.max.burst 1000 ~cpu.max", "cpu.max 50000 100000"])
    #expect(try lines(v1: false) { $0.cpu.quota = -1 } == ["cpu.max max 100000 ?"])
    #expect(try lines(v1: false) { $0.cpu.period = 1000 } == ["cpu.max max 1000"])
  }

  @Test("pids: 0 is read as 1, a negative number is none", arguments: [(0, "1"), (1, "1"), (99, "99"), (-1, "max ?")])
  func pids(limit: Int64, value: String) throws {
    #expect(try lines { $0.pids.limit = limit } == ["pids.max " + value])
    #expect(try lines(v1: false) { $0.pids.limit = limit } == ["pids.max " + value])
  }

  @Test("block I/O on v1 and v2")
  func blockIO() throws {
    let change = { (resources: inout Resources) in
      resources.blockIO.weight = 750
      resources.blockIO.weightDevice = [.init(major: 8, minor: 0, weight: 500)]
      resources.blockIO.throttleReadBpsDevice = [.init(major: 8, minor: 0, rate: 100)]
      resources.blockIO.throttleWriteBpsDevice = [.init(major: 8, minor: 0, rate: 200)]
      resources.blockIO.throttleReadIOPSDevice = [.init(major: 8, minor: 16, rate: 300)]
      resources.blockIO.throttleWriteIOPSDevice = [.init(major: 8, minor: 16, rate: 0)]
    }
    #expect(
      try lines(change) == [
        "blkio.bfq.weight 750", "blkio.bfq.weight_device 8:0 500", "blkio.throttle.read_bps_device 8:0 100",
        "blkio.throttle.write_bps_device 8:0 200", "blkio.throttle.read_iops_device 8:16 300",
        "blkio.throttle.write_iops_device 8:16 0 ?",
      ])
    #expect(
      try lines(v1: false, change) == [
        "io.bfq.weight 750 |", "io.weight 7475", "io.bfq.weight 8:0 500 |", "io.weight 8:0 4950", "io.max 8:0 rbps=100",
        "io.max 8:0 wbps=200", "io.max 8:16 riops=300", "io.max 8:16 wiops=max ?",
      ])
  }

  @Test("huge pages have two limits each; network and RDMA are text")
  func others() throws {
    let writes = try lines {
      $0.hugepageLimits = [.init(pageSize: "2MB", limit: 9)]
      $0.network = .init(classID: 0x10001, priorities: [.init(name: "eth0", priority: 5)])
      $0.rdma["mlx5_1"] = .init(hcaHandles: 3, hcaObjects: 10000)
      $0.rdma["mlx4_0"] = .init(hcaObjects: 1)
      $0.rdma["none"] = .init()
    }
    #expect(
      writes == [
        "net_cls.classid 65537", "net_prio.ifpriomap eth0 5", "hugetlb.2MB.limit_in_bytes 9",
        "hugetlb.2MB.rsvd.limit_in_bytes 9", "rdma.max mlx5_1 hca_handle=3 hca_object=10000",
        "rdma.max mlx4_0 hca_object=1",
      ])
    #expect(
      try lines(v1: false) { $0.hugepageLimits = [.init(pageSize: "1GB", limit: 0)] } == [
        "hugetlb.1GB.max 0", "hugetlb.1GB.rsvd.max 0",
      ])
  }

  @Test("unified files come last, several lines are several writes")
  func unified() throws {
    let writes = try lines(v1: false) {
      $0.unified["io.max"] = "8:0 rbps=1\n8:16 rbps=2\n"
      $0.unified["memory.high"] = "max"
      $0.rdma["a"] = .init(hcaHandles: 1)
    }
    #expect(writes == ["rdma.max a hca_handle=1", "io.max 8:0 rbps=1", "io.max 8:16 rbps=2", "memory.high max"])
  }

  @Test("the weight of CPU shares is runc's formula, with both ends and the default exact")
  func weight() {
    for (shares, weight) in [0: 1, 2: 1, 3: 2, 1024: 100, 262_144: 10_000, 999_999: 10_000] {
      #expect(cpuWeight(shares: UInt64(shares)) == UInt64(weight), "\(shares) shares")
    }
    for shares in 3..<UInt64(262_144) {
      let log = log2(Double(shares))
      let weight = UInt64(ceil(pow(10, (log * log + 125 * log) / 612 - 7.0 / 34) - 1e-9))
      if cpuWeight(shares: shares) != weight {
        Issue.record("\(shares) shares: \(cpuWeight(shares: shares)), \(weight)")
      }
    }
  }
}
