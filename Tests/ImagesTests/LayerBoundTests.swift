// Layers that ask for more than the host gives.

import Foundation
import Linux
import Testing

@testable import Images

@Suite("Layer bounds", .enabled(if: Scratch.canUnpack, "devices and owners need root"))
struct LayerBoundTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch(isInMemory: true) }

  private func compressed(_ bytes: [UInt8], by program: String) throws -> [UInt8] {
    let (process, input, output) = (Process(), Pipe(), Pipe())
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [program, "-c"]
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    DispatchQueue.global().async {
      try? input.fileHandleForWriting.write(contentsOf: Data(bytes))
      try? input.fileHandleForWriting.close()
    }
    let result = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return Array(result)
  }

  @Test("both digests come from one pass, of any compression", arguments: ["gzip", "zstd", "cat"])
  func digests(program: String) throws {
    let archive = TarBuilder.archive { tar in for index in 0..<500 { tar.file("f\(index)", "content \(index)") } }
    let bytes = program == "cat" ? archive : try compressed(archive, by: program)
    let report = try scratch.unpack(bytes)
    #expect(report.digest == ContentHash.digest(bytes).description)
    #expect(report.diffID == ContentHash.digest(archive).description)
    #expect(report.size == Int64(bytes.count))
    #expect(report.archiveSize == Int64(archive.count))
    #expect(try scratch.tree().paths.count == 500)
  }

  @Test("a bomb is refused at its bound", arguments: ["gzip", "zstd"])
  func bomb(program: String) throws {
    let archive = TarBuilder.archive { $0.add("zeros", [UInt8](repeating: 0, count: 40 << 20)) }
    let bytes = try compressed(archive, by: program)
    var limits = LayerLimits()
    limits.bytes = 10 << 20
    expectRefusal(.limitExceeded, "more than 10485760 bytes") { try scratch.unpack(bytes, limits: limits) }
    limits = LayerLimits()
    limits.ratioFreeBytes = 4 << 20
    expectRefusal(.limitExceeded, "bomb") { try scratch.unpack(bytes, into: "second", limits: limits) }
  }

  @Test("a file of holes counts with its whole size")
  func sparseBomb() {
    var limits = LayerLimits()
    limits.bytes = 1 << 30
    expectRefusal(.limitExceeded, "files") {
      try scratch.unpack(
        TarBuilder.archive { tar in
          tar.extended(["GNU.sparse.map": "0,1", "GNU.sparse.size": "1099511627776"])
          tar.file("a", "x")
        }, limits: limits)
    }
  }

  @Test("long names and deep paths are refused")
  func longPaths() {
    for path in [
      String(repeating: "n", count: 256), String(repeating: "d/", count: 513) + "f",
      String(repeating: "0123456789/", count: 400),
    ] {
      expectRefusal(.limitExceeded) {
        try scratch.unpack(
          TarBuilder.archive { tar in
            tar.extended(["path": path])
            tar.file("x")
          })
      }
    }
  }

  @Test("a cut or damaged layer is refused", arguments: ["gzip", "zstd"])
  func cut(program: String) throws {
    let bytes = try compressed(TarBuilder.archive { $0.add("f", Array(0..<250)) }, by: program)
    expectRefusal(.malformed, "too early") { try scratch.unpack(Array(bytes.dropLast(3))) }
    expectRefusal(.malformed) { try scratch.unpack(bytes + [0, 0, 0, 1], into: "second") }
    expectRefusal(.unsupported, "xz") {
      try scratch.unpack([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00, 1, 2], into: "third")
    }
  }

  /// Archives that would cost more than their length where something is searched from the beginning each time.
  enum Shape: CaseIterable {
    case oneFolder, sameName, whiteouts, links, pieces

    var title: String { "\(self)" }

    func archive(_ count: Int) -> [UInt8] {
      switch self {
      case .oneFolder: NumberedEntries(TarBuilder.archive { $0.file("d/00000000", "") }).archive(count)
      case .sameName: NumberedEntries(TarBuilder.archive { $0.file("d/same", "") }).archive(count)
      case .whiteouts: NumberedEntries(TarBuilder.archive { $0.file("d/.wh.00000000", "") }).archive(count)
      case .links:
        TarBuilder.archive { $0.file("first", "") }.dropLast(1024)
          + NumberedEntries(TarBuilder.archive { $0.hardLink("d/00000000", to: "first") }).archive(count)
      case .pieces:
        TarBuilder.archive { tar in
          for _ in 0..<(count / 1000) {
            let map = (0..<1000).map { "\($0 * 2),1" }.joined(separator: ",")
            tar.extended(["GNU.sparse.map": map, "GNU.sparse.size": "2000"])
            tar.file("sparse", String(repeating: "x", count: 1000))
          }
        }
      }
    }
  }

  /// Seconds of the processor that the unpacking took. One thread at a time counts: others test meanwhile.
  private func seconds(_ shape: Shape, _ count: Int) throws -> Double {
    let archive = shape.archive(count)
    let begin = ThreadTime.now
    try scratch.unpack(archive, into: "\(shape.title)-\(count)")
    return ThreadTime.now - begin
  }

  @Test("time grows with the number of entries, not faster", arguments: Shape.allCases)
  func linearTime(shape: Shape) throws {
    _ = try seconds(shape, 1_000)
    let (small, great) = (try seconds(shape, 2_000), try seconds(shape, 20_000))
    // An exponent of 1.2, and something for what else the machine does.
    #expect(great < small * 24, "\(small) s, then \(great) s")
  }

  @Test("a hundred thousand entries of one folder are unpacked, and one more than allowed is refused")
  func manyEntries() throws {
    let archive = Shape.oneFolder.archive(100_000)
    #expect(try scratch.unpack(archive).inodes == 100_001)
    var limits = LayerLimits()
    limits.entries = 99_999
    expectRefusal(.limitExceeded, "more than 99999 entries") {
      try scratch.unpack(archive, into: "second", limits: limits)
    }
  }

  @Test("a tree deeper than any path is removed")
  func deepRemoval() throws {
    let level = String(repeating: "d/", count: 500)
    let archive = TarBuilder.archive { tar in
      var start = ""
      for index in 0..<6 {
        tar.extended(["path": start + level + "f"])
        tar.file("x")
        tar.extended(["linkpath": start + level])
        tar.link("s\(index)", to: "x")
        start = "s\(index)/"
      }
    }
    try scratch.unpack(archive)
    let parent = try scratch.directory(".")
    try parent.removeTree(BytePath("layer"))
    #expect(try parent.byteEntries().allSatisfy { $0.name != BytePath("layer") })
  }
}
