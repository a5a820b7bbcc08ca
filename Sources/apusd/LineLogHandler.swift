// The log: one line for each message.

import Foundation
import Linux
import Logging
import Synchronization

/// What is logged at least; it may change at any time, for all handlers at once.
final class LogThreshold: Sendable {
  private let current: Mutex<Logger.Level>

  init(_ name: String) { current = Mutex(LogThreshold.level(name)) }

  var level: Logger.Level { current.withLock { $0 } }

  func change(to name: String) { current.withLock { $0 = LogThreshold.level(name) } }

  private static func level(_ name: String) -> Logger.Level { Logger.Level(rawValue: name) ?? .info }
}

/// Writes each message as one line to the standard error: text for people and the journal, or JSON.
struct LineLogHandler: LogHandler {
  private let label: String
  private let isJSON: Bool
  private let threshold: LogThreshold
  /// Of a logger that was told one of its own.
  private var ownLevel: Logger.Level?
  var metadata: Logger.Metadata = [:]

  var logLevel: Logger.Level {
    get { ownLevel ?? threshold.level }
    set { ownLevel = newValue }
  }

  init(label: String, threshold: LogThreshold, isJSON: Bool) {
    self.label = label
    self.isJSON = isJSON
    self.threshold = threshold
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let fields = metadata.merging(event.metadata ?? [:]) { $1 }
    let time = Date.now.formatted(.iso8601.time(includingFractionalSeconds: true))
    let line = isJSON ? json(time, event, fields) : text(time, event, fields)
    StandardStream.error.tryWriteLine(line)
  }

  private func text(_ time: String, _ event: LogEvent, _ fields: Logger.Metadata) -> String {
    var line = "\(time) \(event.level): \(event.message)"
    for (key, value) in fields.sorted(by: { $0.key < $1.key }) { line += " \(key)=\(value)" }
    // A message of several lines would look like several messages.
    return line.replacing("\n", with: "\\n")
  }

  private func json(_ time: String, _ event: LogEvent, _ fields: Logger.Metadata) -> String {
    var values = fields.mapValues { "\($0)" }
    values["time"] = time
    values["level"] = event.level.rawValue
    values["msg"] = "\(event.message)"
    let data = try? JSONSerialization.data(withJSONObject: values, options: [.sortedKeys, .withoutEscapingSlashes])
    return String(decoding: data ?? Data(), as: UTF8.self)
  }
}
