// The configuration that the spec command writes, byte for byte.

import OCI
import Testing

@Suite("Example configuration")
struct ExampleSpecTests {
  @Test("the example is runc's, but for the version")
  func example() {
    let text = String(decoding: Spec.example(withCgroupNamespace: false).encoded(), as: UTF8.self)
    #expect(
      text == Self.head + Self.mounts
        + Self.tail(
          #"{"type":"pid"},{"type":"network"},{"type":"ipc"},"#
            + #"{"type":"uts"},{"type":"mount"}"#, #""resources":{"devices":[{"allow":false,"access":"rwm"}]},"#))
  }

  @Test("the rootless example maps the user, binds /sys, and has neither limits nor a network namespace")
  func rootlessExample() {
    let spec = Spec.rootlessExample(withCgroupNamespace: true, uid: 1000, gid: 100)
    let text = String(decoding: spec.encoded(), as: UTF8.self)
    let mounts = Self.mounts.replacing(#","gid=5""#, with: "").replacing(
      #""type":"sysfs","source":"sysfs","options":["nosuid","#,
      with: #""type":"none","source":"/sys","options":["rbind","nosuid","#)
    let mappings =
      #""uidMappings":[{"containerID":0,"hostID":1000,"size":1}],"#
      + #""gidMappings":[{"containerID":0,"hostID":100,"size":1}],"#
    let namespaces = #"{"type":"pid"},{"type":"ipc"},{"type":"uts"},{"type":"mount"},{"type":"cgroup"},{"type":"user"}"#
    #expect(text == Self.head + mounts + Self.tail(namespaces, mappings))
  }

  private static let capabilities = #"["CAP_AUDIT_WRITE","CAP_KILL","CAP_NET_BIND_SERVICE"]"#

  private static let head =
    #"{"ociVersion":"1.3.0","process":{"terminal":true,"user":{"uid":0,"gid":0},"args":["sh"],"#
    + #""env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin","TERM=xterm"],"cwd":"/","#
    + #""capabilities":{"bounding":\#(capabilities),"effective":\#(capabilities),"permitted":\#(capabilities)},"#
    + #""rlimits":[{"type":"RLIMIT_NOFILE","hard":1024,"soft":1024}],"noNewPrivileges":true},"#
    + #""root":{"path":"rootfs","readonly":true},"hostname":"runc","mounts":["#

  private static let mounts =
    #"{"destination":"/proc","type":"proc","source":"proc"},"#
    + #"{"destination":"/dev","type":"tmpfs","source":"tmpfs","#
    + #""options":["nosuid","strictatime","mode=755","size=65536k"]},"#
    + #"{"destination":"/dev/pts","type":"devpts","source":"devpts","#
    + #""options":["nosuid","noexec","newinstance","ptmxmode=0666","mode=0620","gid=5"]},"#
    + #"{"destination":"/dev/shm","type":"tmpfs","source":"shm","#
    + #""options":["nosuid","noexec","nodev","mode=1777","size=65536k"]},"#
    + #"{"destination":"/dev/mqueue","type":"mqueue","source":"mqueue","options":["nosuid","noexec","nodev"]},"#
    + #"{"destination":"/sys","type":"sysfs","source":"sysfs","options":["nosuid","noexec","nodev","ro"]},"#
    + #"{"destination":"/sys/fs/cgroup","type":"cgroup","source":"cgroup","#
    + #""options":["nosuid","noexec","nodev","relatime","ro"]}],"#

  private static func tail(_ namespaces: String, _ settings: String) -> String {
    #""linux":{"# + settings + #""namespaces":["# + namespaces + "],"
      + #""maskedPaths":["/proc/acpi","/proc/asound","/proc/kcore","/proc/keys","/proc/latency_stats","#
      + #""/proc/timer_list","/proc/timer_stats","/proc/sched_debug","/sys/firmware","/proc/scsi"],"#
      + #""readonlyPaths":["/proc/bus","/proc/fs","/proc/irq","/proc/sys","/proc/sysrq-trigger"]}}"#
  }
}
