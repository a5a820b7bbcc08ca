// Tests of the cache of compiled filters.

import Foundation
import Linux
import OCI
import Testing

@testable import ContainerRuntime

struct SecurityCacheTests {
  /// A state root of its own, removed at the end.
  final class StateRoot {
    let path: String

    init() throws {
      path = NSTemporaryDirectory() + "apus-cache-" + UUID().uuidString
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func open() throws -> Descriptor { try Descriptor.workingDirectory.open(path, [.path, .directory]) }

    var directory: String { path + "/@seccomp" }
    func entry(_ key: [UInt8]) -> String { directory + "/" + SeccompCache.fileName(key) }
    var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? [] }
  }

  private let key: [UInt8] = Array("a key".utf8)
  private let program = [UInt8](repeating: 6, count: 16)

  private func stored() throws -> StateRoot {
    let root = try StateRoot()
    SeccompCache.store(program, for: key, in: try root.open())
    return root
  }

  @Test("what was stored is found again, by the very same key only")
  func hitAndMiss() throws {
    let root = try stored()
    #expect(SeccompCache.find(key, in: try root.open()) == program)
    #expect(SeccompCache.find(Array("another".utf8), in: try root.open()) == nil)
    #expect(root.names == [SeccompCache.fileName(key)])
  }

  @Test("a hash is not trusted: another key under the same name is not found")
  func collision() throws {
    let root = try stored()
    let other = Array("b key".utf8)
    try FileManager.default.moveItem(atPath: root.entry(key), toPath: root.entry(other))
    #expect(SeccompCache.find(other, in: try root.open()) == nil)
  }

