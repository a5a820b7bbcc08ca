// Programs that keep credentials.

internal import Dispatch
internal import Foundation
internal import Linux
internal import OCI

/// A program that keeps credentials, as Docker's are spoken to: a registry on its standard input, a document on its
/// standard output (docker-credential-helpers).
struct CredentialProgram {
  private struct Answer: JSONObject {
    var server = ""
    var user = ""
    var secret = ""

    mutating func fields(_ json: JSONCoder) throws(SpecError) {
      try json.field("ServerURL", &server)
      try json.field("Username", &user)
      try json.field("Secret", &secret)
    }
  }

  private let program: String
  private let environment: [String: String]
  private static let seconds = 30.0

  /// - Parameter name: what follows `docker-credential-`.
  init(_ name: String, _ environment: [String: String]) throws(ImageError) {
    guard !name.isEmpty, !name.contains("/") else {
      throw ImageError(.malformed, "the auth file names a helper '\(name.shortened)', which is no name of a program")
    }
    program = "docker-credential-" + name
    self.environment = environment
  }

  /// Nil when it has none.
  func credentials(for registry: String) throws(ImageError) -> Credentials? {
    guard let output = try run("get", input: CredentialProgram.server(registry)) else { return nil }
    let answer: Answer
    do throws(SpecError) { answer = try Answer.decode(output) } catch {
      throw ImageError("the answer of \(program)", error)
    }
    if answer.user == "<token>" { return Credentials(user: "", password: "", identityToken: answer.secret) }
    return answer.user.isEmpty ? nil : Credentials(user: answer.user, password: answer.secret)
  }

  func store(_ credentials: Credentials, for registry: String) throws(ImageError) {
    let hasToken = !credentials.identityToken.isEmpty
    let answer = Answer(
      server: CredentialProgram.server(registry), user: hasToken ? "<token>" : credentials.user,
      secret: hasToken ? credentials.identityToken : credentials.password)
    _ = try run("store", input: String(decoding: answer.encoded(), as: UTF8.self))
  }

  /// - Returns: whether there was anything.
  func erase(_ registry: String) throws(ImageError) -> Bool {
    try run("erase", input: CredentialProgram.server(registry)) != nil
  }

  private static func server(_ registry: String) -> String {
    registry == Reference.defaultRegistry ? "https://index.docker.io/v1/" : registry
  }

  /// What the program says; nil when it knows nothing of the registry.
  private func run(_ action: String, input: String) throws(ImageError) -> [UInt8]? {
    let (output, status) = try outcome(action, input: input)
    if status == 0 { return output }
    let text = String(decoding: output, as: UTF8.self)
    if text.contains("credentials not found") { return nil }
    throw ImageError(.unauthorized, "\(program) \(action) ended with \(status): \(text.shortened)")
  }

  private func outcome(_ action: String, input: String) throws(ImageError) -> ([UInt8], Int32) {
    let (process, result) = (Foundation.Process(), Pipe())
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [program, action]
    process.environment = environment
    process.standardOutput = result
    process.standardError = FileHandle.nullDevice
    do {
      // No pipe: a program that ends without reading it would end this one by a signal.
      let source = try Descriptor.memoryFile("input", isExecutable: false)
      try source.writeAll(input)
      try source.seek(to: 0)
      // The program gets a copy of it at its start.
      defer { _ = source.number }
      process.standardInput = FileHandle(fileDescriptor: source.number, closeOnDealloc: false)
      try process.run()
      let end = DispatchWorkItem { process.terminate() }
      DispatchQueue.global().asyncAfter(deadline: .now() + CredentialProgram.seconds, execute: end)
      defer { end.cancel() }
      let output = try result.fileHandleForReading.read(upToCount: 1 << 20) ?? Data()
      process.waitUntilExit()
      return (Array(output), process.terminationStatus)
    } catch {
      process.terminate()
      throw ImageError(.unauthorized, "starting \(program): \(error)")
    }
  }
}
