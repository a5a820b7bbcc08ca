// What the files of a cgroup say, of both versions.

import Testing

@testable import Pods

@Suite("What a cgroup uses")
struct UsageTests {
  private let unified = [
    "cpu.stat":
      "usage_usec 2500000\nuser_usec 2000000\nsystem_usec 500000\nnr_periods 10\nnr_throttled 4\nthrottled_usec 70\n",
    "cpu.pressure":
      "some avg10=1.50 avg60=0.25 avg300=0.05 total=123456\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=7\n",
    "memory.current": "10000000\n", "memory.max": "max\n", "memory.low": "0\n", "memory.peak": "20000000\n",
    "memory.stat":
      "anon 3000000\nfile 6000000\nkernel 500000\nfile_mapped 40000\ninactive_file 4000000\npgfault 77\npgmajfault 8\n",
    "memory.events": "low 0\nhigh 0\nmax 5\noom 2\noom_kill 1\n",
    "memory.pressure":
      "some avg10=0.00 avg60=0.00 avg300=0.00 total=1\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=2\n",
    "io.pressure": "some avg10=9.00 avg60=8.00 avg300=7.00 total=6\n",
    "memory.swap.current": "1000\n", "memory.swap.max": "5000\n",
    "cgroup.procs": "12\n13\n", "pids.current": "3\n", "pids.max": "100\n", "hugetlb.2MB.current": "4194304\n",
  ]

  private let separate = [
    "cpuacct/cpuacct.usage": "2500000000\n", "cpuacct/cpuacct.usage_user": "2000000000\n",
    "cpuacct/cpuacct.usage_sys": "500000000\n", "cpu/cpu.stat": "nr_periods 10\nnr_throttled 4\nthrottled_time 70000\n",
    "memory/memory.usage_in_bytes": "10000000\n", "memory/memory.limit_in_bytes": "16000000\n",
    "memory/memory.soft_limit_in_bytes": "9223372036854771712\n", "memory/memory.memsw.limit_in_bytes": "20000000\n",
    "memory/memory.max_usage_in_bytes": "20000000\n", "memory/memory.kmem.usage_in_bytes": "500000\n",
    "memory/memory.failcnt": "5\n",
    "memory/memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 1\n",
    "memory/memory.stat":
      "rss 1\ncache 2\ntotal_rss 3000000\ntotal_cache 6000000\ntotal_mapped_file 40000\ntotal_swap 1000\n"
      + "inactive_file 1\ntotal_inactive_file 4000000\ntotal_pgfault 77\ntotal_pgmajfault 8\n",
    "pids/cgroup.procs": "12\n13\n", "pids/pids.current": "3\n", "pids/pids.max": "max\n",
    "hugetlb/hugetlb.2MB.usage_in_bytes": "4194304\n", "hugetlb/hugetlb.2MB.max_usage_in_bytes": "8388608\n",
  ]

  @Test("the files of version 2")
  func versionTwo() {
    let usage = CgroupUsage(unified: { unified[$0] }, hugepageSizes: ["1GB", "2MB"], moment: 1)
    #expect(usage.processor.total == 2_500_000_000)
    #expect(usage.processor.user == 2_000_000_000)
    #expect(usage.processor.system == 500_000_000)
    #expect(usage.processor.throttledPeriods == 4)
    #expect(usage.processor.throttledNanoseconds == 70000)
    #expect(usage.memory.workingSet == 6_000_000)
    #expect(usage.memory.rss == 3_000_000)
    #expect(usage.memory.limit == nil)
    #expect(usage.memory.available == nil)
    #expect(usage.memory.limitHits == 5)
    #expect(usage.memory.outOfMemoryKills == 1)
    #expect(usage.memory.highest == 20_000_000)
    #expect((usage.memory.faults, usage.memory.majorFaults) == (77, 8))
    #expect((usage.swap.usage, usage.swap.available) == (1000, 4000))
    #expect((usage.processes, usage.threads, usage.threadLimit) == (2, 3, 100))
    #expect(usage.hugePages == [CgroupUsage.HugePages(size: "2MB", usage: 4_194_304, highest: nil)])
    #expect(usage.processor.pressure?.some.totalMicroseconds == 123456)
    #expect(usage.processor.pressure?.some.average10 == 1.5)
    #expect(usage.processor.pressure?.some.average300 == 0.05)
    #expect(usage.processor.pressure?.full.totalMicroseconds == 7)
    #expect(usage.memory.pressure?.full.totalMicroseconds == 2)
    #expect(usage.ioPressure?.some.average60 == 8)
  }

