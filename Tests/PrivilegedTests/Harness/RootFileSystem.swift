// Root file systems of the tests' containers.

import Foundation
import Linux

/// Root file systems of the tests' containers.
enum RootFileSystem {
  /// Names that busybox answers to. Few, so that a root file system is made in a moment.
  private static let applets = """
    [ awk basename cat chgrp chmod chown cp cut dd df dirname du echo env expr false find grep head hostname id kill ln
    ls mkdir mkfifo mknod mount mv nc nproc od printf ps pwd readlink realpath rm rmdir sed seq setsid sh sha256sum
    sleep sort stat stty sync sysctl tail tee test timeout touch tr true tty umount uname uniq unlink usleep wc xargs
    yes
    """.split { $0 == " " || $0 == "\n" }

  static let passwd = "root:x:0:0:root:/root:/bin/sh\nguest:x:1000:1000:guest:/home/guest:/bin/sh\n"
  static let group = "root:x:0:\ntty:x:5:\nguest:x:1000:\nstaff:x:2000:guest\n"

  /// Makes a busybox root file system in a new folder.
  static func makeBusybox(at path: String) throws {
    let files = FileManager.default
    for folder in ["bin", "dev", "etc", "home/guest", "proc", "root", "sys", "tmp"] {
      try files.createDirectory(atPath: path + "/" + folder, withIntermediateDirectories: true)
    }
    try files.copyItem(atPath: "/bin/busybox", toPath: path + "/bin/busybox")
    for name in applets { try Descriptor.workingDirectory.makeSymbolicLink(path + "/bin/" + name, to: "busybox") }
    try Data(passwd.utf8).write(to: URL(filePath: path + "/etc/passwd"))
    try Data(group.utf8).write(to: URL(filePath: path + "/etc/group"))
    try Descriptor.workingDirectory.changeMode(of: path + "/tmp", 0o1777)
  }

  /// A Debian root file system to be used read-only: that of the demo, a cached one, or one made now.
  /// - Returns: nil when no mirror answers.
  static let debian: String? = {
    let places = [Host.repository + "build/demo/bundle/rootfs", Host.cache + "/debian"]
    if let found = places.first(where: { Host.exists($0 + "/usr/bin/dpkg") && Host.exists($0 + "/bin/bash") }) {
      return found
    }
    guard Host.isRoot, Host.program("debootstrap") != nil else { return nil }
    return bootstrap(places[1])
  }()

  private static func bootstrap(_ path: String) -> String? {
    let suite = Host.lines(of: "/etc/os-release").first { $0.hasPrefix("VERSION_CODENAME=") }?.dropFirst(17) ?? "stable"
    let new = path + ".new"
    try? FileManager.default.removeItem(atPath: new)
    try? FileManager.default.createDirectory(atPath: Host.cache, withIntermediateDirectories: true)
    var command = Command("debootstrap", ["--variant=minbase", String(suite), new] + (mirror.map { [$0] } ?? []))
    command.timeLimit = 240
    guard let outcome = try? command.run(), outcome.succeeded,
      (try? FileManager.default.moveItem(atPath: new, toPath: path)) != nil
    else {
      try? FileManager.default.removeItem(atPath: new)
      return nil
    }
    return path
  }

  /// The mirror of the host's own apt sources, whatever form they have.
  private static var mirror: String? {
    let folder = "/etc/apt/sources.list.d/"
    let files = ["/etc/apt/sources.list"] + Host.names(in: folder).map { folder + $0 }
    let words = files.flatMap { Host.lines(of: $0) }.filter { !$0.hasPrefix("#") }
      .flatMap { $0.split(separator: " ").map(String.init) }
    return words.first { word in
      ["http://", "https://", "file:"].contains { word.hasPrefix($0) }
        && (word.hasSuffix("/debian") || word.hasSuffix("/debian/"))
    }
  }
}
