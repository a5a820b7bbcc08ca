// Asking a running daemon how it is.

import ArgumentParser
import CRI

/// Asks the running daemon how it is, over its socket.
struct StatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Ask the running daemon how it is.",
    discussion: "Ends with 0 when pods can be run, with 1 when not.")

  @OptionGroup var options: SettingsOptions

  func run() async throws {
    let socket = try options.settings().socket
    let status: ServiceStatus
    do { status = try await ServiceStatus.ask(socket) } catch {
      throw SettingError(message: "asking at '\(socket)': \(error)")
    }
    print("\(status.runtimeName) \(status.runtimeVersion)")
    for condition in status.conditions {
      print("\(condition.type): \(condition.isMet ? "yes" : "no, " + condition.message)")
    }
    if !status.conditions.allSatisfy(\.isMet) { throw ExitCode(1) }
  }
}
