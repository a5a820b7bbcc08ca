// `apus-image login` and `apus-image logout`.

internal import ArgumentParser
internal import Foundation
internal import Images
internal import Linux

/// Keeps the credentials for a registry.
struct LoginCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "login", abstract: "Log in to a registry, and keep the credentials for it.")

  @OptionGroup var registry: RegistryFlags

  @Option(name: [.short, .long], help: "The user; asked for when it is missing.")
  var username: String?

  @Option(name: [.short, .long], help: "The password; better typed in, or given by --password-stdin.")
  var password: String?

  @Flag(name: .customLong("password-stdin"), help: "Take the password from the standard input.")
  var readsPassword = false

  @Flag(name: .customLong("get-login"), help: "Print who is logged in.")
  var printsUser = false

  @Argument(help: "A registry, or a repository or folder of one.")
  var name: String

  func run() async throws {
    let options = registry.options
    let login = try RegistryLogin(name, options)
    let known = try await login.credentials()
    if printsUser {
      guard let known else { throw ImageError(.unauthorized, "not logged into \(name)") }
      return print(known.user)
    }
    let access = RegistryAccess(options)
    if username == nil, password == nil, !readsPassword, let known, try await isTaken(known, login, access) {
      print("Authenticating with existing credentials for \(name)")
      print("Existing credentials are valid. Already logged in to \(name)")
    } else {
      try await login.logIn(try credentials(), by: access)
      print("Login Succeeded!")
    }
    await access.end()
  }

  private func isTaken(_ known: Credentials, _ login: RegistryLogin, _ access: RegistryAccess) async throws -> Bool {
    do throws(ImageError) {
      try await login.check(known, by: access)
      return true
    } catch {
      guard error.reason == .unauthorized else { throw error }
      return false
    }
  }

  private func credentials() throws -> Credentials {
    if readsPassword {
      guard let username else { throw ValidationError("Must provide --username with --password-stdin") }
      guard password == nil else { throw ValidationError("--password and --password-stdin exclude each other") }
      let input = try FileHandle.standardInput.read(upToCount: 64 << 10) ?? Data()
      return Credentials(user: username, password: String(decoding: input, as: UTF8.self).trimmingLineEnd)
    }
    let user = try username ?? Prompt.line("Username: ")
    return Credentials(user: user, password: try password ?? Prompt.secret("Password: "))
  }
}

/// Forgets the credentials for a registry.
struct LogoutCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "logout", abstract: "Forget the credentials for a registry.")

  @Option(name: .customLong("authfile"), help: "The file of credentials, in place of the usual one.")
  var authFile: String?

  @Flag(name: [.short, .long], help: "Forget those for all registries.")
  var all = false

  @Argument(help: "A registry, or a repository or folder of one.")
  var name: String?

  func run() async throws {
    var options = RegistryOptions(environment: ProcessInfo.processInfo.environment)
    options.authFile = authFile
    if all {
      guard name == nil else { throw ValidationError("--all takes no registry") }
      try RegistryLogin.logOutOfAll(options)
      return print("Removed login credentials for all registries")
    }
    guard let name else { throw ValidationError("a registry is missing, or --all") }
    guard try await RegistryLogin(name, options).logOut() else {
      throw ImageError(.notFound, "not logged into \(name)")
    }
    print("Removed login credentials for \(name)")
  }
}

/// Questions on the terminal.
private enum Prompt {
  static func line(_ question: String) throws -> String {
    StandardStream.error.tryWrite(Array(question.utf8))
    guard let line = readLine() else { throw ValidationError("no user was given") }
    return line.trimmingCharacters(in: .whitespaces)
  }

  /// A line that does not show while it is typed.
  static func secret(_ question: String) throws -> String {
    guard StandardStream.input.isTerminal else {
      throw ValidationError("no password was given: a terminal to ask for it, or --password-stdin, is missing")
    }
    StandardStream.error.tryWrite(Array(question.utf8))
    let terminal = try StandardStream.input.duplicate()
    let mode = try terminal.terminalMode()
    var raw = mode
    raw.makeRaw()
    try terminal.setTerminalMode(raw)
    defer {
      // The user sees it himself when his terminal stays as it is.
      try? terminal.setTerminalMode(mode)
      StandardStream.error.tryWrite([10])
    }
    var typed: [UInt8] = []
    var key = [UInt8](repeating: 0, count: 1)
    while try terminal.read(into: &key) == 1, typed.count < 4096 {
      switch key[0] {
      case 10, 13, 4: return String(decoding: typed, as: UTF8.self)
      case 3: throw CleanExit.message("")
      case 8, 127: if !typed.isEmpty { typed.removeLast() }
      case 21: typed = []
      default: typed.append(key[0])
      }
    }
    return String(decoding: typed, as: UTF8.self)
  }
}

extension String {
  /// Without the end of its one line.
  fileprivate var trimmingLineEnd: String { trimmingCharacters(in: .newlines) }
}
