// What the monitor asks of the kernel, call by call.

import Foundation
import Glibc
import Linux
import Testing

@Suite("Monitor, system calls", .serialized, .containers, .monitor, .needs(.program("strace")))
struct MonitorCallsTests {
  /// Runs a container to its end with strace(1) at its monitor from before the start.
  /// - Returns: the calls, one a line, each descriptor with its path.
  private func calls(_ names: String, of container: MonitoredContainer) throws -> [String] {
    #expect(try container.create().value > 0)
    let trace = container.folder + "/calls"
    let words = ["-y", "-s", "0", "-e", "signal=none", "-e", "trace=" + names, "-o", trace]
    let strace = try Command("strace", words + ["-p", "\(container.monitorPid)"]).start()
    #expect(eventually { RunningProcess.status("\(container.monitorPid)")["TracerPid"] == "\(strace.pid)" })
    try container.start()
    #expect(try container.exitCode() == "0")
    try container.remove()
    try strace.wait(5)
    return Host.lines(of: trace)
  }

  // Red with an array for each read, and with a write for each line.
  @Test("a busy log costs one write for each read, and no memory is asked for")
  func steadyState() throws {
    try onScene { scene in
      let line = String(repeating: "x", count: 99)
      let container = try MonitoredContainer(scene, Monitor.runtimes[0], "yes \(line) | head -c 50000000")
      container.words = ["--no-sync-log"]
      let calls = try calls("brk,mmap,munmap,mremap,read,readv,write,writev", of: container)
      let writes = calls.indices.filter { calls[$0].hasPrefix("write") && calls[$0].contains(container.logPath) }
      let reads = calls.filter { $0.hasPrefix("read") && $0.contains("pipe:") }.count
      #expect(writes.count > 100 && writes.count <= reads && writes.count < 500_000 / 20, "\(writes.count), \(reads)")
      guard writes.count > 20 else { return }
      let steady = calls[writes[10]...writes[writes.count - 1]]
      let asked = steady.filter { call in ["brk", "mmap", "munmap", "mremap"].contains { call.hasPrefix($0) } }
      #expect(asked.isEmpty, "\(asked.prefix(3))")
    }
  }

  @Test("the log is brought to the disk once, at the end, and not with --no-sync-log", arguments: [true, false])
  func sync(syncs: Bool) throws {
    try onScene { scene in
      let container = try MonitoredContainer(scene, Monitor.runtimes[0], "echo one; sleep 0.1; echo two")
      if !syncs { container.words = ["--no-sync-log"] }
      let calls = try calls("fsync,fdatasync,sync_file_range,write", of: container)
      let places = calls.indices.filter { calls[$0].contains("sync") && calls[$0].contains(container.logPath) }
      #expect(places.count == (syncs ? 1 : 0), "\(calls)")
      let last = calls.lastIndex { $0.hasPrefix("write") && $0.contains(container.logPath) }
      #expect(last != nil && (places.first ?? .max) > (last ?? .max), "\(calls)")
    }
  }
}
