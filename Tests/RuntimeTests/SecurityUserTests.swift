// Tests of users and groups: ids, and the passwd and group files of images.

import Foundation
import Linux
import OCI
import Testing

@testable import ContainerRuntime

struct SecurityUserTests {
  /// A root directory with the folder etc, removed at the end.
  final class Root {
    let path: String

    init(passwd: String? = nil, group: String? = nil) throws {
      path = NSTemporaryDirectory() + "apus-root-" + UUID().uuidString
      try FileManager.default.createDirectory(atPath: path + "/etc", withIntermediateDirectories: true)
      try passwd?.write(toFile: path + "/etc/passwd", atomically: false, encoding: .utf8)
      try group?.write(toFile: path + "/etc/group", atomically: false, encoding: .utf8)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func open() throws -> Descriptor { try Descriptor.workingDirectory.open(path, [.path, .directory]) }
  }

  @Test(
    "an id is decimal digits below 4294967295 and nothing else",
    arguments: [
      ("0", 0), ("1000", 1000), ("00", 0), ("4294967294", 4_294_967_294), ("4294967295", nil), ("4294967296", nil),
      ("18446744073709551616", nil), ("", nil), ("-1", nil), ("+1", nil), (" 1", nil), ("1 ", nil), ("0x0", nil),
      ("1e0", nil), ("root", nil), ("٣", nil), ("1_0", nil),
    ] as [(String, UInt32?)])
  func ids(text: String, expected: UInt32?) {
    #expect(ColonFile.id(Array(text.utf8)[...]) == expected)
  }

  @Test("no text but zeros becomes root")
  func neverRootByMistake() {
    var generator = SystemRandomNumberGenerator()
    let alphabet = Array("0123456789+-xX eE._\0\n:٣".utf8)
    var mistaken: [[UInt8]] = []
    for _ in 0..<50_000 {
      let count = Int.random(in: 0...12, using: &generator)
      let text = (0..<count).map { _ in alphabet.randomElement(using: &generator) ?? 48 }
      let isPlain = text.count <= 10 && text.allSatisfy { 48...57 ~= $0 }
      let reference = isPlain ? UInt64(String(decoding: text, as: UTF8.self)) : nil
      if ColonFile.id(text[...]) != reference.flatMap({ $0 < 0xffff_ffff ? UInt32($0) : nil }) { mistaken.append(text) }
    }
    #expect(mistaken.isEmpty)
  }

  @Test("the id that means unchanged is refused for the user and every group")
  func unchangedID() {
    for user in [
      OCI.User(uid: .max), OCI.User(gid: .max), OCI.User(additionalGids: [1, .max]),
    ] {
      #expect(throws: RuntimeError.self) { try IdentityPlan(user) }
    }
  }

  @Test("the primary group is a supplementary one too")
  func primaryGroup() throws {
    #expect(try IdentityPlan(OCI.User(uid: 1, gid: 5, additionalGids: [3])).groups == [3, 5])
    #expect(try IdentityPlan(OCI.User(uid: 1, gid: 5, additionalGids: [5, 3])).groups == [5, 3])
  }

  private static let passwd = """
    broken
    evil:x:zero:0::/evil:/bin/sh
    empty:x:::nobody:/empty:
    +::::::
    root:x:0:0:root:/root:/bin/bash
    toor:x:0:0::/toor:/bin/sh
    relative:x:1:1::home:/bin/sh
    control:x:2:2::/ho\u{1b}me:/bin/sh
    1000:x:3:3::/digits:/bin/sh
    ann:x:1000:100:Ann:/home/ann:/bin/sh
    anna:x:1001:101::/home/anna
    """

  @Test(
    "HOME is that of the first whole entry of the user, or the root directory",
    arguments: [
      (0, "/root"), (1, "/"), (2, "/"), (3, "/digits"), (1000, "/home/ann"), (1001, "/home/anna"), (5, "/"),
    ] as [(UInt32, String)])
  func home(uid: UInt32, expected: String) throws {
    let root = try Root(passwd: Self.passwd)
    #expect(ContainerUserFiles.home(of: uid, root: try root.open()) == expected)
  }

  @Test("a user is found by its whole name, never by digits, never from a broken line")
  func userByName() throws {
    let root = try Root(passwd: Self.passwd)
    #expect(try ContainerUserFiles.user(named: "ann", root: try root.open())?.uid == 1000)
    #expect(try ContainerUserFiles.user(named: "anna", root: try root.open())?.gid == 101)
    for name in ["an", "1000", "evil", "empty", "broken", "+", "", "ann:x", "root\n"] {
      #expect(try ContainerUserFiles.user(named: name, root: try root.open()) == nil)
    }
  }