  @Test("no damaged byte is loaded", arguments: 0..<45)
  func damage(place: Int) throws {
    let root = try stored()
    var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: root.entry(key))))
    #expect(bytes.count == 45)
    bytes[place] ^= 0x10
    try overwrite(root.entry(key), bytes)
    #expect(SeccompCache.find(key, in: try root.open()) == nil)
  }

  @Test("no shortened, lengthened or empty file is loaded, and the next store repairs it")
  func truncation() throws {
    let root = try stored()
    let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: root.entry(key))))
    for count in 0..<bytes.count {
      try overwrite(root.entry(key), Array(bytes[..<count]))
      #expect(SeccompCache.find(key, in: try root.open()) == nil)
    }
    try overwrite(root.entry(key), bytes + [0])
    #expect(SeccompCache.find(key, in: try root.open()) == nil)
    SeccompCache.store(program, for: key, in: try root.open())
    #expect(SeccompCache.find(key, in: try root.open()) == program)
  }

  @Test("a file that others may read or write is not loaded", arguments: [0o644, 0o660, 0o602, 0o400, 0o4600])
  func mode(mode: Int) throws {
    let root = try stored()
    try Descriptor.workingDirectory.changeMode(of: root.entry(key), UInt32(mode))
    #expect(SeccompCache.find(key, in: try root.open()) == nil)
  }

  @Test(
    "a file or directory of another owner is not used",
    .enabled(if: effectiveUserID() == 0, "only root gives files away"))
  func owner() throws {
    let root = try stored()
    try giveAway(root.entry(key), 1234)
    #expect(SeccompCache.find(key, in: try root.open()) == nil)
    try giveAway(root.entry(key), 0)
    #expect(SeccompCache.find(key, in: try root.open()) == program)
    try giveAway(root.directory, 1234)
    #expect(SeccompCache.find(key, in: try root.open()) == nil)
  }

  @Test("a directory that others may enter is not used", arguments: [0o755, 0o770, 0o701])
  func directoryMode(mode: Int) throws {
    let root = try stored()
    try Descriptor.workingDirectory.changeMode(of: root.directory, UInt32(mode))
    #expect(SeccompCache.find(key, in: try root.open()) == nil)
  }

  @Test("links, fifos and directories in the place of an entry are not followed, not waited for, not an error")
  func otherKinds() throws {
    let root = try stored()
    let (entry, aside) = (root.entry(key), root.path + "/aside")
    try FileManager.default.moveItem(atPath: entry, toPath: aside)
    try FileManager.default.createSymbolicLink(atPath: entry, withDestinationPath: aside)
    #expect(SeccompCache.find(key, in: try root.open()) == nil)
    try FileManager.default.removeItem(atPath: entry)
    try Descriptor.workingDirectory.makeNode(entry, kind: .fifo, mode: 0o600)
    #expect(SeccompCache.find(key, in: try root.open()) == nil)
    try FileManager.default.removeItem(atPath: entry)
    try FileManager.default.createDirectory(atPath: entry, withIntermediateDirectories: false)
    SeccompCache.store(program, for: key, in: try root.open())
    #expect(SeccompCache.find(key, in: try root.open()) == nil)
  }

  @Test("a link in the place of the directory is not followed")
  func directoryLink() throws {
    let (root, other) = (try StateRoot(), try stored())
    try FileManager.default.createSymbolicLink(atPath: root.directory, withDestinationPath: other.directory)
    #expect(SeccompCache.find(key, in: try root.open()) == nil)
    SeccompCache.store(program, for: Array("new".utf8), in: try root.open())
    #expect(other.names.count == 1)
  }

  @Test("beyond its limit the cache loses its oldest file, whatever that is")
  func limit() throws {
    let root = try StateRoot()
    for number in 0..<70 {
      SeccompCache.store(program, for: Array("key \(number)".utf8), in: try root.open())
      let modified = Date(timeIntervalSince1970: TimeInterval(1_000_000 + number))
      try FileManager.default.setAttributes(
        [.modificationDate: modified], ofItemAtPath: root.entry(Array("key \(number)".utf8)))
    }
    #expect(root.names.count == 64)
    for number in 0..<70 {
      let found = SeccompCache.find(Array("key \(number)".utf8), in: try root.open())
      #expect((found != nil) == (number >= 6))
    }
  }

  @Test("a program above the size of an entry is not stored, and no file above it is read")
  func sizes() throws {
    let root = try stored()
    SeccompCache.store([UInt8](repeating: 0, count: 1 << 20), for: key, in: try root.open())
    #expect(SeccompCache.find(key, in: try root.open()) == program)
    try Descriptor.workingDirectory.open(root.entry(key), .writeOnly).truncate(to: 1 << 40)
    #expect(SeccompCache.find(key, in: try root.open()) == nil)
  }

  @Test("a state root that cannot be written gives filters all the same")
  func withoutCache() throws {
    let nowhere = try Descriptor.workingDirectory.open("/proc/self", [.path, .directory])
    let program = try SeccompProgram.obtain(for: section(.errno), stateRoot: nowhere)
    #expect(program?.instructions.isEmpty == false)
  }

  private func section(_ action: OCI.Seccomp.Action) -> OCI.Seccomp {
    var section = OCI.Seccomp()
    section.defaultAction = action
    section.syscalls = [OCI.Seccomp.Rule(names: ["read", "write"], action: .allow)]
    return section
  }

  @Test("a section is compiled once, and loaded from the cache ever after")
  func obtain() throws {
    let root = try StateRoot()
    let first = try SeccompProgram.obtain(for: section(.errno), stateRoot: try root.open())
    #expect(root.names.count == 1)
    let entry = root.directory + "/" + root.names[0]
    let inode = try FileManager.default.attributesOfItem(atPath: entry)[.systemFileNumber] as? Int
    #expect(try SeccompProgram.obtain(for: section(.errno), stateRoot: try root.open()) == first)
    #expect(try FileManager.default.attributesOfItem(atPath: entry)[.systemFileNumber] as? Int == inode)
    _ = try SeccompProgram.obtain(for: section(.killProcess), stateRoot: try root.open())
    #expect(root.names.count == 2)
  }

  @Test("each part of a section, of the host and of the generator is a part of the key")
  func keys() throws {
    let host = SeccompHost(architecture: 1, actions: 3, flags: .log)
    var rules: [OCI.Seccomp] = (0..<10).map { _ in section(.errno) }
    rules[1].defaultErrnoRet = 2
    rules[2].architectures = [.x86]
    rules[3].syscalls[0].names = ["readw", "rite"]
    rules[4].syscalls[0].action = .log
    rules[5].syscalls[0].arguments = [OCI.Seccomp.Argument(index: 0, value: 1)]
    rules[6].syscalls[0].arguments = [OCI.Seccomp.Argument(index: 0, value: 1, valueTwo: 1)]
    rules[7].syscalls.removeAll()
    rules[8].defaultAction = .kill
    rules[9].defaultAction = nil
    var keys = try rules.map { try SeccompKey.bytes($0, host: host) }
    for change in 0..<3 {
      var other = host
      switch change {
      case 0: other.architecture = 9
      case 1: other.actions = 9
      default: other.flags = []
      }
      keys.append(try SeccompKey.bytes(rules[0], host: other))
    }
    #expect(Set(keys).count == keys.count)
  }

  private func giveAway(_ path: String, _ owner: UInt32) throws {
    try Descriptor.workingDirectory.open(path, .readOnly).changeOwner(uid: owner, gid: owner)
  }

  private func overwrite(_ path: String, _ bytes: [UInt8]) throws {
    let file = try Descriptor.workingDirectory.open(path, [.writeOnly, .truncate])
    try file.writeAll(bytes)
  }
}
