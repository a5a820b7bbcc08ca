// What an unpacked layer looks like: each line of the list of correctness is a test.

import Linux
import Testing

@testable import Images

@Suite("Unpacking", .enabled(if: Scratch.canUnpack, "devices and owners need root"))
struct UnpackerTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func tree(_ build: (inout TarBuilder) -> Void) throws -> Tree {
    try scratch.unpack(TarBuilder.archive(build))
    return try scratch.tree()
  }

  private func isOpaque(_ entry: Tree.Entry?) -> Bool { entry?.attributes["trusted.overlay.opaque"] == [121] }

  private func isWhiteout(_ entry: Tree.Entry?) -> Bool { entry?.kind == .characterDevice && entry?.device == "0:0" }

  @Test("entries of every type get their attributes")
  func attributes() throws {
    let tree = try tree { tar in
      tar.directory("d", mode: 0o1777, modified: 5)
      tar.extended(["mtime": "7.123456789", "uid": "3000000000", "gid": "4294967294"])
      tar.file("d/f", "content", mode: 0o4751)
      tar.link("d/l", to: "../x")
      tar.device("d/c", "c", 5, 300)
      tar.device("d/b", "b", 8, 1)
      tar.fifo("d/p")
    }
    #expect(tree.paths == ["d", "d/b", "d/c", "d/f", "d/l", "d/p"])
    #expect(tree["d"]?.mode == 0o1777)
    #expect(tree["d"]?.time == 5_000_000_000)
    #expect(tree["d/f"]?.mode == 0o4751)
    #expect(tree["d/f"]?.owner == "3000000000:4294967294")
    #expect(tree["d/f"]?.time == 7_123_456_789)
    #expect(tree["d/f"]?.content == Array("content".utf8))
    #expect(tree["d/l"]?.content == Array("../x".utf8))
    #expect(tree["d/l"]?.time == 1_000_000_000_000_000_000)
    #expect(tree["d/c"]?.device == "5:300")
    #expect(tree["d/b"]?.kind == .blockDevice)
    #expect(tree["d/p"]?.kind == .fifo)
  }

  @Test("names are bytes, of any encoding")
  func byteNames() throws {
    try scratch.unpack(
      TarBuilder.archive { tar in
        tar.extended([("path", [0xff, 0xfe, UInt8(ascii: "/"), 0xe9])])
        tar.file("x")
      })
    #expect(try scratch.tree().entries[[0xff, 0xfe, UInt8(ascii: "/"), 0xe9]]?.kind == .regular)
  }

  @Test("a capability is set after the owner, which would remove it")
  func capability() throws {
    let value: [UInt8] = [1, 0, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    let tree = try tree { tar in
      tar.extended([("SCHILY.xattr.security.capability", value), ("SCHILY.xattr.user.x", [0, 1])])
      tar.add("f") { $0.uid = 1000 }
    }
    #expect(tree["f"]?.attributes == ["security.capability": value, "user.x": [0, 1]])
    #expect(tree["f"]?.owner == "1000:0")
  }

  @Test("attributes of overlayfs and of the host's trust are refused, foreign ones left out")
  func refusedAttributes() throws {
    for name in ["trusted.overlay.opaque", "trusted.x", "user.overlay.redirect"] {
      expectRefusal(.system(.notPermitted), name) {
        _ = try tree { tar in
          tar.extended([("SCHILY.xattr." + name, [121])])
          tar.directory("d")
        }
      }
    }
    let foreign = try tree { tar in
      tar.extended(["SCHILY.xattr.com.apple.provenance": "x", "SCHILY.xattr.security.selinux": "x"])
      tar.file("f")
    }
    #expect(foreign["f"]?.attributes.keys.contains("com.apple.provenance") == false)
  }

  @Test("a whiteout becomes the device that overlayfs knows")
  func whiteout() throws {
    let tree = try tree { tar in
      tar.directory("d")
      tar.file("d/.wh.gone", "")
      tar.file(".wh..wh.plnk", "")
      tar.file("d/.wh..wh.aufs", "")
    }
    #expect(tree.paths == ["d", "d/gone"])
    #expect(isWhiteout(tree["d/gone"]))
  }

  @Test("an opaque mark hides what lies below, not what its own layer holds, whichever came first")
  func opaque() throws {
    let tree = try tree { tar in
      tar.directory("d")
      tar.file("d/before")
      tar.file("d/.wh..wh..opq", "")
      tar.file("d/after")
    }
    #expect(tree.paths == ["d", "d/after", "d/before"])
    #expect(isOpaque(tree["d"]))
  }

  @Test("an opaque mark at the root is told: overlayfs does not read it there")
  func opaqueRoot() throws {
    let report = try scratch.unpack(TarBuilder.archive { $0.file("./.wh..wh..opq", "") })
    #expect(report.hidesAll)
    #expect(try scratch.tree().paths.isEmpty)
  }

  @Test("a directory removed and made anew in one layer hides the one below")
  func recreated() throws {
    let tree = try tree { tar in
      tar.file(".wh.a", "")
      tar.directory("a")
      tar.file(".wh.b", "")
      tar.file("b/x")
      tar.directory("c")
      tar.file(".wh.c", "")
      tar.file(".wh.f", "")
      tar.file("f", "new")
      tar.file("g", "own")
      tar.file(".wh.g", "")
    }
    #expect(tree.paths == ["a", "b", "b/x", "c", "f", "g"])
    for name in ["a", "b", "c"] { #expect(isOpaque(tree[name]), "\(name)") }
    #expect(tree["f"]?.content == Array("new".utf8))
    #expect(tree["g"]?.content == Array("own".utf8))
  }

  @Test("of entries of one name the last wins, also of another type")
  func duplicates() throws {
    let tree = try tree { tar in
      tar.file("a", "one")
      tar.file("a", "two")
      tar.directory("d")
      tar.file("d/x")
      tar.file("d", "file")
      tar.file("e", "file")
      tar.directory("e")
      tar.link("l", to: "e")
      tar.file("l", "file")
      tar.directory("m", mode: 0o700)
      tar.file("m/kept")
      tar.directory("m", mode: 0o711)
    }
    #expect(tree["a"]?.content == Array("two".utf8))
    #expect(tree["d"]?.kind == .regular)
    #expect(tree["e"]?.kind == .directory)
    #expect(isOpaque(tree["e"]))
    #expect(tree["l"]?.kind == .regular)
    #expect(tree["m"]?.mode == 0o711)
    #expect(tree.paths == ["a", "d", "e", "l", "m", "m/kept"])
  }

  @Test("hard links lead to files and symbolic links of their own layer")
  func hardLinks() throws {
    let tree = try tree { tar in
      tar.file("a", "x")
      tar.hardLink("b", to: "/a")
      tar.hardLink("b", to: "./a")
      tar.link("s", to: "nowhere")
      tar.hardLink("t", to: "s")
      tar.file("c", "old")
      tar.hardLink("c", to: "a")
    }
    #expect(tree["a"]?.links == 3)
    #expect(tree["b"]?.inode == tree["a"]?.inode)
    #expect(tree["c"]?.inode == tree["a"]?.inode)
    #expect(tree["t"]?.kind == .symbolicLink)
    for target in ["missing", "gone", "b", "d"] {
      #expect(throws: ImageError.self) {
        try self.scratch.unpack(
          TarBuilder.archive { tar in
            tar.file(".wh.gone", "")
            tar.directory("d")
            tar.hardLink("b", to: target)
          }, into: "refused-\(target)")
      }
    }
  }

  @Test("a link on the way leads within the layer, wherever it points")
  func linkedParents() throws {
    let tree = try tree { tar in
      tar.directory("usr")
      tar.directory("usr/lib")
      tar.link("lib", to: "/usr/lib")
      tar.link("up", to: "../../../../usr")
      tar.file("lib/a")
      tar.file("up/b")
    }
    #expect(tree.paths == ["lib", "up", "usr", "usr/b", "usr/lib", "usr/lib/a"])
  }

  @Test("missing parents are made and told")
  func missingParents() throws {
    let report = try scratch.unpack(
      TarBuilder.archive { tar in
        tar.file("a/b/c")
        tar.directory("a/b", mode: 0o700)
        tar.file("x %/y")
      })
    #expect(report.missingParents == ["a", "x%20%25"])
    #expect(try EntryPath(encoded: "x%20%25").text == "x %")
    let tree = try scratch.tree()
    #expect(tree["a"]?.mode == 0o755)
    #expect(tree["a/b"]?.mode == 0o700)
  }

  @Test("times of directories survive what is made in them")
  func directoryTimes() throws {
    let tree = try tree { tar in
      tar.directory(".", modified: 3)
      tar.directory("d", modified: 4)
      tar.directory("d/e", modified: 5)
      tar.file("d/e/f")
      tar.file("d/g")
    }
    #expect(tree["."]?.time == 3_000_000_000)
    #expect(tree["d"]?.time == 4_000_000_000)
    #expect(tree["d/e"]?.time == 5_000_000_000)
  }

  @Test("a group that directories hand down does not reach their entries")
  func inheritedGroup() throws {
    let tree = try tree { tar in
      tar.add("d") { fields in
        fields.type = UInt8(ascii: "5")
        fields.mode = 0o2775
        fields.gid = 50
      }
      tar.file("d/f")
      tar.directory("d/e", mode: 0o755)
    }
    #expect(tree["d"]?.mode == 0o2775)
    #expect(tree["d/f"]?.owner == "0:0")
    #expect(tree["d/e"]?.owner == "0:0")
    #expect(tree["d/e"]?.mode == 0o755)
  }

  @Test("sparse files get their holes")
  func sparse() throws {
    let report = try scratch.unpack(
      TarBuilder.archive { tar in
        tar.extended([
          "GNU.sparse.map": "1000000,3,2000000,1", "GNU.sparse.size": "3000000", "GNU.sparse.name": "real",
        ])
        tar.file("x", "abcd")
      })
    let content = try scratch.tree()["real"]?.content ?? []
    #expect(content.count == 3_000_000)
    #expect(content[1_000_000..<1_000_003].elementsEqual("abc".utf8))
    #expect(content[2_000_000] == UInt8(ascii: "d"))
    #expect(content.reduce(0) { $0 + ($1 == 0 ? 0 : 1) } == 4)
    #expect(report.bytes == 3_000_000)
  }

  @Test("an empty layer is one")
  func empty() throws {
    let report = try scratch.unpack(TarBuilder.archive { _ in })
    #expect(report.inodes == 0)
    #expect(report.archiveSize == 1024)
    #expect(try scratch.unpack([], into: "none").archiveSize == 0)
  }

  @Test("bytes and inodes are counted")
  func usage() throws {
    let report = try scratch.unpack(
      TarBuilder.archive { tar in
        tar.directory("d")
        tar.file("d/a", "12345")
        tar.hardLink("d/b", to: "d/a")
        tar.link("d/c", to: "a")
        tar.file("e/f", "1")
      })
    #expect(report.bytes == 6)
    #expect(report.inodes == 5)
  }
}
