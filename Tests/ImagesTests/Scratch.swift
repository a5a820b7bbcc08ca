// A directory of a test's own.

import Foundation
import Linux

@testable import Images

/// A directory of a test's own, removed at the end.
final class Scratch {
  let path: String

  /// - Parameter isInMemory: where nothing has to last, syncing need not wait for a disk.
  init(isInMemory: Bool = false) throws {
    let hasMemory = isInMemory && FileManager.default.isWritableFile(atPath: "/dev/shm")
    let folder = hasMemory ? "/dev/shm/" : FileManager.default.temporaryDirectory.path(percentEncoded: false)
    path = folder + "images-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? Descriptor.workingDirectory.removeTree(path) }

  /// Makes a directory and opens it.
  func directory(_ name: String) throws -> Descriptor {
    try FileManager.default.createDirectory(atPath: path + "/" + name, withIntermediateDirectories: true)
    return try Descriptor.workingDirectory.open(path + "/" + name, [.readOnly, .directory])
  }

  /// Writes a file and opens it for reading.
  func file(_ bytes: [UInt8], _ name: String = UUID().uuidString) throws -> Descriptor {
    try Data(bytes).write(to: URL(filePath: path + "/" + name))
    return try Descriptor.workingDirectory.open(path + "/" + name, .readOnly)
  }

  /// Unpacks an archive into a directory of that name.
  @discardableResult
  func unpack(
    _ archive: [UInt8], into name: String = "layer", limits: LayerLimits = LayerLimits()
  ) throws -> LayerReport {
    let stream = LayerStream(try file(archive), limits: limits)
    return try Unpacker(into: try directory(name), limits: limits).unpack(stream)
  }

  func tree(_ name: String = "layer") throws -> Tree {
    try Tree(try Descriptor.workingDirectory.open(path + "/" + name, [.readOnly, .directory]))
  }

  /// Whether the tests may make devices and give files away; else they are skipped.
  static let canUnpack = effectiveUserID() == 0
}
