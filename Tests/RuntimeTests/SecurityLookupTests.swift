// Tests of finding the executable, in the words that callers match.

import Foundation
import Linux
import Testing

@testable import ContainerRuntime

struct SecurityLookupTests {
  final class Folder {
    let path: String

    init() throws {
      path = NSTemporaryDirectory() + "apus-path-" + UUID().uuidString
      for directory in ["/one/tool", "/two", "/three/other"] {
        try FileManager.default.createDirectory(atPath: path + directory, withIntermediateDirectories: true)
      }
      try add("/one/plain", mode: 0o644)
      try add("/two/tool", mode: 0o755)
      try add("/two/plain", mode: 0o755)
    }

    func add(_ name: String, mode: UInt32) throws {
      try Data().write(to: URL(fileURLWithPath: path + name))
      try Descriptor.workingDirectory.changeMode(of: path + name, mode)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var environment: [String] { ["PATH=/none", "A=PATH=/x", "PATH=\(path)/one:\(path)/two/:\(path)/three"] }
  }

  private func failure(_ name: String, _ environment: [String]) -> String {
    do {
      return "found " + (try ExecutableLookup.find(name, environment: environment))
    } catch {
      return error.message
    }
  }

  @Test("a plain name is searched in the last PATH; directories and files without permission are passed over")
  func search() throws {
    let folder = try Folder()
    #expect(try ExecutableLookup.find("tool", environment: folder.environment) == folder.path + "/two/tool")
    #expect(try ExecutableLookup.find("plain", environment: folder.environment) == folder.path + "/two/plain")
    #expect(failure("other", folder.environment) == "exec: \"other\": executable file not found in $PATH")
  }

  @Test("nothing is found without PATH, and nothing has no name", arguments: ["sh", "", ".", ".."])
  func nothing(name: String) {
    for environment in [[], ["PATH="], ["XPATH=/bin"]] {
      #expect(failure(name, environment) == "exec: \"\(name)\": executable file not found in $PATH")
    }
    if name != "sh" {
      #expect(failure(name, ["PATH=/bin"]) == "exec: \"\(name)\": executable file not found in $PATH")
    }
  }

  @Test("a name with a slash is taken as it is, and the message says what is wrong with it")
  func paths() throws {
    let folder = try Folder()
    let path = folder.path
    #expect(try ExecutableLookup.find(path + "/two/tool", environment: []) == path + "/two/tool")
    #expect(failure(path + "/no", []) == "exec: \"\(path)/no\": stat \(path)/no: no such file or directory")
    #expect(failure(path + "/one/plain", []) == "exec: \"\(path)/one/plain\": permission denied")
    #expect(failure(path + "/one", []) == "exec: \"\(path)/one\": is a directory")
    #expect(failure(path + "/two/tool/x", []).hasSuffix("/two/tool/x: not a directory"))
  }

  @Test("an executable of the working directory is not run by PATH")
  func relative() throws {
    let folder = try Folder()
    let steps = String(repeating: "../", count: 32)
    #expect(
      failure("tool", ["PATH=" + steps + folder.path.dropFirst() + "/two"])
        == "exec: \"tool\": cannot run executable found relative to current directory")
  }

  @Test(
    "a message stays on its line", arguments: [("a\"b", "\"a\\\"b\""), ("a\nb\u{1}", "\"a\\nb\\x01\""), ("ä", "\"ä\"")])
  func quoting(text: String, expected: String) {
    #expect(ExecutableLookup.quoted(text) == expected)
  }
}
