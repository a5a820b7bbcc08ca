// The command line of the release binary: help, version, complaints, exit codes, log.

import Foundation
import Testing

/// The runtime as it ships.
private enum ShippedRuntime {
  /// In the folder APUS_BIN, else in build/bin.
  static let file: URL = {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let folder = ProcessInfo.processInfo.environment["APUS_BIN"].map { URL(filePath: $0) }
    return (folder ?? root.appending(path: "build/bin")).appending(path: "apus")
  }()

  /// `make test` builds the programs first, so there their absence is a failure and not a reason to skip.
  static let isTested =
    ProcessInfo.processInfo.environment["APUS_REQUIRE_BINARIES"] == "1"
    || FileManager.default.isExecutableFile(atPath: file.path)
}

@Suite(
  "The command line", .enabled(if: ShippedRuntime.isTested, "build/bin/apus is missing, run 'make build' first"))
struct CommandLineTests {
  /// What a run of the program left.
  private struct Result {
    let code: Int32
    let output: String
    let errors: String
  }

  /// A folder of its own for every test, also the working directory of the runs.
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "apus-cli-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  private func removeFolder() { try? FileManager.default.removeItem(at: folder) }

  private func run(_ words: String...) throws -> Result {
    let (process, output, errors) = (Process(), Pipe(), Pipe())
    process.executableURL = ShippedRuntime.file
    process.arguments = words
    process.currentDirectoryURL = folder
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    let texts = [output, errors].map { String(decoding: $0.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self) }
    process.waitUntilExit()
    return Result(code: process.terminationStatus, output: texts[0], errors: texts[1])
  }

  /// The message of a log line in text form.
  private func message(_ line: String) -> String? {
    line.firstMatch(of: /^time="[-0-9]{10}T[:0-9]{8}Z" level=error msg="?(.*?)"?\n$/).map { String($0.1) }
  }

  @Test("--version tells the version of the program and of the specification")
  func version() throws {
    defer { removeFolder() }
    for flag in ["--version", "-v"] {
      let result = try run(flag)
      #expect(result.code == 0)
      let form = /apus version (\d+\.\d+\.\d+)\ncommit: apus (\d+\.\d+\.\d+)\nspec: \d+\.\d+\.\d+\n/
      let match = try #require(result.output.wholeMatch(of: form))
      #expect(match.1 == match.2)
    }
  }

  @Test("every command has a help text in runc's sections")
  func help() throws {
    defer { removeFolder() }
    for name in [
      "create", "delete", "exec", "features", "kill", "list", "pause", "ps", "resume", "run", "spec", "start", "state",
    ] {
      for words in [[name, "-h"], [name, "--help"], ["help", name]] {
        let result = try run(words[0], words[1])
        #expect(result.code == 0)
        #expect(result.output.hasPrefix("NAME:\n   apus \(name) - "))
        #expect(result.output.contains("\nUSAGE:\n   apus \(name)"))
      }
    }
    for words in [["--help", "state"], ["-h", "list"]] {
      let result = try run(words[0], words[1])
      #expect(result.output.hasPrefix("NAME:\n   apus - Open Container Initiative runtime\n"))
    }
  }

  @Test("an unknown command ends with 3")
  func unknownCommand() throws {
    defer { removeFolder() }
    for words in [["bogus", "-h"], ["help", "bogus"]] {
      let result = try run(words[0], words[1])
      #expect(result.code == 3)
      #expect(message(result.errors) == "No help topic for 'bogus'")
    }
  }

  @Test("a wrong use shows the help and ends with 1")
  func misuse() throws {
    defer { removeFolder() }
    let flag = try run("state", "--bogus", "c")
    #expect(flag.code == 1)
    #expect(flag.output.hasPrefix("Incorrect Usage: flag provided but not defined: -bogus\n\nNAME:\n   apus state - "))
    #expect(message(flag.errors) == "flag provided but not defined: -bogus")
    let count = try run("state")
    #expect(count.code == 1)
    #expect(count.output.hasPrefix("Incorrect Usage.\n\nNAME:\n   apus state - "))
    #expect(message(count.errors)?.hasSuffix(": \\\"state\\\" requires exactly 1 argument(s)") == true)
    #expect(try run("--log-format", "x", "list").errors.contains("invalid log-format: x"))
  }

  @Test("the log goes to its file, and the last error to standard error too")
  func log() throws {
    defer { removeFolder() }
    let log = folder.appending(path: "log")
    for _ in 0..<2 {
      let result = try run("--log", "log", "--log-format", "json", "spec", "--bundle", "missing")
      #expect(result.code == 1)
      #expect(result.errors == "open the bundle: openat2 'missing': no such file or directory\n")
    }
    let lines = try String(contentsOf: log, encoding: .utf8).split(separator: "\n")
    #expect(lines.count == 2)
    for line in lines {
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String]
      #expect(object?["level"] == "error")
      #expect(object?["msg"] == "open the bundle: openat2 'missing': no such file or directory")
      #expect(object?["time"] != nil)
    }
    let refused = try run("--log", "missing/log", "spec")
    #expect(refused.code == 1)
    #expect(message(refused.errors) == "open the log: openat2 'missing/log': no such file or directory")
  }

  @Test("spec writes a configuration once")
  func spec() throws {
    defer { removeFolder() }
    #expect(try run("spec").code == 0)
    let file = folder.appending(path: "config.json")
    let object = try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any]
    #expect((object?["process"] as? [String: Any])?["args"] as? [String] == ["sh"])
    let again = try run("spec")
    #expect(again.code == 1)
    #expect(message(again.errors) == "File config.json exists. Remove it first")
    try FileManager.default.removeItem(at: file)
    #expect(try run("spec", "--rootless").code == 0)
    #expect(try String(contentsOf: file, encoding: .utf8).contains("\"uidMappings\""))
  }

  @Test("features is JSON that names what there is")
  func features() throws {
    defer { removeFolder() }
    let result = try run("features")
    #expect(result.code == 0)
    #expect(result.output.hasPrefix("{\n    \"ociVersionMin\": \"1.0.0\",\n"))
    let object = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    let options = try #require(object["mountOptions"] as? [String])
    #expect(options == options.sorted() && options.contains("rro") && options.contains("tmpcopyup"))
    let linux = try #require(object["linux"] as? [String: Any])
    #expect((linux["cgroup"] as? [String: Bool])?["v1"] == true)
    #expect((linux["seccomp"] as? [String: Any])?["enabled"] as? Bool == true)
  }

  @Test("a full disk is an error and not a crash")
  func fullOutput() throws {
    defer { removeFolder() }
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", "\"$0\" --version >/dev/full 2>err", ShippedRuntime.file.path]
    process.currentDirectoryURL = folder
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 1)
    let errors = try String(contentsOf: folder.appending(path: "err"), encoding: .utf8)
    #expect(message(errors) == "write the output: write: no space left on device")
  }
}
