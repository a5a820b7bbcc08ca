// The registry of another project, as a peer to be tested with.

import Crypto
import Foundation

@testable import Images

/// Docker's registry (Debian's package docker-registry) on loopback, with a folder of its own.
final class PeerRegistry {
  enum Access {
    case open
    /// User `user`, password `secret`.
    case basic
    /// Tokens that a server at this address gives out.
    case token(server: String)
  }

  let port: Int
  let host: String
  private let process = Process()

  static let isInstalled = HostProgram.has("docker-registry") && HostProgram.has("skopeo")

  init(_ access: Access, security: TestCertificate?, in scratch: Scratch) async throws {
    port = try PeerRegistry.freePort()
    host = "127.0.0.1:\(port)"
    let folder = scratch.path + "/peer-\(port)"
    _ = try scratch.directory("peer-\(port)")
    var lines = [
      "version: 0.1", "log: {level: warn}", "storage: {filesystem: {rootdirectory: '\(folder)'}}",
      "http:", "  addr: 127.0.0.1:\(port)",
    ]
    if let security {
      lines.append("  tls: {certificate: '\(security.certificate)', key: '\(security.key)'}")
    }
    switch access {
    case .open: break
    case .basic:
      // bcrypt of `secret`, the only kind that it reads.
      let line = "user:$2y$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a\n"
      try Data(line.utf8).write(to: URL(filePath: folder + "/users"))
      lines.append("auth: {htpasswd: {realm: peer, path: '\(folder)/users'}}")
    case .token(let server):
      let bundle = security?.certificate ?? ""
      lines.append("auth: {token: {realm: '\(server)', service: peer, issuer: tests, rootcertbundle: '\(bundle)'}}")
    }
    try Data(lines.joined(separator: "\n").utf8).write(to: URL(filePath: folder + "/config.yml"))
    process.executableURL = URL(filePath: "/usr/bin/docker-registry")
    process.arguments = ["serve", folder + "/config.yml"]
    process.environment = ["OTEL_TRACES_EXPORTER": "none"]
    let log = folder + "/log"
    try Data().write(to: URL(filePath: log))
    process.standardOutput = FileHandle(forWritingAtPath: log)
    process.standardError = FileHandle(forWritingAtPath: log)
    try process.run()
    for _ in 0..<600 where !PeerRegistry.answers(port) { try await Task.sleep(for: .milliseconds(50)) }
  }

  deinit {
    process.terminate()
    process.waitUntilExit()
  }

  /// Copies an image of a folder into the registry.
  func take(_ folder: String, as name: String, _ security: TestCertificate?, credentials: String? = "user:secret")
    throws
  {
    let flags = [security.map { "--dest-cert-dir \($0.folder)" } ?? "--dest-tls-verify=false"]
    let creds = credentials.map { ["--dest-creds", $0] } ?? []
    let words = ["skopeo", "--insecure-policy", "copy", "-q"] + flags + creds
    let script = (words + ["oci:\(folder)", "docker://\(host)/\(name)"]).joined(separator: " ")
    let output = try HostProgram.output(["bash", "-c", script + " 2>&1 || echo failed"])
    guard output.isEmpty else {
      throw ImageError(.unreachable, String(decoding: output, as: UTF8.self))
    }
  }

  private static func freePort() throws -> Int {
    let script = "import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); print(s.getsockname()[1])"
    let text = String(decoding: try HostProgram.output(["python3", "-c", script]), as: UTF8.self)
    return Int(text.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
  }

  private static func answers(_ port: Int) -> Bool {
    let script = "exec 3<>/dev/tcp/127.0.0.1/\(port) && echo yes"
    return (try? HostProgram.output(["bash", "-c", script + " 2>/dev/null"])).map { !$0.isEmpty } ?? false
  }
}

/// A server of tokens that the peer trusts: its tokens are signed by the key of the peer's own certificate.
struct TokenServer: Sendable {
  private let key: P256.Signing.PrivateKey
  private let certificate: String

  init(_ security: TestCertificate) throws {
    key = try P256.Signing.PrivateKey(
      pemRepresentation: String(contentsOfFile: security.key, encoding: .utf8))
    let lines = try String(contentsOfFile: security.certificate, encoding: .utf8).split(separator: "\n")
    certificate = lines.filter { !$0.hasPrefix("-") }.joined()
  }

  /// What the server says: a token for the user, or for whoever comes with the identity token `identity`.
  func reply(_ request: TestRequest) -> TestReply {
    guard request.path == "/token" else { return TestReply(404) }
    let isOAuth = request.method == "POST"
    let fields = isOAuth ? request.body : String(request.target.drop { $0 != "?" }.dropFirst())
    var values: [String: String] = [:]
    for field in fields.split(separator: "&") {
      let parts = field.split(separator: "=", maxSplits: 1).map { $0.removingPercentEncoding ?? "" }
      values[parts[0]] = parts.count > 1 ? parts[1] : ""
    }
    let isKnown =
      isOAuth
      ? values["grant_type"] == "refresh_token" && values["refresh_token"] == "identity"
      : request.headers["authorization"] == Misbehaviour.basic
    guard isKnown else {
      return TestReply(401, text: #"{"errors": [{"code": "DENIED", "message": "who are you"}]}"#)
    }
    let token = token(service: values["service"] ?? "", scope: values["scope"] ?? "")
    return TestReply(200, text: #"{"\#(isOAuth ? "access_token" : "token")": "\#(token)", "expires_in": 300}"#)
  }

  private func token(service: String, scope: String) -> String {
    let parts = scope.split(separator: ":").map(String.init)
    let actions = parts.count == 3 ? parts[2].split(separator: ",").map { "\"\($0)\"" }.joined(separator: ",") : ""
    let access =
      actions.isEmpty ? "" : #"{"type": "\#(parts[0])", "name": "\#(parts[1])", "actions": [\#(actions)]}"#
    let now = Int(Date().timeIntervalSince1970)
    let header = #"{"typ": "JWT", "alg": "ES256", "x5c": ["\#(certificate)"]}"#
    let claims = """
      {"iss": "tests", "sub": "user", "aud": "\(service)", "exp": \(now + 300), "nbf": \(now - 60), "iat": \(now),
      "jti": "\(UUID().uuidString)", "access": [\(access)]}
      """
    let text = [header, claims].map { TokenServer.encoded(Data($0.utf8)) }.joined(separator: ".")
    let signature = try? key.signature(for: Data(text.utf8)).rawRepresentation
    return text + "." + TokenServer.encoded(signature ?? Data())
  }

  private static func encoded(_ data: Data) -> String {
    data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }
}
