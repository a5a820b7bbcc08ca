// A1: a container cannot overwrite the runtime that enters it (CVE-2019-5736).

import Foundation
import Linux
import Testing

@Suite("A1: the runtime's binary", .serialized, .containers)
struct BinaryOverwriteTests {
  /// Lets the scene use a copy of the runtime: the attack may hurt it.
  private func useCopy(_ scene: Scene) throws -> String {
    let copy = scene.folder + "/runtime"
    try FileManager.default.copyItem(atPath: Runtime.program, toPath: copy)
    try Descriptor.workingDirectory.changeMode(of: copy, 0o755)
    scene.runtime.program = copy
    return copy
  }

  /// Everything that an attacker may be given without a user namespace.
  private func allow(_ config: inout JSON) {
    let all = JSON(Capabilities.names(Capabilities.ofHost))
    config.process.capabilities = ["bounding": all, "effective": all, "permitted": all]
    config.process.noNewPrivileges = false
    config.linux.resources.devices = [["allow": true, "access": "rwm"]]
    config.linux.maskedPaths = []
    config.linux.readonlyPaths = []
  }

  // Red without the re-exec from a sealed memory file: the hunter writes into the copy, whose checksum changes.
  @Test("a container that opens the program of each new process for writing gets nowhere", .needs(.compiler))
  func hunter() throws {
    try onScene { scene in
      let binary = try useCopy(scene)
      let before = try HostTree.checksum(of: binary)
      let bundle = try scene.bundle {
        $0.process.args = ["/probe", "hunt", "4"]
        allow(&$0)
      }
      try bundle.addProbe()
      let container = try scene.container(bundle).start()
      let begin = Moment.monotonic()
      var count = 0
      while seconds(since: begin) < 3.5 {
        do {
          try scene.runtime.call("exec", container.id, "true").checked()
        } catch {
          // What was written to starts no more.
          #expect(try HostTree.checksum(of: binary) == before, "after \(count) execs")
          throw error
        }
        count += 1
      }
      #expect(eventually { container.output.contains("written") })
      let numbers = container.output.split(separator: " ").compactMap { Int(String($0).trimmed) }
      try #require(numbers.count == 4, "\(container.output)")
      #expect(
        numbers[1] > 0, "the hunter has seen nothing in \(count) execs, which proves nothing: \(container.output)")
      #expect(numbers[3] == 0, "\(container.output)")
      #expect(try HostTree.checksum(of: binary) == before)
      try container.remove()
    }
  }

  // Red without the sealed copy as well: this is how the published exploit begins.
  @Test("the entry point /proc/self/exe, in create and in exec, does not lead to the binary", .needs(.compiler))
  func entryPoint() throws {
    try onScene { scene in
      let binary = try useCopy(scene)
      let before = try HostTree.checksum(of: binary)
      // A shell script whose interpreter is the program that runs it, as in the published exploit.
      let bundle = try scene.bundle(allow)
      try bundle.addProbe()
      try bundle.write("script", "#!/proc/self/exe\n", mode: 0o755)
      let hunter = try scene.container(bundle) { $0.process.args = ["/probe", "hunt", "2"] }.start()
      for program in ["/proc/self/exe", "/script", "/proc/1/exe"] {
        _ = try scene.runtime.call("exec", hunter.id, program, "--version")
        let container = try scene.container(scene.bundle(allow)) { $0.process.args = [.string(program), "--version"] }
        try container.bundle.write("script", "#!/proc/self/exe\n", mode: 0o755)
        _ = try container.run()
        #expect(try HostTree.checksum(of: binary) == before, "after \(program)")
      }
      #expect(eventually { hunter.output.contains("written 0") }, "\(hunter.output)")
      try hunter.remove()
    }
  }

  // Red when a created container runs the file itself, or what somebody can write to or mount in another way.
  @Test("a created container waits in a program that not even the host's root can write to", .needs(.apus))
  func sealed() throws {
    try onScene { scene in
      let container = try scene.container()
      try container.create().checked()
      try check(container)
      try container.remove()
    }
  }

  // Red without F_SEAL_WRITE, GROW, SHRINK and SEAL on the copy.
  @Test("a runtime whose file has no name any more goes on as a sealed copy", .needs(.apus))
  func sealedCopy() throws {
    try onScene { scene in
      let copy = try useCopy(scene)
      scene.runtime.program = Runtime.program
      let container = try scene.container()
      let script = #"exec 9<"$0"; rm "$0"; exec /proc/self/fd/9 "$@""#
      let words = ["create", "--bundle", container.bundle.path, container.id]
      try Command("/bin/sh", ["-c", script, copy, "--root", scene.runtime.root] + words).run().checked()
      let program = try Descriptor.workingDirectory.open("/proc/\(try container.pid())/exe", [.readOnly])
      #expect((program.seals() ?? 0) & 0xf == 0xf)
      try check(container)
      try container.remove()
    }
  }

  /// Nobody can write to the program of a container that waits, by the way of its process and by one kept from there,
  /// and its name does not betray it.
  private func check(_ container: Container) throws {
    let path = "/proc/\(try container.pid())/exe"
    let program = try Descriptor.workingDirectory.open(path, [.readOnly])
    let isCopy = program.seals() != nil
    if !isCopy {
      #expect(refusal { () throws(SystemCallError) in try program.changeMount(MountChange(clear: .readOnly)) } == 22)
      #expect(
        refusal { () throws(SystemCallError) in _ = try MountTree.clone("", in: program, recursive: false) } == 22)
    }
    for way in [path, "/proc/self/fd/\(program.number)"] {
      let refused = refusal { () throws(SystemCallError) in
        let file = try Descriptor.workingDirectory.open(way, [.writeOnly])
        try file.writeAll("#!")
      }
      // EROFS; of the copy ETXTBSY while it runs, and EPERM.
      #expect(isCopy ? [1, 26].contains(refused) : refused == 30, "\(way): \(refused)")
    }
    #expect(!(Host.read("/proc/\(try container.pid())/comm") ?? "memfd").hasPrefix("memfd"))
  }

  /// The number of the error; 0 without one.
  private func refusal(_ body: () throws(SystemCallError) -> Void) -> Int32 {
    do {
      try body()
      return 0
    } catch {
      return error.errno.rawValue
    }
  }

  @Test("processes that wait or enter are not open to the container's own: dumpable is off", .needs(.apus))
  func notDumpable() throws {
    try onScene { scene in
      let container = try scene.container()
      try container.create().checked()
      let pid = try container.pid()
      // Files of a process that is not dumpable belong to root of the host (proc(5)), whoever it runs as.
      let owner = try Command("stat", ["-c", "%u", "/proc/\(pid)/environ"]).run().checked().trimmed
      #expect(owner == "0")
      let user = try scene.container(scene.bundle { $0.process.user = ["uid": 1000, "gid": 1000] })
      try user.create().checked()
      let userPid = try user.pid()
      #expect(try Command("stat", ["-c", "%u", "/proc/\(userPid)/environ"]).run().checked().trimmed == "0")
      try user.remove()
      try container.remove()
    }
  }
}
