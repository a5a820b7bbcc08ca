// Calling plugins and understanding their answers.

import Linux
import Synchronization

/// Calls plugins. Every call blocks its thread.
struct PluginRunner: Sendable {
  let folders: PluginFolders
  /// The environment of every plugin, beside the CNI variables.
  let environment: [String]
  let timeLimitMilliseconds: Int64

  /// - Returns: what the plugin wrote, which is nothing for most commands.
  func run(_ call: PluginCall) throws(NetworkError) -> [UInt8] {
    let words = "plugin '\(call.type)': \(call.command.rawValue)"
    let path = try folders.require(call.type)
    let process = PluginProcess(
      path: path, environment: call.environment(folders, environment), input: call.input.bytes,
      timeLimitMilliseconds: timeLimitMilliseconds)
    let result: PluginOutput
    do {
      result = try process.run()
    } catch {
      throw failure(error, words)
    }
    if result.status == .exited(0) { return result.output }
    throw refusal(result, words)
  }

  private func failure(_ failure: PluginProcess.Failure, _ words: String) -> NetworkError {
    switch failure {
    case .call(let error): NetworkError(words, error)
    case .timeout: NetworkError(.timeout, "\(words): killed after \(timeLimitMilliseconds / 1000) s")
    case .tooMuchOutput:
      NetworkError(.answer, "\(words): killed, as it wrote more than \(PluginProcess.largestOutput >> 20) MiB")
    }
  }

  /// The error document of a plugin, or what else there is to say about its end (specification section 5, "Error").
  private func refusal(_ result: PluginOutput, _ words: String) -> NetworkError {
    let document = try? JSONValue(parsing: result.output)
    if let code = document?["code"]?.integer, let text = document?["msg"]?.text {
      let details = document?["details"]?.text.map { $0.isEmpty ? "" : "; " + $0 } ?? ""
      return NetworkError(.plugin(code: code), Self.oneLine("\(words): \(text)\(details)"))
    }
    let ended =
      switch result.status {
      case .exited(let code): "exit code \(code)"
      case .signaled(let signal): "signal \(signal)"
      }
    let told = [result.errors, result.output].map { String(decoding: $0.suffix(1000), as: UTF8.self) }
      .filter { !$0.isEmpty }.joined(separator: " ")
    return NetworkError(.plugin(code: 0), Self.oneLine("\(words): \(ended)\(told.isEmpty ? "" : ": " + told)"))
  }

  /// Texts of plugins end up in logs: one line, without what moves a terminal's cursor.
  static func oneLine(_ text: String) -> String {
    String(
      decoding: text.utf8.map { $0 < 0x20 || $0 == 0x7f ? UInt8(ascii: " ") : $0 }.prefix(4000), as: UTF8.self)
  }
}
