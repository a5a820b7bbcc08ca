// A store whose host loses its power.

import Foundation
import GRDB
import Linux
import Testing

@testable import Images

/// Copies of a disk, each taken in one instant while images are pulled and removed on it: what the page cache holds and
/// the disk does not is lost, as in a power cut. The disk is a file of XFS, which copies by reference at once.
@Suite("Power cuts", .serialized, .enabled(if: LossyDisk.canCopy, "no loop device, no mkfs.xfs, or not built"))
struct PowerCutTests {
  private static let cuts = 50
  private let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    for name in ["outer", "disk", "copy"] { _ = try scratch.directory(name) }
  }

  /// What the script had said at the time of a cut: before its copy was begun, and after it was made.
  private struct Cut {
    var before: [String]
    var after: [String]

    private static func numbers(_ sign: Character, _ lines: [String]) -> Set<String> {
      Set(lines.filter { $0.first == sign }.map { String($0.dropFirst()) })
    }

    /// Images whose pull had ended, and whose removal had not begun.
    var required: Set<String> { Cut.numbers("+", before).subtracting(Cut.numbers("~", after)) }
    /// Images whose removal had ended.
    var forbidden: Set<String> { Cut.numbers("-", before) }
  }

  private func lines() -> [String] {
    ((try? String(contentsOfFile: scratch.path + "/said", encoding: .utf8)) ?? "").split(separator: "\n")
      .map(String.init)
  }

  /// Pulls images and removes them some time later, until it is told to stop; at most 300 times.
  private func startPulling() throws -> Process {
    let path = scratch.path
    let process = Process()
    process.executableURL = URL(filePath: "/bin/bash")
    process.arguments = [
      "-c",
      """
      exec >/dev/null 2>&1
      root="--root \(path)/disk/store"
      for i in $(seq 300); do
        [ ! -e \(path)/stop ] || exit 0
        \(BuiltProgram.path) pull $root oci:\(path)/image:$((i % 12)) --name r.io/a:$i && echo +$i >>\(path)/said
        [ $i -gt 3 ] || continue
        echo "~$((i - 3))" >>\(path)/said
        \(BuiltProgram.path) rmi $root r.io/a:$((i - 3)) && echo -$((i - 3)) >>\(path)/said
      done
      """,
    ]
    try process.run()
    return process
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

  @Test("whatever is there afterwards is whole, what was settled is there, what was removed is not")
  func cuts() throws {
    for index in 0..<12 {
      // Neighbours have a layer in common.
      var image = TestImage(
        [index / 2, index + 100].map { layer in
          TarBuilder.archive { tar in for file in 0..<40 { tar.file("l\(layer)/f\(file)", "\(layer)-\(file)") } }
        }, program: "gzip")
      image.name = "\(index)"
      try image.write(to: scratch.path + "/image")
    }
    let path = scratch.path
    let made = LossyDisk.output(
      """
      truncate -s 2G \(path)/outer.img && mkfs.xfs -q -m reflink=1 \(path)/outer.img &&
      mount -o loop \(path)/outer.img \(path)/outer && truncate -s 256M \(path)/outer/disk.img &&
      mkfs.ext4 -qF \(path)/outer/disk.img && mount -o loop \(path)/outer/disk.img \(path)/disk && echo made
      """)
    defer { _ = LossyDisk.output("umount \(path)/disk; umount \(path)/outer") }
    try #require(made == "made\n")
    let cuts = try takeCuts()
    for (number, cut) in cuts.enumerated() { try check(cut, number) }
    #expect(cuts.contains { !$0.required.isEmpty } && cuts.contains { !$0.forbidden.isEmpty })
  }

  private func takeCuts() throws -> [Cut] {
    let process = try startPulling()
    defer {
      _ = FileManager.default.createFile(atPath: scratch.path + "/stop", contents: nil)
      process.waitUntilExit()
      // Also the last removal's own process is done with the disk.
      for _ in 0..<500 {
        let trash = try? FileManager.default.contentsOfDirectory(atPath: scratch.path + "/disk/store/trash")
        if trash?.isEmpty == true { break }
        usleep(10_000)
      }
    }
    var cuts: [Cut] = []
    for number in 0..<PowerCutTests.cuts {
      usleep(UInt32.random(in: 0..<200_000))
      let before = lines()
      let copy = LossyDisk.output(
        "cd \(scratch.path)/outer && cp --reflink=always disk.img cut-\(number).img && echo copied")
      try #require(copy == "copied\n")
      cuts.append(Cut(before: before, after: lines()))
    }
    return cuts
  }

  private func check(_ cut: Cut, _ number: Int) throws {
    let path = scratch.path
    try #require(
      LossyDisk.output("mount -o loop \(path)/outer/cut-\(number).img \(path)/copy && echo mounted") == "mounted\n")
    defer { _ = LossyDisk.output("umount \(path)/copy; rm \(path)/outer/cut-\(number).img") }
    try reboot()
    let store = try Store(path: path + "/copy/store")
    let names = try Set(store.images().flatMap(\.names).filter { !$0.contains("@") }.map { String($0.dropFirst(7)) })
    #expect(names.isSuperset(of: cut.required), "cut \(number): \(names), not \(cut.required)")
    #expect(names.isDisjoint(with: cut.forbidden), "cut \(number): \(names), but \(cut.forbidden) are gone")
    #expect(try store.verify(.here) == [], "cut \(number)")
    try store.collect()
    try store.emptyTrash()
    for folder in ["staging", "trash"] {
      #expect(try scratch.directory("copy/store/" + folder).byteEntries().isEmpty, "cut \(number)")
    }
    if names.isEmpty { #expect(try scratch.directory("copy/store/l").byteEntries().isEmpty, "cut \(number)") }
  }
}

/// Disks in files, for what a host needs to have them.
enum LossyDisk {
  static let canRun =
    BuiltProgram.canRun && FileManager.default.isExecutableFile(atPath: "/usr/sbin/mkfs.ext4")
    && !output("losetup -f 2>/dev/null").isEmpty

  static let canCopy = canRun && FileManager.default.isExecutableFile(atPath: "/usr/sbin/mkfs.xfs")

  static func output(_ script: String) -> String {
    let bytes = (try? HostProgram.output(["bash", "-c", "export PATH=$PATH:/usr/sbin:/sbin; " + script])) ?? []
    return String(decoding: bytes, as: UTF8.self)
  }
}
