// Tests of labels, keyrings, limits and the load of filters.

import Foundation
import Linux
import OCI
import Testing

@testable import ContainerRuntime

struct SecurityLabelTests {
  /// A folder that looks like the procfs of a process, removed at the end.
  final class FakeProcfs {
    let path: String

    init(_ files: [String]) throws {
      path = NSTemporaryDirectory() + "apus-proc-" + UUID().uuidString
      for file in files {
        let folder = (path + "/" + file as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data().write(to: URL(fileURLWithPath: path + "/" + file))
      }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func open() throws -> Descriptor { try Descriptor.workingDirectory.open(path, [.path, .directory]) }
    func text(_ file: String) throws -> String { try String(contentsOfFile: path + "/" + file, encoding: .utf8) }
  }

  private let shared = "thread-self/attr/exec"
  private let own = "thread-self/attr/apparmor/exec"

  @Test("the profile of AppArmor goes to its own attribute, or to the shared one of older kernels")
  func appArmor() throws {
    let both = try FakeProcfs([shared, own])
    try SecurityLabel.applyAppArmor("containers-default", procfs: try both.open())
    #expect(try both.text(own) == "exec containers-default" && both.text(shared) == "")
    let older = try FakeProcfs([shared])
    try SecurityLabel.applyAppArmor("p", procfs: try older.open())
    #expect(try older.text(shared) == "exec p")
  }

  @Test("no label writes nothing")
  func none() throws {
    let procfs = try FakeProcfs([shared])
    try SecurityLabel.applyAppArmor("", procfs: try procfs.open())
    try SecurityLabel.applySELinux("", procfs: try procfs.open())
    #expect(try procfs.text(shared) == "")
    try SecurityLabel.applySELinux("u:r:t:s0", procfs: try procfs.open())
    #expect(try procfs.text(shared) == "u:r:t:s0")
  }

  @Test("a failure names the attribute between backquotes, which callers match")
  func failure() throws {
    let procfs = try FakeProcfs(["thread-self/attr/current"])
    let text = "openat2 `/proc/thread-self/attr/exec`: no such file or directory"
    #expect(throws: SetupFailure.refused("apparmor failed to apply profile: " + text)) {
      try SecurityLabel.applyAppArmor("p", procfs: try procfs.open())
    }
    #expect(throws: SetupFailure.refused("can't set process label: " + text)) {
      try SecurityLabel.applySELinux("l", procfs: try procfs.open())
    }
  }

  @Test("an attribute that leads out of the procfs is not written")
  func leavingLink() throws {
    let procfs = try FakeProcfs(["thread-self/attr/current"])
    let outside = try FakeProcfs(["file"])
    try FileManager.default.createSymbolicLink(
      atPath: procfs.path + "/" + shared, withDestinationPath: outside.path + "/file")
    #expect(throws: SetupFailure.self) { try SecurityLabel.applySELinux("l", procfs: try procfs.open()) }
    #expect(try outside.text("file") == "")
  }

  @Test("a label for a module that the host lacks is refused before anything is made")
  func check() throws {
    try SecurityLabel.check(appArmor: "", seLinux: "")
    try SecurityLabel.check(appArmor: "unconfined", seLinux: "")
    if !SecurityLabel.isAppArmorEnabled() {
      #expect(throws: RuntimeError.self) { try SecurityLabel.check(appArmor: "p", seLinux: "") }
    }
    if !SecurityLabel.isSELinuxEnabled() {
      #expect(throws: RuntimeError.self) { try SecurityLabel.check(appArmor: "", seLinux: "u:r:t:s0") }
    }
  }

  @Test(
    "the permissions of a key are the hexadecimal fourth field",
    arguments: [
      ("keyring;0;0;3f1b0000;_ses.x", 0x3f1b_0000), ("keyring;0;0;1;a;b", 1), ("keyring;0;0;3f1b0000", nil),
      ("keyring;0;0;;x", nil), ("keyring;0;0;xyz;x", nil), ("keyring;0;0;123456789;x", nil), ("", nil),
    ] as [(String, UInt32?)])
  func keyPermissions(description: String, expected: UInt32?) {
    #expect(ContainerKeyring.permissions(in: description) == expected)
  }

  @Test("the session keyring is made for the container and may be searched")
  func keyring() throws {
    let description = try inOwnThread {
      guard try ContainerKeyring.join(container: "tested", search: .user) else { return "" }
      // KEY_SPEC_SESSION_KEYRING.
      return try SessionKeyring.describe(-3)
    }
    if description.isEmpty { return }
    #expect(description.hasSuffix(";_ses.tested"))
    #expect((ContainerKeyring.permissions(in: description) ?? 0) & 0x80000 != 0)
  }

  @Test("limits are set on the process, and a raise that is refused is an error")
  func limits() throws {
    let child = Foundation.Process()
    child.executableURL = URL(fileURLWithPath: "/bin/sleep")
    child.arguments = ["60"]
    try child.run()
    defer {
      try? sendSignal(9, to: child.processIdentifier)
      child.waitUntilExit()
    }
    let pid = child.processIdentifier
    try setResourceLimits([OCI.Rlimit(kind: .openFiles, soft: 100, hard: 200)], of: pid)
    let text = try String(contentsOfFile: "/proc/\(pid)/limits", encoding: .utf8)
    let line = text.split(separator: "\n").first { $0.hasPrefix("Max open files") }
    #expect(line?.split(separator: " ").dropFirst(3).prefix(2) == ["100", "200"])
    let mayRaise = try ThreadCapabilities.current().effective & (1 << 24) != 0
    if mayRaise { return }
    let error = SystemCallError(call: "prlimit64", subject: "RLIMIT_NOFILE", errno: .notPermitted)
    let doing = "error setting rlimits for ready process: error setting rlimit type 7"
    #expect(throws: RuntimeError.systemCall(doing: doing, error)) {
      try setResourceLimits([OCI.Rlimit(kind: .openFiles, soft: 100, hard: 300)], of: pid)
    }
  }

  @Test("a negative OOM score that the kernel refuses is told, another refusal is an error")
  func oomScore() throws {
    let procfs = try FakeProcfs(["self/oom_score_adj"])
    #expect(try setOOMScore(-500, procfs: try procfs.open()))
    #expect(try procfs.text("self/oom_score_adj") == "-500")
    let empty = try FakeProcfs(["self/other"])
    #expect(throws: SetupFailure.self) { try setOOMScore(-500, procfs: try empty.open()) }
    let mayLower = try ThreadCapabilities.current().effective & (1 << 24) != 0
    if mayLower { return }
    let real = try Descriptor.workingDirectory.open("/proc", [.path, .directory])
    #expect(try setOOMScore(-1000, procfs: real) == false)
  }

  @Test("a loaded filter does in the kernel what it says")
  func load() throws {
    var section = OCI.Seccomp()
    section.defaultAction = .allow
    section.syscalls = [OCI.Seccomp.Rule(names: ["uname"], action: .errno, errnoRet: 100)]
    let rules = try SeccompRules.decode(section)
    let program = SeccompProgram(
      instructions: try SeccompCompilation.program(rules), flags: .supportedByKernel().intersection(.log))
    let errno = try inOwnThread { () -> Int32 in
      try ProcessControl.setNoNewPrivileges()
      _ = try program.load()
      do {
        return Int32(try kernelRelease().utf8.count)
      } catch let error as SystemCallError {
        return error.errno.rawValue
      }
    }
    #expect(errno == 100)
  }
}
