// A5 and A14: what the runtime opens, as strace(1) tells it (CVE-2025-52881, CVE-2019-14271).

import Foundation
import Linux
import Testing

@Suite("A5, A14: what is opened where", .serialized, .containers, .needs(.program("strace")))
struct ProcfsTests {
  /// Calls that take a path and would follow it.
  private static let pathCalls =
    "open,openat,openat2,creat,readlink,readlinkat,stat,lstat,newfstatat,statx,access,faccessat,faccessat2,mkdirat,"
    + "mknodat,symlinkat,linkat,unlinkat,chmod,fchmodat,chown,fchownat,mount,umount2,open_tree,move_mount,fsopen,"
    + "fsmount,fsconfig,mount_setattr,pivot_root,chdir,fchdir,chroot,execve,execveat,truncate"

  /// Whether a call reaches for the global /proc by an absolute path.
  private func isAbsoluteProc(_ call: Trace.Call) -> Bool {
    guard call.has("\"/proc") else { return false }
    // The text of a link is no path that is walked.
    if call.has("RESOLVE_IN_ROOT") || call.name == "symlinkat" { return false }
    // A directory argument other than the working directory does not matter for an absolute path.
    return !call.name.hasPrefix("execve") && call.name != "umount2"
  }

  // Red when a label, an oom_score_adj, a sysctl or a descriptor is reached by /proc/self/... .
  @Test(
    "create opens no absolute path in /proc once its private procfs is there, nor does the container's init",
    .needs(.apus))
  func create() throws {
    try onScene { scene in
      let container = try scene.container {
        $0.process.oomScoreAdj = 500
        $0.linux["sysctl"] = ["kernel.shm_rmid_forced": "1", "net.ipv4.ip_forward": "0"]
        $0.process.user = ["uid": 1000, "gid": 1000]
        $0.linux.resources["memory"] = ["limit": 33_554_432]
      }
      let trace = try Trace(container.command("run"), in: scene.folder, calls: Self.pathCalls)
      try trace.outcome.checked()
      #expect(trace.processes.count >= 2)
      var isPrivate = 0
      for calls in trace.processes {
        let own = calls.prefix { !($0.name == "execve" && $0.has("busybox")) && !$0.has("execve(\"/bin/true\"") }
        if let first = own.firstIndex(where: { $0.has("fsopen(\"proc\"") }) {
          isPrivate += 1
          for call in own[first...] { #expect(!isAbsoluteProc(call), "\(call)") }
        } else if own.contains(where: { $0.name == "pivot_root" }) {
          // A child that inherits the parent's descriptor.
          for call in own { #expect(!isAbsoluteProc(call), "\(call)") }
        }
      }
      #expect(isPrivate > 0, "no process opens a procfs of its own")
    }
  }

  // Red when the runtime falls back to mount(2) with a path.
  @Test("no mount is made by a path", .needs(.apus))
  func mountsByDescriptor() throws {
    try onScene { scene in
      let volume = try scene.makeFolder("volume")
      let container = try scene.container {
        $0.mounts.array += [
          ["destination": "/volume", "type": "bind", "source": .string(volume), "options": ["rbind", "ro"]],
          ["destination": "/made", "type": "tmpfs", "source": "tmpfs", "options": ["noexec", "mode=700"]],
        ]
        $0.root.readonly = true
      }
      let trace = try Trace(container.command("run"), in: scene.folder, calls: Self.pathCalls)
      try trace.outcome.checked()
      for call in trace.calls where call.name == "mount" || call.name == "mount_setattr" || call.name == "move_mount" {
        let paths = call.description.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
          .filter { $0.offset % 2 == 1 }.map { String($0.element) }
        // Propagation of the whole tree ("/" or ".") is no target in the image.
        #expect(paths.allSatisfy { ["", ".", "/"].contains($0) } && call.name != "mount", "\(call)")
      }
    }
  }

  // Red when the runtime is linked dynamically, or looks up names through the C library.
  @Test("neither run nor exec loads code or name service files, of the image or of the host", .needs(.apus))
  func noForeignCode() throws {
    try onScene { scene in
      let bundle = try scene.bundle { $0.process.args = ["sleep", "100"] }
      for name in ["etc/nsswitch.conf", "etc/ld.so.cache", "etc/ld.so.preload", "etc/localtime"] {
        try bundle.write(name, "bait")
      }
      for name in ["lib/x86_64-linux-gnu/libnss_files.so.2", "lib64/libc.so.6", "usr/lib/libnss_compat.so.2"] {
        try bundle.write(name, "bait", mode: 0o755)
      }
      let container = try scene.container(bundle).start()
      let other = try scene.container(bundle) {
        $0.process.args = ["true"]
        $0.linux.cgroupsPath = .string(scene.cgroup + "/other")
      }
      let run = try Trace(other.command("run"), in: scene.folder, calls: Self.pathCalls)
      try run.outcome.checked()
      let command = scene.runtime.command(["exec", "--user", "1000:1000", container.id, "true"])
      let exec = try Trace(command, in: scene.folder, calls: Self.pathCalls)
      try exec.outcome.checked()
      let bait = [".so", "nsswitch", "localtime", "ld.so"]
      for call in (run.calls + exec.calls) {
        #expect(!bait.contains { call.description.contains($0) }, "\(call)")
      }
      try container.remove()
    }
  }
}
