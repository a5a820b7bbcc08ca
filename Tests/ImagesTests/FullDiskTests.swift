// A store on a disk that has no room left.

import Foundation
import Linux
import Testing

@testable import Images

@Suite("Full disks", .serialized, .enabled(if: LossyDisk.canRun, "no loop device, no mkfs.ext4, or not built"))
struct FullDiskTests {
  /// What there is no more of.
  enum Lack: String, CaseIterable {
    case bytes, inodes
  }

  private let program: ImageProgram
  private var path: String { program.scratch.path }

  init() throws {
    program = ImageProgram(scratch: try Scratch(), store: "disk/store")
    _ = try program.scratch.directory("disk")
  }

  private func makeDisk(_ lack: Lack) throws {
    let inodes = lack == .inodes ? "-N 512" : ""
    let made = LossyDisk.output(
      """
      truncate -s 48M \(path)/disk.img && mkfs.ext4 -qF -m 0 \(inodes) \(path)/disk.img &&
      mount -o loop \(path)/disk.img \(path)/disk && echo made
      """)
    try #require(made == "made\n")
  }

  /// Takes all that is free.
  private func fill(_ lack: Lack) {
    switch lack {
    case .bytes: _ = LossyDisk.output("cat /dev/zero >>\(path)/disk/fill 2>/dev/null; sync -f \(path)/disk")
    case .inodes:
      _ = LossyDisk.output(
        "cd \(path)/disk; mkdir -p fill; for i in $(seq 9999); do : >fill/$RANDOM$i || break; done 2>/dev/null")
    }
  }

  @Test("a pull fails clean, removing works", arguments: Lack.allCases)
  func full(lack: Lack) throws {
    try TestImage.sample.write(to: path + "/small")
    let content = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) }
    let great = TestImage([
      TarBuilder.archive { tar in
        tar.add("great", content)
        for index in 0..<600 { tar.file("f\(index)") }
      }
    ])
    try great.write(to: path + "/great")
    try makeDisk(lack)
    defer { _ = LossyDisk.output("umount \(path)/disk") }
    try program.run("pull", "oci:\(path)/small", "--name", "r.io/small")
    try program.run("pull", "oci:\(path)/small", "--name", "r.io/other")
    fill(lack)
    let problem = try program.run("pull", "oci:\(path)/great", "--name", "r.io/great", fails: true)
    #expect(problem.contains("no space left on device") || problem.contains("disk is full"), "\(problem)")
    fill(lack)
    #expect(try program.run("images").contains("r.io/small"))
    #expect(try !program.run("images").contains("great"))
    fill(lack)
    try program.run("rmi", "r.io/other")
    // Whoever takes what is free while the reserve is on its way back leaves none.
    try program.waitForTrash()
    fill(lack)
    try program.run("rmi", "r.io/small")
    try program.waitForTrash()
    for folder in ["l", "staging", "blobs/sha256"] {
      #expect(try program.scratch.directory("disk/store/" + folder).byteEntries().isEmpty, "\(folder)")
    }
    #expect(try program.run("images", "--format", "json") == "[]\n")
    // With room again everything is as before.
    _ = LossyDisk.output("rm -r \(path)/disk/fill")
    try program.run("pull", "oci:\(path)/small", "--name", "r.io/small")
    #expect(try program.run("verify") == "")
    #expect(try program.scratch.directory("disk/store/reserve").byteEntries().count == 4)
  }

  @Test("images are listed and removed while somebody takes each inode that becomes free")
  func greedy() async throws {
    try TestImage.sample.write(to: path + "/small")
    try makeDisk(.inodes)
    defer { _ = LossyDisk.output("umount \(path)/disk") }
    for name in ["a", "b"] { try program.run("pull", "oci:\(path)/small", "--name", "r.io/\(name)") }
    fill(.inodes)
    // Even the reserve is lost to the one who is quicker.
    _ = LossyDisk.output("rm -f \(path)/disk/store/reserve/*")
    let script = "cd \(path)/disk/fill; while [ -e . ]; do : >g$((++i)) || sleep 0.001; done 2>/dev/null"
    let greedy = try Spawn("/bin/bash", arguments: ["-c", script], environment: ["PATH=/usr/bin:/bin"]).start()
    defer {
      try? greedy.pidfd.sendSignal(Signal.kill)
      _ = try? greedy.pidfd.waitForExit()
    }
    for _ in 0..<200 where LossyDisk.output("df --output=iavail \(path)/disk | tail -n 1") != "0\n" { usleep(10_000) }
    for name in ["a", "b"] {
      #expect(try program.run("images").contains("r.io/\(name)"))
      try program.run("rmi", "r.io/\(name)")
    }
    #expect(try program.run("images", "--format", "json") == "[]\n")
  }
}
