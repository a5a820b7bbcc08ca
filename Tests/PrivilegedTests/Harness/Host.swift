// What the host has and can do.

import Foundation
import Glibc

/// The host of the tests.
enum Host {
  /// The folder of Package.swift, found from the place of this file.
  static let repository = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path(percentEncoded: false)

  /// Where what is worth keeping between runs lies: the probe, a Debian root file system.
  static let cache = repository + "build/privileged"

  static let isRoot = geteuid() == 0

  /// Mounted version 1 controllers and named hierarchies: name to mount point.
  static let controllers: [String: String] = {
    var found: [String: String] = [:]
    for mount in mounts where mount.type == "cgroup" {
      for option in mount.superOptions where !["rw", "ro", "xattr", "none"].contains(option) {
        found[option.replacing("name=", with: "")] = mount.point
      }
    }
    return found
  }()

  /// Mount point of the version 2 tree.
  static let unified: String? = mounts.first { $0.type == "cgroup2" }?.point

  /// Controllers of the version 2 tree that version 1 has not taken.
  static let unifiedControllers =
    unified.map { lines(of: $0 + "/cgroup.controllers") }?
    .flatMap { $0.split(separator: " ").map(String.init) } ?? []

  /// Mount points of every cgroup tree.
  static let hierarchies: [String] = (Set(controllers.values).union(unified.map { [$0] } ?? [])).sorted()

  /// The mounts of this process, as they are now.
  static var mounts: [MountInfo] { lines(of: "/proc/self/mountinfo").compactMap(MountInfo.init) }

  /// Text of a file, nil when it cannot be read.
  static func read(_ path: String) -> String? {
    guard let bytes = FileManager.default.contents(atPath: path) else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  static func lines(of path: String) -> [String] {
    (read(path) ?? "").split(separator: "\n").map(String.init)
  }

  /// Names in a folder, empty when it cannot be read.
  static func names(in path: String) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: path))?.sorted() ?? []
  }

  /// Whether something, be it a dangling link, has this path.
  static func exists(_ path: String) -> Bool {
    (try? FileManager.default.attributesOfItem(atPath: path)) != nil
  }

  /// Where a program lies, nil when the host has none of this name.
  static func program(_ name: String) -> String? {
    ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"].map { $0 + "/" + name }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// The value of a variable of the tests' own environment.
  static func variable(_ name: String) -> String? {
    ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
  }
}

/// A line of mountinfo (proc_pid_mountinfo(5)).
struct MountInfo: Hashable {
  let id: Int
  let root: String
  let point: String
  let options: [String]
  let type: String
  let source: String
  let superOptions: [String]

  init?(_ line: String) {
    let words = line.split(separator: " ").map(String.init)
    guard let dash = words.firstIndex(of: "-"), dash >= 6, words.count >= dash + 4, let id = Int(words[0])
    else { return nil }
    self.id = id
    root = words[3]
    point = words[4]
    options = words[5].split(separator: ",").map(String.init)
    type = words[dash + 1]
    source = words[dash + 2]
    superOptions = words[dash + 3].split(separator: ",").map(String.init)
  }
}
