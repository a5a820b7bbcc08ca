// What must hold of the programs that ship: static, small, complete, one thread.

import Foundation
import Testing

/// The small programs in build/bin, which `make build` fills.
enum ReleaseBinaries {
  /// Not small: of full Swift, from `make build-daemon`, or no more than calls of a dynamic library.
  private static let large: Set = ["apus-image", "apusd", "apus-systemd"]

  static let folder = Repository.root.appending(path: "build/bin")

  static let files: [URL] = {
    let found = try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    return (found ?? []).filter { file in
      !file.lastPathComponent.hasPrefix(".") && !large.contains(file.lastPathComponent)
    }
  }()

  static let pause = files.first { $0.lastPathComponent == "apus-pause" }

  /// `make test` builds the programs first, so there their absence is a failure and not a reason to skip.
  static let areRequired = ProcessInfo.processInfo.environment["APUS_REQUIRE_BINARIES"] == "1"
}

@Suite(
  "Release binaries",
  .enabled(
    if: ReleaseBinaries.areRequired || !ReleaseBinaries.files.isEmpty, "build/bin is empty, run 'make build' first"))
struct ReleaseBinaryTests {
  /// The program is copied before it enters a container, so its size is time. Aimed at 400,000; the limit follows
  /// what is reached and only ever goes down.
  static let sizeLimitBytes = 600_000

  @Test("the programs have been built")
  func programsExist() {
    #expect(ReleaseBinaries.files.contains { $0.lastPathComponent == "apus" })
  }

  @Test("a program is static", arguments: ReleaseBinaries.files)
  func programIsStatic(file: URL) throws {
    let program = try ElfFile(contentsOf: file)
    #expect(!program.has(.interpreter) && !program.has(.dynamic))
  }

  @Test("a program is small", arguments: ReleaseBinaries.files)
  func programIsSmall(file: URL) throws {
    #expect(try ElfFile(contentsOf: file).byteCount < Self.sizeLimitBytes)
  }

  /// One for each pod that asks for a PID namespace of its own.
  @Test(
    "the program that waits in pods is tiny, on disk and in memory",
    .enabled(if: ReleaseBinaries.pause != nil || ReleaseBinaries.areRequired, "there is no build/bin/apus-pause"))
  func pauseIsTiny() throws {
    let file = try #require(ReleaseBinaries.pause)
    #expect(try ElfFile(contentsOf: file).byteCount < 100_000)
    let process = Process()
    process.executableURL = file
    process.standardInput = FileHandle.nullDevice
    try process.run()
    defer { process.waitUntilExit() }
    defer { process.terminate() }
    var kilobytes = 0
    // By then it waits for signals, which it has blocked.
    for _ in 0..<100 where kilobytes == 0 {
      Thread.sleep(forTimeInterval: 0.05)
      let folder = "/proc/\(process.processIdentifier)"
      let status = try String(contentsOfFile: folder + "/status", encoding: .utf8)
      guard status.contains("SigBlk:\t0000000000014002") else { continue }
      let rollup = try String(contentsOfFile: folder + "/smaps_rollup", encoding: .utf8)
      kilobytes = rollup.firstMatch(of: /Rss: +(\d+) kB/).flatMap { Int($0.1) } ?? 0
    }
    #expect((1..<200).contains(kilobytes), "\(kilobytes) KB")
  }

  @Test("a program leaves no symbol undefined", arguments: ReleaseBinaries.files)
  func programIsComplete(file: URL) throws {
    #expect(try ElfFile(contentsOf: file).undefinedSymbols == [])
  }

  @Test("no message of a program prints a value that Embedded Swift cannot", arguments: ReleaseBinaries.files)
  func messagesArePrintable(file: URL) throws {
    #expect(try !ElfFile(contentsOf: file).contains("(cannot print value"))
  }

  @Test("a program starts with one thread", arguments: ReleaseBinaries.files)
  func programStartsWithOneThread(file: URL) throws {
    let calls = try traced(["clone", "clone3", "fork", "vfork"], running: file, "--version")
    #expect(calls.contains("+++ exited with 0 +++"), "\(calls)")
    #expect(!calls.contains("clone") && !calls.contains("fork"), "\(calls)")
  }

  /// A dynamic program, in which the rules above have something to find.
  @Test("the shell of the host is recognised as dynamic and incomplete")
  func dynamicProgramIsRecognised() throws {
    let shell = try ElfFile(contentsOf: URL(filePath: "/usr/bin/env").resolvingSymlinksInPath())
    #expect(shell.has(.interpreter) && shell.has(.dynamic))
    #expect(shell.undefinedSymbols.contains { $0.hasPrefix("__libc_start_main") })
  }

  private func traced(_ calls: [String], running program: URL, _ arguments: String...) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    let trace = ["strace", "-f", "-e", "trace=" + calls.joined(separator: ","), "-e", "signal=none"]
    process.arguments = trace + [program.path(percentEncoded: false)] + arguments
    let pipe = Pipe()
    process.standardError = pipe
    process.standardOutput = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return String(decoding: output, as: UTF8.self)
  }
}
