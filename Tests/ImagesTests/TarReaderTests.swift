// The formats of tar, entry by entry.

import Linux
import Testing

@testable import Images

@Suite("Tar")
struct TarReaderTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// The entries with their data.
  private func read(_ archive: [UInt8], limits: LayerLimits = LayerLimits()) throws -> [(TarEntry, [UInt8])] {
    let stream = LayerStream(try scratch.file(archive), limits: limits)
    var reader = TarReader(stream, limits: limits)
    var entries: [(TarEntry, [UInt8])] = []
    while let entry = try reader.next() {
      var data: [UInt8] = []
      while case let range = try reader.data(), !range.isEmpty { data += stream.buffer[range] }
      entries.append((entry, data))
    }
    return entries
  }

  private func one(_ build: (inout TarBuilder) -> Void) throws -> (entry: TarEntry, data: [UInt8]) {
    let entries = try read(TarBuilder.archive(build))
    try #require(entries.count == 1)
    return (entries[0].0, entries[0].1)
  }

  @Test("the fields of a plain header are read")
  func fields() throws {
    let (entry, data) = try one { tar in
      tar.add("a/b", Array("hello".utf8)) { fields in
        fields.mode = 0o104755
        fields.uid = 1000
        fields.gid = 7
      }
    }
    #expect(entry.path == Array("a/b".utf8))
    #expect(entry.mode == 0o4755)
    #expect([entry.uid, entry.gid] == [1000, 7])
    #expect(entry.modified == FileTime(seconds: 1_000_000_000))
    #expect(data == Array("hello".utf8))
  }

  @Test("numbers in base 256: great owners and times before 1970")
  func binaryNumbers() throws {
    let (entry, _) = try one { tar in
      tar.add("a") { fields in
        fields.uid = 4_294_967_294
        fields.gid = 3_000_000_000
        fields.modified = -5
      }
    }
    #expect([entry.uid, entry.gid] == [4_294_967_294, 3_000_000_000])
    #expect(entry.modified == FileTime(seconds: -5))
  }

  @Test("an owner that means 'unchanged', or none, is refused", arguments: [4_294_967_295, -1, 1 << 40])
  func badOwner(uid: Int64) {
    expectRefusal(.malformed, "owner") { _ = try one { $0.add("a") { $0.uid = uid } } }
  }

  @Test("pax records replace what the header says")
  func pax() throws {
    let path = String(repeating: "d/", count: 150) + "é"
    let (entry, data) = try one { tar in
      tar.extended([
        "path": path, "linkpath": "t", "uid": "3000000000", "gid": "0", "mtime": "12.5", "size": "3",
        "SCHILY.xattr.user.a": "b\nc", "comment": "",
      ])
      tar.add("short", Array("abc".utf8)) { $0.size = 0 }
    }
    #expect(entry.path == Array(path.utf8))
    #expect(entry.uid == 3_000_000_000)
    #expect(entry.modified == FileTime(seconds: 12, nanoseconds: 500_000_000))
    #expect(entry.attributes == [TarEntry.Attribute(name: "user.a", value: Array("b\nc".utf8))])
    #expect(data == Array("abc".utf8))
  }

  @Test(
    "times keep their nanoseconds, also before 1970",
    arguments: [
      ("1.000000001", 1, 1), ("-1.25", -2, 750_000_000), ("-1", -1, 0), ("5.9999999999", 5, 999_999_999), ("5.", 5, 0),
    ])
  func times(text: String, seconds: Int64, nanoseconds: Int64) throws {
    let (entry, _) = try one { tar in
      tar.extended(["mtime": text])
      tar.file("a")
    }
    #expect(entry.modified == FileTime(seconds: seconds, nanoseconds: nanoseconds))
  }

  @Test("binary attributes come in the forms of star and of libarchive")
  func attributes() throws {
    let (entry, _) = try one { tar in
      tar.extended([
        ("SCHILY.xattr.security.capability", [1, 0, 0, 2, 0, 10, 61]),
        ("LIBARCHIVE.xattr.user.b%20c", Array("AAEC/w".utf8)),
      ])
      tar.file("a")
    }
    #expect(
      Set(entry.attributes.map { "\($0.name)=\($0.value)" }) == [
        "security.capability=[1, 0, 0, 2, 0, 10, 61]", "user.b c=[0, 1, 2, 255]",
      ])
  }

  @Test("long names of GNU, in either order")
  func longNames() throws {
    let (path, target) = (String(repeating: "p", count: 200), String(repeating: "t", count: 300))
    for order in [["L", "K"], ["K", "L"]] as [[Character]] {
      let (entry, _) = try one { tar in
        for type in order { tar.long(type, type == "L" ? path : target) }
        tar.link("short", to: "short")
      }
      #expect(entry.path == Array(path.utf8))
      #expect(entry.target == Array(target.utf8))
    }
  }

  @Test("the prefix of ustar stands before the name")
  func prefix() throws {
    let (entry, _) = try one { tar in
      var builder = TarBuilder()
      builder.file("name", "")
      var block = Array(builder.bytes.prefix(512))
      for (index, byte) in "some/folder".utf8.enumerated() { block[345 + index] = byte }
      tar.raw(TarBuilder.summed(block))
    }
    #expect(entry.path == Array("some/folder/name".utf8))
  }

  @Test("a directory of Version 7 is a file whose name ends in a slash")
  func versionSeven() throws {
    let (entry, _) = try one { tar in
      tar.add("d/") { fields in
        fields.type = 0
        fields.magic = ""
      }
    }
    #expect(entry.kind == .directory)
  }

  @Test("sparse files in the formats 0.0, 0.1 and 1.0 of pax")
  func sparse() throws {
    let pieces = [SparseMap.Piece(offset: 10, count: 2), SparseMap.Piece(offset: 100, count: 1)]
    let common = ["GNU.sparse.name": "real", "GNU.sparse.realsize": "200"]
    let numbers = [("offset", "10"), ("numbytes", "2"), ("offset", "100"), ("numbytes", "1")]
    var oldest = numbers.map { ("GNU.sparse." + $0.0, Array($0.1.utf8)) }
    oldest.append(("GNU.sparse.size", Array("200".utf8)))
    let forms: [([(String, [UInt8])], [UInt8])] = [
      (oldest + [("path", Array("real".utf8))], []),
      ([("GNU.sparse.map", Array("10,2,100,1".utf8)), ("GNU.sparse.size", Array("200".utf8))], []),
      (
        [("GNU.sparse.major", [49]), ("GNU.sparse.minor", [48])],
        Array("2\n10\n2\n100\n1\n".utf8) + [UInt8](repeating: 0, count: 499)
      ),
    ]
    for (records, map) in forms {
      let (entry, data) = try one { tar in
        tar.extended(records + common.map { ($0.key, Array($0.value.utf8)) })
        tar.add("GNUSparseFile.0/real", map + Array("abc".utf8))
      }
      #expect(entry.path == Array("real".utf8))
      #expect(entry.sparse == SparseMap(pieces: pieces, fileSize: 200))
      #expect(data == Array("abc".utf8))
    }
  }

  @Test("maps of sparse files that overlap, overflow or do not fit are refused")
  func badSparse() {
    for map in ["10,2,11,1", "10,3,5,0", "0,4", "199,2,300,1", "1", "9223372036854775807,3", "-1,3", "0,3,,"] {
      expectRefusal(.malformed) {
        _ = try one { tar in
          tar.extended(["GNU.sparse.map": map, "GNU.sparse.size": "200"])
          tar.file("a", "abc")
        }
      }
    }
  }

  @Test("a map with too many pieces is refused before it takes memory")
  func hugeSparse() {
    expectRefusal(.malformed) {
      _ = try one { tar in
        tar.extended(["GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": "9"])
        tar.add("a", Array("999999999999\n".utf8))
      }
    }
  }

  @Test("an archive may end in two blocks of zeros, in one, in none, and in anything after two")
  func ends() throws {
    var builder = TarBuilder()
    builder.file("a")
    let zeros = [UInt8](repeating: 0, count: 512)
    for end in [zeros + zeros, zeros, [], zeros + zeros + [1, 2, 3]] {
      #expect(try read(builder.bytes + end).count == 1)
    }
    #expect(try read([]).isEmpty)
  }

  @Test("whatever lies behind the end counts for the digest of the archive")
  func trailingBytes() throws {
    let archive = TarBuilder.archive { $0.file("a") } + [1, 2, 3]
    let stream = LayerStream(try scratch.file(archive))
    var reader = TarReader(stream)
    while try reader.next() != nil {}
    let summary = try stream.finish()
    #expect(summary.archive == Content(digest: ContentHash.digest(archive), size: Int64(archive.count)))
    #expect(summary.digest == summary.archive.digest && summary.size == summary.archive.size)
    #expect(try LayerStream(try scratch.file(archive), algorithm: nil).finish().digest == nil)
  }

  @Test("damage is refused", arguments: 0..<8)
  func damaged(index: Int) {
    let cases: [(inout TarBuilder) -> Void] = [
      { tar in tar.raw([UInt8](repeating: 7, count: 512)) },
      { tar in tar.raw([UInt8](repeating: 1, count: 100)) },
      { tar in tar.add("a", Array("abc".utf8)) { $0.size = 1 << 40 } },
      { tar in tar.add("a") { $0.size = -1 } },
      { tar in
        tar.add("x", Array("12 path=toolong".utf8)) { $0.type = UInt8(ascii: "x") }
        tar.file("a")
      },
      { tar in
        tar.add("x", Array("9 =value\n".utf8)) { $0.type = UInt8(ascii: "x") }
        tar.file("a")
      },
      { tar in
        tar.extended([("path", Array("a\0b".utf8))])
        tar.file("a")
      },
      { tar in
        tar.file("a")
        tar.raw([UInt8](repeating: 0, count: 512))
        tar.file("b")
      },
    ]
    var builder = TarBuilder()
    cases[index](&builder)
    if index != 1 { builder.end() }
    expectRefusal(.malformed) { _ = try read(builder.bytes) }
  }

  @Test("headers, attributes and entries have their bounds")
  func bounds() {
    var limits = LayerLimits()
    limits.entries = 10
    limits.headerBytes = 1000
    limits.attributes = 2
    expectRefusal(.limitExceeded, "entries") {
      _ = try read(TarBuilder.archive { tar in for _ in 0..<11 { tar.file("a") } }, limits: limits)
    }
    expectRefusal(.limitExceeded, "header") {
      _ = try read(
        TarBuilder.archive { tar in
          tar.extended(["path": String(repeating: "a", count: 2000)])
          tar.file("a")
        }, limits: limits)
    }
    expectRefusal(.limitExceeded, "attributes") {
      _ = try read(
        TarBuilder.archive { tar in
          tar.extended(["SCHILY.xattr.user.a": "", "SCHILY.xattr.user.b": "", "SCHILY.xattr.user.c": ""])
          tar.file("a")
        }, limits: limits)
    }
  }

  @Test("a map of sparse pieces has its bound, in both forms that have one of their own", arguments: [3, 4])
  func pieceBound(bound: Int) throws {
    var limits = LayerLimits()
    limits.sparsePieces = bound
    let records = TarBuilder.archive { tar in
      tar.extended(["GNU.sparse.map": "0,1,2,1,4,1,6,1", "GNU.sparse.size": "8"])
      tar.file("a", "abcd")
    }
    let lines = TarBuilder.archive { tar in
      tar.extended(["GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": "8"])
      let map = "4\n0\n1\n2\n1\n4\n1\n6\n1\n"
      tar.add("a", Array(map.utf8) + [UInt8](repeating: 0, count: 512 - map.utf8.count) + Array("abcd".utf8))
    }
    for archive in [records, lines] {
      if bound == 4 {
        #expect(try read(archive, limits: limits).first?.0.sparse?.pieces.count == 4)
      } else {
        expectRefusal(.malformed) { _ = try read(archive, limits: limits) }
      }
    }
  }

  @Test("random damage ends in entries or in a refusal")
  func fuzz() throws {
    let good = TarBuilder.archive { tar in
      tar.extended(["path": "abc/def", "SCHILY.xattr.user.a": "b", "GNU.sparse.map": "0,1", "GNU.sparse.size": "5"])
      tar.file("a", "x")
      tar.long("L", "name")
      tar.link("b", to: "c")
    }
    var state: UInt64 = 11
    for _ in 0..<100 {
      var bytes = good
      for _ in 0..<4 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let block = Int(state >> 60) % (bytes.count / 512) * 512
        bytes[block + Int(state >> 33) % 512] = UInt8(truncatingIfNeeded: state >> 24)
        if state & 7 != 0 {
          bytes.replaceSubrange(block..<(block + 512), with: TarBuilder.summed(Array(bytes[block..<(block + 512)])))
        }
      }
      do { _ = try read(bytes) } catch is ImageError {}
    }
  }
}
