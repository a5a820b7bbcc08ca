// Archives that try to reach out of their layer.

/// Archives that try to reach out of their layer: each of many ways to name something outside, tried by each kind of
/// entry.
struct EvilArchive: CustomStringConvertible {
  let description: String
  let bytes: [UInt8]

  /// - Parameter canary: the absolute path of a directory that none of them may change.
  static func all(canary: String) -> [EvilArchive] {
    let climb = String(repeating: "../", count: 12)
    let outside = [
      "../canary/x", "\(climb)canary/x", "\(climb)\(canary.dropFirst())/x", "a/../../canary/x", "./../canary/x",
      "\(canary)/x", "//\(canary)/x", "/..\(canary)/x", "a/b/../../../canary/x", "..", "../", "a/../..", "/../canary",
    ]
    return outside.flatMap(direct) + throughLinks(canary, climb) + otherNames(canary, climb) + replacements(canary)
  }

  /// One archive for each kind of entry with this name.
  private static func direct(_ path: String) -> [EvilArchive] {
    let kinds: [(String, (inout TarBuilder) -> Void)] = [
      ("file", { $0.file(path, "evil") }),
      ("directory", { $0.directory(path, mode: 0o777) }),
      ("link", { $0.link(path, to: "/etc/passwd") }),
      (
        "hard link",
        { tar in
          tar.file("own")
          tar.hardLink(path, to: "own")
        }
      ),
      ("hard link's target", { $0.hardLink("stolen", to: path) }),
      ("fifo", { $0.fifo(path) }),
      (
        "whiteout",
        { tar in
          let parts = path.split(separator: "/", omittingEmptySubsequences: false)
          tar.file((parts.dropLast() + [".wh.\(parts.last ?? "")"]).joined(separator: "/"), "")
        }
      ),
    ]
    return kinds.map { name, build in EvilArchive(description: "\(name) '\(path)'", bytes: TarBuilder.archive(build)) }
  }

  /// A link first, then something beyond it.
  private static func throughLinks(_ canary: String, _ climb: String) -> [EvilArchive] {
    let targets = [canary, "\(climb)canary", "../canary", "/proc/self/root\(canary)", "/proc/self/cwd", "chain"]
    let beyond: [(String, (inout TarBuilder) -> Void)] = [
      ("file", { $0.file("link/x", "evil") }),
      ("precious", { $0.file("link/precious", "evil") }),
      ("directory", { $0.directory("link/d", mode: 0o777) }),
      ("itself", { $0.directory("link", mode: 0o777) }),
      ("file itself", { $0.file("link", "evil") }),
      ("link", { $0.link("link/l", to: "x") }),
      ("hard link", { $0.hardLink("stolen", to: "link/precious") }),
      ("whiteout", { $0.file("link/.wh.precious", "") }),
      ("opaque", { $0.file("link/.wh..wh..opq", "") }),
      ("deep", { $0.file("link/a/b/c", "evil") }),
      ("device", { $0.device("link/precious", "c", 1, 3) }),
    ]
    return targets.flatMap { target in
      beyond.map { name, build in
        let bytes = TarBuilder.archive { tar in
          if target == "chain" {
            tar.link("chain", to: "up")
            tar.link("up", to: "\(climb)\(canary.dropFirst())")
          }
          tar.link("link", to: target)
          build(&tar)
        }
        return EvilArchive(description: "\(name) beyond a link to '\(target)'", bytes: bytes)
      }
    }
  }

  /// Names that stand elsewhere than in the header.
  private static func otherNames(_ canary: String, _ climb: String) -> [EvilArchive] {
    let cases: [(String, (inout TarBuilder) -> Void)] = [
      (
        "extended path",
        { tar in
          tar.extended(["path": "\(climb)canary/x"])
          tar.file("fine", "evil")
        }
      ),
      (
        "GNU path",
        { tar in
          tar.long("L", "\(canary)/x")
          tar.file("fine", "evil")
        }
      ),
      (
        "extended link path",
        { tar in
          tar.extended(["linkpath": "\(canary)/precious"])
          tar.hardLink("stolen", to: "fine")
        }
      ),
      (
        "sparse name",
        { tar in
          tar.extended(["GNU.sparse.map": "0,4", "GNU.sparse.size": "4", "GNU.sparse.name": "\(climb)canary/x"])
          tar.file("fine", "evil")
        }
      ),
    ]
    return cases.map { name, build in EvilArchive(description: name, bytes: TarBuilder.archive(build)) }
  }

  /// Entries that turn into something else, and whiteouts of nothing.
  private static func replacements(_ canary: String) -> [EvilArchive] {
    let cases: [(String, (inout TarBuilder) -> Void)] = [
      (
        "directory turned into a link",
        { tar in
          tar.directory("d")
          tar.file("d/a")
          tar.link("d", to: canary)
          tar.file("d/x", "evil")
        }
      ),
      (
        "directory turned into a link, its time",
        { tar in
          tar.directory("d", modified: 1)
          tar.link("d", to: canary)
        }
      ),
      (
        "cached parent turned into a link",
        { tar in
          tar.file("d/e/a")
          tar.link("d", to: "..")
          tar.file("d/e/b", "evil")
        }
      ),
      ("whiteout of dots", { $0.file(".wh...", "") }),
      ("whiteout of a dot", { $0.file("a/.wh..", "") }),
      ("whiteout without a name", { $0.file("a/.wh.", "") }),
      (
        "hard link to a link, then written",
        { tar in
          tar.link("s", to: "\(canary)/precious")
          tar.hardLink("h", to: "s")
          tar.file("h/x", "evil")
        }
      ),
      (
        "hard link to a link, then replaced",
        { tar in
          tar.link("s", to: "\(canary)/precious")
          tar.hardLink("h", to: "s")
          tar.add("h", Array("evil".utf8)) { $0.mode = 0o777 }
        }
      ),
      (
        "disk",
        { tar in
          tar.device("disk", "b", 8, 0)
          tar.file("disk/x", "evil")
        }
      ),
      (
        "mode through a link",
        { tar in
          tar.link("s", to: "\(canary)/precious")
          tar.add("s") { fields in
            fields.type = UInt8(ascii: "2")
            fields.mode = 0o4777
            fields.target = "\(canary)/precious"
          }
        }
      ),
    ]
    return cases.map { name, build in EvilArchive(description: name, bytes: TarBuilder.archive(build)) }
  }
}