  @Test("the files of version 1")
  func versionOne() {
    let usage = CgroupUsage(separate: { separate["\($0)/\($1)"] }, hugepageSizes: ["2MB"], moment: 1)
    #expect(usage.processor.total == 2_500_000_000)
    #expect(usage.processor.user == 2_000_000_000)
    #expect(usage.processor.throttledNanoseconds == 70000)
    #expect(usage.memory.workingSet == 6_000_000)
    #expect(usage.memory.rss == 3_000_000)
    #expect(usage.memory.cache == 6_000_000)
    #expect(usage.memory.limit == 16_000_000)
    #expect(usage.memory.softLimit == nil)
    #expect(usage.memory.available == 10_000_000)
    #expect(usage.memory.outOfMemoryKills == 1)
    #expect((usage.swap.usage, usage.swap.available) == (1000, 3999000))
    #expect((usage.threads, usage.threadLimit) == (3, nil))
    #expect(usage.hugePages == [CgroupUsage.HugePages(size: "2MB", usage: 4_194_304, highest: 8_388_608)])
    #expect(usage.processor.pressure == nil)
  }

  @Test("what the kernel does not tell is not made up")
  func nothing() {
    var expected = CgroupUsage(moment: 5)
    #expect(CgroupUsage(unified: { _ in nil }, hugepageSizes: ["2MB"], moment: 5) == expected)
    expected.memory.usage = 5
    expected.memory.workingSet = 0
    let files = ["memory.current": "5", "memory.stat": "inactive_file 9", "cpu.pressure": "", "memory.max": "?"]
    #expect(CgroupUsage(unified: { files[$0] }, hugepageSizes: [], moment: 5) == expected)
    #expect(PressureStall("none\n") == nil)
  }

  @Test("the sum of groups leaves out what has none")
  func sum() {
    var (one, other) = (CgroupUsage(moment: 1), CgroupUsage(moment: 2))
    one.processor.total = 3
    other.processor.total = 4
    other.memory.rss = 5
    one.memory.limit = 6
    let sum = CgroupUsage.sum([one, other], moment: 9)
    #expect((sum?.processor.total, sum?.memory.rss, sum?.memory.limit, sum?.swap.usage) == (7, 5, nil, nil))
    #expect(CgroupUsage.sum([], moment: 9) == nil)
  }

  @Test("interfaces but the loopback")
  func interfaces() {
    let table = """
      Inter-|   Receive                                                |  Transmit
       face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier
          lo: 5644514848  686354    0    0    0     0          0         0 5644514848  686354    0    0    0     0     0
        eth0:1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16
      v.10:0: 0 0 0 0 0 0 0 0 21 0 0 0 0 0 0 0
      """
    let found = InterfaceUsage.all(in: table)
    #expect(found.map(\.name) == ["eth0", "v.10:0"])
    #expect(found[0].received == InterfaceUsage.Direction(bytes: 1, packets: 2, errors: 3, drops: 4))
    #expect(found[0].sent == InterfaceUsage.Direction(bytes: 9, packets: 10, errors: 11, drops: 12))
    #expect(found[1].sent.bytes == 21)
  }

  @Test("the slices of a pod lie in each other")
  func slices() {
    #expect(PodRecord.path(ofSlice: "kubepods-pod1_2.slice") == "/kubepods.slice/kubepods-pod1_2.slice")
    #expect(PodRecord.path(ofSlice: "system.slice") == "/system.slice")
  }

  @Test("a rate needs two samples, and outlives a counter that begins anew")
  func rates() {
    let rates = ProcessorRates()
    #expect(rates.rate("a", 100, at: 0) == nil)
    #expect(rates.rate("a", 200, at: 1) == nil)
    #expect(rates.rate("a", 500_000_100, at: 1_000_000_000) == 500_000_000)
    rates.sample("a", 2_000_000_100, at: 4_000_000_000)
    #expect(rates.rate("a", 9_000_000_000, at: 5_000_000_000) == 500_000_000)
    rates.sample("a", 1, at: 6_000_000_000)
    #expect(rates.rate("a", 2, at: 7_000_000_000) == 500_000_000)
    rates.keep([])
    #expect(rates.rate("a", 3, at: 8_000_000_000) == nil)
  }
}