  @Test("the groups of a user are those that list its whole name")
  func groups() throws {
    let root = try Root(
      group: "root:x:0:\nwheel:x:10:root,ann\nbad:x:ten:ann\nusers:x:100:anna,ann\nx:y:100:ann\nlast:x:7:ann")
    #expect(try ContainerUserFiles.groups(ofUser: "ann", root: try root.open()) == [10, 100, 7])
    #expect(try ContainerUserFiles.groups(ofUser: "an", root: try root.open()) == [])
    #expect(try ContainerUserFiles.group(named: "users", root: try root.open()) == 100)
    #expect(try ContainerUserFiles.group(named: "bad", root: try root.open()) == nil)
    #expect(try ContainerUserFiles.group(named: "100", root: try root.open()) == nil)
  }

  @Test("absent files have no users")
  func absent() throws {
    let root = try Root()
    #expect(ContainerUserFiles.home(of: 0, root: try root.open()) == "/")
    #expect(try ContainerUserFiles.user(named: "root", root: try root.open()) == nil)
  }

  @Test("a link, to a file inside or outside, a fifo, a directory and a device are refused at once", arguments: 0..<6)
  func otherKinds(kind: Int) throws {
    let root = try Root()
    let path = root.path + "/etc/passwd"
    switch kind {
    case 0: try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/etc/passwd")
    case 1: try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/proc/self/fd/0")
    case 2: try Descriptor.workingDirectory.makeNode(path, kind: .fifo, mode: 0o644)
    case 3: try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    case 4:
      try "root:x:0:0::/linked:/bin/sh".write(toFile: path + "-", atomically: false, encoding: .utf8)
      try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "passwd-")
    default:
      // Without the right to make devices the file stays absent, which is no failure of this program.
      let zero = DeviceNumber(major: 1, minor: 5)
      guard
        (try? Descriptor.workingDirectory.makeNode(path, kind: .characterDevice, mode: 0o666, device: zero)) != nil
      else { return }
    }
    #expect(ContainerUserFiles.home(of: 0, root: try root.open()) == "/")
    #expect(throws: SetupFailure.self) { try ContainerUserFiles.user(named: "root", root: try root.open()) }
  }

  @Test("a folder that is a link stays inside of the root")
  func linkedFolder() throws {
    let root = try Root()
    try FileManager.default.removeItem(atPath: root.path + "/etc")
    try FileManager.default.createDirectory(atPath: root.path + "/usr/etc", withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(atPath: root.path + "/etc", withDestinationPath: "/../../usr/etc")
    try "me:x:42:42::/me:".write(toFile: root.path + "/usr/etc/passwd", atomically: false, encoding: .utf8)
    #expect(ContainerUserFiles.home(of: 42, root: try root.open()) == "/me")
  }

  @Test("a file of 2 GiB and a line without end are refused without being read whole")
  func hugeFiles() throws {
    let root = try Root(passwd: "root:x:0:0::/root:\n", group: "")
    try Descriptor.workingDirectory.open(root.path + "/etc/passwd", .writeOnly).truncate(to: 2 << 30)
    try ("big:x:1:" + String(repeating: "m,", count: 1_000_000))
      .write(toFile: root.path + "/etc/group", atomically: false, encoding: .utf8)
    #expect(throws: SetupFailure.refused("/etc/passwd: larger than 8 MiB")) {
      try ContainerUserFiles.user(named: "root", root: try root.open())
    }
    #expect(throws: SetupFailure.refused("/etc/group: a line is longer than 64 KiB")) {
      try ContainerUserFiles.groups(ofUser: "m", root: try root.open())
    }
  }

  @Test("whether groups may be set is read from the procfs that was given")
  func setGroupsDenied() throws {
    let root = try Root()
    try FileManager.default.createDirectory(atPath: root.path + "/self", withIntermediateDirectories: false)
    #expect(try IdentityPlan.mayNotSetGroups(procfs: try root.open()) == false)
    for (text, expected) in [("allow\n", false), ("deny\n", true)] {
      try text.write(toFile: root.path + "/self/setgroups", atomically: false, encoding: .utf8)
      #expect(try IdentityPlan.mayNotSetGroups(procfs: try root.open()) == expected)
    }
  }
}
