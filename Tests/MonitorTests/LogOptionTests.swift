// Options about logs.

import Testing

@testable import ContainerMonitor

@Suite("Log options")
struct LogOptionTests {
  private func log(_ words: [String], id: String = "0123456789abcdef") throws(OptionError) -> LogOptions {
    let least = ["-c", id, "-u", "u", "-r", "/bin/runtime"]
    let request = try OptionParser.parse(least + words, directory: "/", isExecutable: { _ in true })
    guard case .monitor(let options) = request else { return LogOptions() }
    return options.log
  }

  private func refusal(_ words: [String], id: String = "0123456789abcdef") -> String? {
    do {
      _ = try log(words, id: id)
      return nil
    } catch {
      return error.message
    }
  }

  @Test(
    "a log path names a driver and its file",
    arguments: [
      ("k8s-file:/a/b", "/a/b"), ("/a/b", "/a/b"), (":/a/b", "/a/b"), (":journald", "journald"), (":none", "none"),
      ("k8s-file:/a:b", "/a:b"),
    ])
  func file(text: String, path: String) throws {
    let log = try log(["-l", text])
    #expect(log.file == path)
    #expect(!log.usesJournal && !log.isPassthrough)
  }

  @Test("drivers without a file", arguments: ["none", "off", "null", "journald", "journald:", "passthrough", "none:x"])
  func withoutFile(text: String) throws {
    let log = try log(["-l", text])
    #expect(log.file == nil)
    #expect(log.usesJournal == text.hasPrefix("journald"))
    #expect(log.isPassthrough == (text == "passthrough"))
  }

  @Test("several drivers work together")
  func several() throws {
    let log = try log(["-l", "none", "-l", "k8s-file:/a", "-l", "journald", "--log-tag", "t"])
    #expect(log.file == "/a")
    #expect(log.usesJournal)
    #expect(log.tag == "t")
  }

  @Test(
    "what no driver understands is refused",
    arguments: [
      (["-l", ""], "log-path must not be empty"), (["-l", ":"], "log-path must not be empty"),
      (["-l", "k8s-file"], "k8s-file requires a filename"), (["-l", "k8s-file:"], "k8s-file requires a filename"),
      (["-l", "tape:/a"], "No such log driver tape"), (["-l", "tape:"], "No such log driver tape"),
      (["-l", "none", "-l", "tape:/a"], "No such log driver tape"),
      (["-l", "/a", "--log-tag", "t"], "k8s-file doesn't support --log-tag"),
      (["-l", "/a", "--log-label", "A=b"], "k8s-file doesn't support --log-label"),
    ])
  func refused(words: [String], message: String) {
    #expect(refusal(words) == message)
  }

  @Test(
    "labels are LABEL=VALUE with letters, digits and underscores",
    arguments: [
      ("=x", "no LABEL present"), ("A", "none or more than one '='"), ("A=b=c", "none or more than one '='"),
      ("a=b", "only uppercase letters, numbers and underscore"),
    ])
  func labels(label: String, message: String) {
    #expect(refusal(["-l", "journald", "--log-label", label])?.contains(message) == true)
    #expect(refusal(["-l", "journald", "--log-label", "A_1=b c"]) == nil)
  }

  @Test("the journal wants an id of more than twelve characters")
  func shortID() {
    #expect(refusal(["-l", "journald"], id: "0123456789ab") == "Container ID must be longer than 12 characters")
  }

  @Test(
    "the rate policy holds for both streams or one",
    arguments: [
      ("drop", RatePolicy.drop, RatePolicy.drop), ("stdout=pass", .pass, .block), ("stderr=drop", .block, .drop),
      ("stdout=pass,stderr=drop", .pass, .drop),
    ])
  func policies(text: String, stdout: RatePolicy, stderr: RatePolicy) throws {
    let log = try log(["-l", "/a", "--log-rate-limit", "1000", "--log-rate-policy", text])
    #expect(log.rateLimit == 1000)
    #expect(log.stdoutPolicy == stdout)
    #expect(log.stderrPolicy == stderr)
  }

  @Test("unknown policies and streams are refused", arguments: ["fast", "stdin=drop", "stdout=", ""])
  func unknownPolicy(text: String) {
    #expect(refusal(["-l", "/a", "--log-rate-policy", text]) != nil)
  }
}
