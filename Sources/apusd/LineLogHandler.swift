// The log: one line for each message.

import Foundation
import Linux
import Logging

/// Writes each message as one line to the standard error: text for people and the journal, or JSON.
struct LineLogHandler: LogHandler {
  private let label: String
  private let isJSON: Bool
  var logLevel: Logger.Level
  var metadata: Logger.Metadata = [:]

  init(label: String, level: String, isJSON: Bool) {
    self.label = label
    self.isJSON = isJSON
    logLevel = Logger.Level(rawValue: level) ?? .info
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
