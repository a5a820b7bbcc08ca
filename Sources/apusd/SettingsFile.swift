// The file of the settings and its drop-ins.

import Foundation
import Pods
import TOMLKit

/// The file of the settings and the drop-ins in `FILE.d`, which are read after it in the order of their names.
enum SettingsFile {
  /// - Parameter isRequired: whether the file has to be there.
  static func apply(_ path: String, isRequired: Bool, to settings: inout DaemonSettings) throws(SettingError) {
    let files = FileManager.default
    if isRequired || files.fileExists(atPath: path) { try read(path, into: &settings) }
    let folder = path + ".d"
    let names = ((try? files.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasSuffix(".toml") }
    for name in names.sorted() { try read(folder + "/" + name, into: &settings) }
  }

  private static func read(_ path: String, into settings: inout DaemonSettings) throws(SettingError) {
    let table: TOMLTable
    do {
      table = try TOMLTable(string: String(contentsOfFile: path, encoding: .utf8))
    } catch let error as TOMLParseError {
      throw SettingError(message: "\(path): \(error.description) at \(error.source.begin.debugDescription)")
    } catch {
      throw SettingError(message: "reading '\(path)': \(error.localizedDescription)")
    }
    do throws(SettingError) { try apply(table, to: &settings) } catch {
      throw SettingError(message: "\(path): \(error.message)")
    }
  }

  private static func apply(_ document: TOMLTable, to settings: inout DaemonSettings) throws(SettingError) {
    for name in document.keys {
      guard let table = document[name]?.table else {
        throw SettingError(message: "\(name): is no table")
      }
      for key in table.keys {
        guard let value = table[key] else { continue }
        if name == "runtime", key == "runtimes" {
          try addRuntimes(value, to: &settings)
          continue
        }
        guard let setting = Setting.named("\(name).\(key)") else {
          throw SettingError(message: "\(name).\(key): there is no such setting")
        }
        try setting.set(&settings, try self.value(value, setting.key))
      }
    }
  }

  private static func value(_ value: any TOMLValueConvertible, _ key: String) throws(SettingError) -> SettingValue {
    if let text = value.string { return .text(text) }
    if let number = value.int { return .number(number) }
    if let array = value.array {
      let texts = array.compactMap(\.string)
      if texts.count == array.count { return .list(texts) }
    }
    throw SettingError(message: "\(key): neither a text, a number nor a list of texts")
  }

  /// `[runtime.runtimes.NAME]` with a `path`.
  private static func addRuntimes(
    _ value: any TOMLValueConvertible, to settings: inout DaemonSettings
  ) throws(SettingError) {
    guard let runtimes = value.table else { throw SettingError(message: "runtime.runtimes: is no table") }
    for name in runtimes.keys {
      guard let table = runtimes[name]?.table, table.keys == ["path"], let path = table["path"]?.string,
        path.hasPrefix("/")
      else { throw SettingError(message: "runtime.runtimes.\(name): expected an absolute path and nothing else") }
      settings.node.handlers[name] = RuntimeHandler(name: name, path: path)
    }
  }

  /// The settings as a file with a comment on each.
  static func text(_ settings: DaemonSettings) -> String {
    var text = "# Settings of apusd; files in \(DaemonSettings.file).d are read after this one.\n"
    var table = ""
    for setting in Setting.all {
      if setting.table != table {
        table = setting.table
        text += "\n[\(table)]\n"
      }
      text += "# \(setting.help)\n\(setting.name) = \(setting.get(settings).toml)\n"
    }
    for handler in settings.node.handlers.values.sorted(by: { $0.name < $1.name }) {
      text += "\n[runtime.runtimes.\(handler.name)]\npath = \(SettingValue.text(handler.path).toml)\n"
    }
    return text
  }
}
