// How a registry is asked: challenges, credentials, proxies, certificates, retries.

import Foundation
import Testing

@testable import Images

@Suite("Registry access")
struct RegistryAuthTests {
  @Test("challenges are read in all their spellings")
  func challenges() {
    let bearer = AuthChallenge.bearer(realm: "https://a.io/token?x=1,2", service: "reg", scope: "repository:a/b:pull")
    for header in [
      #"Bearer realm="https://a.io/token?x=1,2",service="reg",scope="repository:a/b:pull""#,
      #"bearer Scope="repository:a/b:pull" , SERVICE=reg, realm="https://a.io/token?x=1,2""#,
    ] {
      #expect(AuthChallenge.challenges(in: header) == [bearer])
    }
    #expect(AuthChallenge.challenges(in: #"Basic realm="a \"b\"""#) == [.basic(realm: #"a "b""#)])
    #expect(AuthChallenge.challenges(in: "Basic") == [.basic(realm: "")])
    let both = AuthChallenge.challenges(in: #"Negotiate, Basic realm="x", Bearer realm="y""#)
    #expect(both == [.basic(realm: "x"), .bearer(realm: "y", service: "", scope: "")])
    for header in ["", ",,", "Bearer", #"Bearer service="x""#, "=", "\"", "a=b", #"Bearer realm=""#] {
      #expect(AuthChallenge.challenges(in: header).isEmpty, "\(header)")
    }
  }

  private func file(_ json: String) throws -> AuthFile { try AuthFile(Array(json.utf8), path: "test") }

  private func auth(_ user: String) -> String { Data("\(user):secret:\(user)".utf8).base64EncodedString() }

  @Test("the longest key of an auth file wins")
  func longestMatch() throws {
    let file = try file(
      #"""
      {"auths": {"r.io": {"auth": "\#(auth("host"))"}, "r.io/a": {"auth": "\#(auth("folder"))"},
        "r.io/a/b": {"auth": "\#(auth("repository"))"}, "r.io/empty": {}, "https://index.docker.io/v1/":
        {"auth": "\#(auth("hub"))"}, "token.io": {"identitytoken": "t"}, "r.i": {"auth": "x"}}}
      """#)
    let expected = [
      ("r.io/a/b", "repository"), ("r.io/a/c", "folder"), ("r.io/ab", "host"), ("r.io/empty", "host"),
      ("docker.io/library/x", "hub"), ("r.io/a/b/c", "repository"),
    ]
    for (name, user) in expected {
      let found = try file.credentials(for: Reference(name))
      #expect(found == Credentials(user: user, password: "secret:\(user)"), "\(name)")
    }
    #expect(try file.credentials(for: Reference("token.io/x"))?.identityToken == "t")
    #expect(try file.credentials(for: Reference("other.io/x")) == nil)
  }

  @Test("a broken auth file is refused, a missing one is none")
  func brokenFile() throws {
    expectRefusal(.malformed) { _ = try file(#"{"auths": []}"#) }
    expectRefusal(.malformed, "base 64") {
      _ = try file(#"{"auths": {"r.io": {"auth": "!!"}}}"#).credentials(for: Reference("r.io/a"))
    }
    #expect(try AuthFile.read("/nonexistent/auth.json") == nil)
  }

  @Test("helpers are known by registry, or for all")
  func helpers() throws {
    let file = try file(#"{"credHelpers": {"r.io": "one"}, "credsStore": "all"}"#)
    #expect(file.helper(for: "r.io") == "one")
    #expect(file.helper(for: "x.io") == "all")
    #expect(try self.file("{}").helper(for: "x.io") == nil)
  }

  @Test("auth files are looked for where the containers' tools have them, then Docker's")
  func paths() {
    #expect(AuthFile.paths(["REGISTRY_AUTH_FILE": "/a"]) == ["/a"])
    let paths = AuthFile.paths(["XDG_RUNTIME_DIR": "/r", "HOME": "/h"])
    #expect(paths.first == "/r/containers/auth.json")
    #expect(paths.suffix(2) == ["/h/.config/containers/auth.json", "/h/.docker/config.json"])
  }

  @Test("secrets are not in a description")
  func secrecy() {
    let credentials = Credentials(user: "u", password: "hidden", identityToken: "hidden")
    #expect(!"\(credentials)".contains("hidden"))
    #expect(!String(reflecting: credentials).contains("hidden"))
  }

  @Test(
    "a proxy stands before what NO_PROXY does not name",
    arguments: [
      ("a.io", 443, true), ("b.a.io", 443, false), ("no.io", 443, false), ("sub.no.io", 443, false),
      ("xno.io", 443, true), ("port.io", 5000, false), ("port.io", 443, true), ("10.1.2.3", 443, false),
      ("11.1.2.3", 443, true), ("localhost", 443, false), ("127.9.9.9", 443, false), ("w.star.io", 443, false),
      ("star.io", 443, true), ("NO.IO", 443, false),
    ])
  func proxy(host: String, port: Int, isUsed: Bool) {
    let settings = ProxySettings([
      "HTTPS_PROXY": "http://p:1", "NO_PROXY": ".a.io, no.io,port.io:5000,10.0.0.0/8,*.star.io",
    ])
    #expect((settings.proxy(forHost: host, port: port, isSecure: true) != nil) == isUsed)
    #expect(settings.proxy(forHost: host, port: port, isSecure: false) == nil)
  }

  @Test("lower-case names win, a star excepts all, a web server's HTTP_PROXY is a client's header")
  func proxyNames() {
    let both = ProxySettings(["http_proxy": "one", "HTTP_PROXY": "two"])
    #expect(both.proxy(forHost: "a.io", port: 80, isSecure: false) == "one")
    let all = ProxySettings(["http_proxy": "one", "no_proxy": "*"])
    #expect(all.proxy(forHost: "a.io", port: 80, isSecure: false) == nil)
    #expect(ProxySettings(["HTTP_PROXY": "evil", "REQUEST_METHOD": "GET"]).http.isEmpty)
  }

  @Test("waits double, end, and heed the server within bounds")
  func retries() {
    let schedule = RetrySchedule()
    #expect((1...6).map { schedule.seconds(after: $0, chance: 1) } == [1, 2, 4, 8, 16, nil])
    #expect(schedule.seconds(after: 1, chance: 0) == 0.5)
    #expect(schedule.seconds(after: 1, retryAfter: "7", chance: 1) == 7)
    #expect(schedule.seconds(after: 1, retryAfter: "99999999999", chance: 1) == 60)
    #expect(schedule.seconds(after: 1, retryAfter: "-5", chance: 1) == 1)
    #expect(RetrySchedule.isPassing(status: 429) && !RetrySchedule.isPassing(status: 404))
  }

  @Test("certificates are those of the registry's own folder; half a pair is an error")
  func certificates() throws {
    let scratch = try Scratch()
    for (folder, names) in [
      ("one/other.io", ["x.crt"]), ("two/r.io:5000", ["ca.crt", "c.cert", "c.key", "note"]),
      ("two/half.io", ["c.cert"]),
    ] {
      _ = try scratch.directory(folder)
      for name in names { try Data().write(to: URL(filePath: "\(scratch.path)/\(folder)/\(name)")) }
    }
    let folders = ["one", "two", "missing"].map { "\(scratch.path)/\($0)" }
    let found = try CertificateFolder(for: "r.io:5000", in: folders)
    #expect(found.authorities == ["\(scratch.path)/two/r.io:5000/ca.crt"])
    #expect(found.clients.count == 1)
    #expect(try CertificateFolder(for: "none.io", in: folders) == CertificateFolder())
    expectRefusal(.notFound, "c.key") { _ = try CertificateFolder(for: "half.io", in: folders) }
  }
}
