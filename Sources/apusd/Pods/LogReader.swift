// Reading a container's log.

import CRI
import Foundation

/// Reads a log of the CRI: each line a time, a stream, P or F for a part or the end of a line, and the text.
struct LogReader {
  private let path: String
  private let showsTimes: Bool
  private var file: FileHandle
  private var inode: UInt64?
  /// What has been read of a line that has no end yet.
  private var rest: [UInt8] = []
  /// Whether the last text of a stream was a part.
  private var isWithinLine = false

  init(path: String, showsTimes: Bool) throws {
    self.path = path
    self.showsTimes = showsTimes
    guard let file = FileHandle(forReadingAtPath: path) else { throw ClientError("opening the log '\(path)' failed") }
    self.file = file
    inode = Self.inode(path)
  }

  private static func inode(_ path: String) -> UInt64? {
    (try? FileManager.default.attributesOfItem(atPath: path))?[.systemFileNumber] as? UInt64
  }

  /// Shows what is there, or the last lines of it.
  mutating func show(last count: Int?) throws {
    guard let count else { return try showMore() }
    let lines = try readLines()
    // A line in parts counts once, and so does one without an end.
    let starts = lines.indices.filter { $0 == 0 || Self.isEnd(lines[$0 - 1]) }
    for line in lines[(starts.suffix(max(0, count)).first ?? lines.count)...] { write(line) }
  }

  /// Shows what has been written since; the log may have been moved away and begun anew meanwhile.
  mutating func showMore() throws {
    for line in try readLines() { write(line) }
    guard let now = Self.inode(path), now != inode, let next = FileHandle(forReadingAtPath: path) else { return }
    (file, inode) = (next, now)
    for line in try readLines() { write(line) }
  }

  private mutating func readLines() throws -> [[UInt8]] {
    var lines: [[UInt8]] = []
    while let part = try file.read(upToCount: 1 << 20), !part.isEmpty {
      rest += part
      var start = 0
      while let end = rest[start...].firstIndex(of: 0xa) {
        lines.append(Array(rest[start..<end]))
        start = end + 1
      }
      rest.removeFirst(start)
    }
    return lines
  }

  /// Time, stream, tag and text.
  private static func parts(_ line: [UInt8]) -> [ArraySlice<UInt8>] {
    line.split(separator: 0x20, maxSplits: 3, omittingEmptySubsequences: false)
  }

  private static func isEnd(_ line: [UInt8]) -> Bool {
    let parts = parts(line)
    return parts.count < 3 || parts[2].first != UInt8(ascii: "P")
  }

  private mutating func write(_ line: [UInt8]) {
    let parts = Self.parts(line)
    guard parts.count == 4 else { return }
    let isEnd = Self.isEnd(line)
    var text = showsTimes && !isWithinLine ? Array(parts[0]) + [0x20] : []
    text += parts[3] + (isEnd ? [0xa] : [])
    isWithinLine = !isEnd
    let isError = parts[1].elementsEqual("stderr".utf8)
    (isError ? FileHandle.standardError : .standardOutput).write(Data(text))
  }
}
