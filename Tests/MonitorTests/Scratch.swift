// A directory of a test's own.

import Foundation
import Linux

@testable import ContainerMonitor

/// A directory of a test's own, removed at the end.
final class Scratch {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.path(percentEncoded: false) + "monitor-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func text(_ name: String) -> String {
    (try? String(decoding: Data(contentsOf: URL(filePath: path + "/" + name)), as: UTF8.self)) ?? ""
  }

  var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path).sorted()) ?? [] }

  static let silent = Messages(level: .error, containerID: "test", usesSyslog: false)

  /// Options with a log in this directory.
  func options(_ words: [String], log: [String]? = nil) throws -> Options {
    let least = ["-c", "0123456789abcdef", "-u", "u", "-r", "/bin/true"]
    let all = least + (log ?? ["-l", "k8s-file:" + path + "/log"]) + words
    let request = try OptionParser.parse(all, directory: "/", isExecutable: { _ in true })
    guard case .monitor(let options) = request else { return Options() }
    return options
  }
}

/// A record of a log as it can be read back.
struct LogRecord: Equatable {
  let time: String
  let stream: String
  let tag: String
  let content: String

  init?(_ line: Substring) {
    let words = line.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
    guard words.count == 4, words[0].utf8.count == RecordClock.width else { return nil }
    (time, stream, tag, content) = (String(words[0]), String(words[1]), String(words[2]), String(words[3]))
  }

  static func all(_ text: String) -> [LogRecord] {
    text.split(separator: "\n", omittingEmptySubsequences: true).compactMap { LogRecord($0) }
  }
}

/// A stream of output as a monitor reads it: an unfinished line, then what is new.
struct FedStream {
  private var tail: [UInt8] = []

  /// Feeds a log as one read would.
  mutating func feed(_ log: inout OutputLog, _ kind: OutputKind, _ bytes: [UInt8]) throws {
    var block = try MappedBytes(capacity: tail.count + bytes.count + 1)
    block.put(tail + bytes, at: 0)
    let end = tail.count + bytes.count
    let rest = log.append(kind, block, fresh: tail.count, to: end)
    tail = block.bytes(rest..<end)
  }

  mutating func end(_ log: inout OutputLog, _ kind: OutputKind) throws {
    var block = try MappedBytes(capacity: tail.count + 1)
    block.put(tail, at: 0)
    log.appendLast(kind, block, from: 0, to: tail.count)
    tail = []
  }
}
