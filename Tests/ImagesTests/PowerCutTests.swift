// A store whose host loses its power.

import Foundation
import GRDB
import Linux
import Testing

@testable import Images

/// Copies of a disk, taken while a pull writes to it: what the page cache holds and the disk does not is lost, as in a
/// power cut.
@Suite("Power cuts", .serialized, .enabled(if: LossyDisk.canRun, "no loop device, no mkfs.ext4, or not built"))
struct PowerCutTests {
  private let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    for name in ["disk", "copy"] { _ = try scratch.directory(name) }
  }

  /// Pulls onto a new disk and copies it after some time, or when the pull has ended.
  /// - Returns: whether the pull had ended.
  private func cut(after seconds: Double?) throws -> Bool {
    let path = scratch.path
    let wait = seconds.map { "sleep \($0)" } ?? "wait"
    let text = LossyDisk.output(
      """
      truncate -s 96M \(path)/disk.img && mkfs.ext4 -qF \(path)/disk.img && mount -o loop \(path)/disk.img \(path)/disk
      \(BuiltProgram.path) pull --root \(path)/disk/store oci:\(path)/image --name r.io/a >/dev/null 2>&1 &
      pid=$!
      \(wait)
      kill -0 $pid 2>/dev/null && state=running || state=ended
      cp --sparse=always \(path)/disk.img \(path)/copy.img
      wait
      umount \(path)/disk
      mount -o loop \(path)/copy.img \(path)/copy && echo $state
      """)
    return text.contains("ended")
  }

  /// The next boot: the store on the copy knows another one than this.
  private func reboot() throws {
    let path = scratch.path + "/copy/store/images.db"
    guard FileManager.default.fileExists(atPath: path) else { return }
    let queue = try DatabaseQueue(path: path)
    try queue.write { database in
      guard try database.tableExists("layer") else { return }
      for table in ["layer", "blob"] {
        try database.execute(sql: "UPDATE \(table) SET boot = 'earlier' WHERE boot IS NOT NULL")
      }
      try database.execute(sql: "UPDATE lease SET boot = 'earlier'")
    }
  }

  @Test("whatever is there afterwards is whole, and what was settled is there")
  func cuts() throws {
    let layers = (0..<3).map { layer in
      TarBuilder.archive { tar in for index in 0..<200 { tar.file("l\(layer)/f\(index)", "\(layer)-\(index)") } }
    }
    try TestImage(layers, program: "gzip").write(to: scratch.path + "/image")
    for round in 0..<12 {
      let hasEnded = try cut(after: round.isMultiple(of: 4) ? nil : Double(round) * 0.06)
      defer { _ = LossyDisk.output("umount \(scratch.path)/copy") }
      try reboot()
      let store = try Store(path: scratch.path + "/copy/store")
      let images = try store.images()
      #expect(try store.verify(.here) == [], "round \(round)")
      if hasEnded && round.isMultiple(of: 4) { #expect(images.count == 1, "round \(round)") }
      try store.collect()
      for folder in ["staging", "trash"] {
        #expect(try scratch.directory("copy/store/" + folder).byteEntries().isEmpty)
      }
      if images.isEmpty { #expect(try scratch.directory("copy/store/l").byteEntries().isEmpty) }
    }
  }
}

/// Disks in files, for what a host needs to have them.
enum LossyDisk {
  static let canRun =
    BuiltProgram.canRun && FileManager.default.isExecutableFile(atPath: "/usr/sbin/mkfs.ext4")
    && !output("losetup -f 2>/dev/null").isEmpty

  static func output(_ script: String) -> String {
    let bytes = (try? HostProgram.output(["bash", "-c", "export PATH=$PATH:/usr/sbin:/sbin; " + script])) ?? []
    return String(decoding: bytes, as: UTF8.self)
  }
}
