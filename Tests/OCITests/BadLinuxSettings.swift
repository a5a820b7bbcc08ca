// Configurations with one thing wrong: the Linux section, limits and the system call filter.

import OCI

extension SpecValidationTests {
  static let linux: [BadSpec] = [
    BadSpec("linux.maskedPaths[1]: must be an absolute path") { $0.linux.maskedPaths = ["/a", "proc/x"] },
    BadSpec("linux.readonlyPaths[0]: must be an absolute path") { $0.linux.readonlyPaths = [""] },
    BadSpec("linux.maskedPaths: unable to restrict sys entries without a private MNT namespace") {
      $0.linux.namespaces.removeAll { $0.kind == .mount }
    },
    BadSpec("linux.devices[0].path: must be an absolute path") {
      $0.linux.devices = [DeviceNode(path: "fuse", kind: .character, major: 10, minor: 229)]
    },
    BadSpec("linux.devices[0]: has no possible device number") {
      $0.linux.devices = [DeviceNode(path: "/a", kind: .block, major: 4096, minor: 0)]
    },
    BadSpec("linux.devices[0]: has no possible device number") {
      $0.linux.devices = [DeviceNode(path: "/a", kind: .unbuffered, major: 0, minor: -1)]
    },
    BadSpec("linux.netDevices: unable to move network devices without a NET namespace") {
      $0.linux.namespaces.removeAll { $0.kind == .network }
      $0.linux.netDevices["eth0"] = NetDevice()
    },
    BadSpec(#"linux.netDevices: invalid network device name "a/b""#) { $0.linux.netDevices["a/b"] = NetDevice() },
    BadSpec(#"linux.netDevices: invalid network device name "..""#) {
      $0.linux.netDevices["a"] = NetDevice(name: "..")
    },
    BadSpec(#"linux.netDevices: invalid network device name "sixteen_letters_""#) {
      $0.linux.netDevices["sixteen_letters_"] = NetDevice()
    },
    BadSpec("linux.netDevices: network devices are not supported for rootless containers", .rootless) {
      $0 = .rootlessExample(withCgroupNamespace: true, uid: 1, gid: 1)
      $0.linux.namespaces.append(Namespace(kind: .network))
      $0.linux.netDevices["a"] = NetDevice()
    },
    BadSpec(
      "linux.cgroupsPath: expected cgroupsPath to be of format \"slice:prefix:name\" for systemd cgroups, "
        + "got \"/a/b\" instead", .systemdCgroup
    ) { $0.linux.cgroupsPath = "/a/b" },
    BadSpec(
      "linux.rootfsPropagation: rootfsPropagation of [r]private is not safe without pivot_root", .withoutPivotRoot
    ) { $0.linux.rootfsPropagation = .recursivelyPrivate },
    BadSpec(#"linux.intelRdt.closID: invalid intelRdt.ClosID "..""#) { $0.linux.intelRdt = IntelRDT(closID: "..") },
    BadSpec(#"linux.intelRdt.closID: invalid intelRdt.ClosID "a/b""#) { $0.linux.intelRdt = IntelRDT(closID: "a/b") },
    BadSpec("linux.memoryPolicy.nodes: memory policy mode requires 0 nodes but got 8") {
      $0.linux.memoryPolicy = MemoryPolicy(mode: .local, nodes: "0-7,3")
    },
    BadSpec("linux.memoryPolicy.nodes: memory policy mode requires at least one node but got 0") {
      $0.linux.memoryPolicy = MemoryPolicy(mode: .bind)
    },
    BadSpec(#"linux.memoryPolicy.nodes: invalid memory policy nodes "a": invalid range: "a""#) {
      $0.linux.memoryPolicy = MemoryPolicy(mode: .bind, nodes: "a")
    },
  ]

  static let resources: [BadSpec] = [
    BadSpec("linux.resources.devices[1]: device access at 1 field cannot be empty") {
      $0.linux.resources.devices.append(DeviceRule(allow: true, access: []))
    },
    BadSpec("linux.resources.devices[0]: has no possible device number") { $0.linux.resources.devices[0].major = -2 },
    BadSpec("linux.resources.memory.limit: must be -1 (no limit) or more") { $0.linux.resources.memory.limit = -2 },
    BadSpec(
      "linux.resources.memory.swappiness: invalid memory swappiness value: 101 (valid range is 0-100)"
    ) { $0.linux.resources.memory.swappiness = 101 },
    BadSpec("linux.resources.memory.swap: unable to set swap limit without memory limit", .cgroupV2) {
      $0.linux.resources.memory.swap = 5
    },
    BadSpec("linux.resources.memory.swap: memory+swap limit should be >= memory limit", .cgroupV2) {
      $0.linux.resources.memory.swap = 5
      $0.linux.resources.memory.limit = 6
    },
    BadSpec(
      #"linux.resources.hugepageLimits[0].pageSize: expected a size such as 2MB, found "../x""#
    ) { $0.linux.resources.hugepageLimits = [Resources.HugepageLimit(pageSize: "../x", limit: 1)] },
    BadSpec(#"linux.resources.rdma: "a\nb" is no name of a device"#) {
      $0.linux.resources.rdma["a\nb"] = Resources.RDMA(hcaHandles: 1)
    },
    BadSpec("linux.resources.network.priorities[0].name: is no name of an interface") {
      $0.linux.resources.network.priorities = [Resources.InterfacePriority(name: "a 1\nb", priority: 1)]
    },
    BadSpec("linux.resources.unified: invalid configuration: cannot use unified on cgroup v1", .cgroupV1) {
      $0.linux.resources.unified["memory.high"] = "1"
    },
    BadSpec(
      #"linux.resources.unified: unified resource "../memory.high" must be a file name (no slashes)"#
    ) { $0.linux.resources.unified["../memory.high"] = "1" },
    BadSpec(#"linux.resources.unified: unified resource "memory" must be in the form CONTROLLER.PARAMETER"#) {
      $0.linux.resources.unified["memory"] = "1"
    },
    BadSpec(#"linux.resources.unified: unified resource ".." must be in the form CONTROLLER.PARAMETER"#) {
      $0.linux.resources.unified[".."] = "1"
    },
  ]

  private static func filter(_ rule: Seccomp.Rule) -> Seccomp { Seccomp(defaultAction: .allow, syscalls: [rule]) }

  static let seccomp: [BadSpec] = [
    BadSpec("linux.seccomp.defaultAction: is missing") {
      $0.linux.seccomp = Seccomp(syscalls: [Seccomp.Rule(names: ["a"], action: .allow)])
    },
    BadSpec("linux.seccomp.defaultAction: SCMP_ACT_NOTIFY cannot be used as default action") {
      $0.linux.seccomp = Seccomp(defaultAction: .notify)
    },
    BadSpec("linux.seccomp.defaultErrnoRet: is not supported by SCMP_ACT_ALLOW") {
      $0.linux.seccomp = Seccomp(defaultAction: .allow, defaultErrnoRet: 1)
    },
    BadSpec("linux.seccomp.defaultErrnoRet: is too high") {
      $0.linux.seccomp = Seccomp(defaultAction: .errno, defaultErrnoRet: 4096)
    },
    BadSpec("linux.seccomp.syscalls[0].names: must name a system call") {
      $0.linux.seccomp = filter(Seccomp.Rule(names: [], action: .log))
    },
    BadSpec("linux.seccomp.syscalls[0].names: empty string is not a valid syscall") {
      $0.linux.seccomp = filter(Seccomp.Rule(names: ["a", ""], action: .log))
    },
    BadSpec("linux.seccomp.syscalls[0].action: SCMP_ACT_NOTIFY cannot be used for the write syscall") {
      $0.linux.seccomp = filter(Seccomp.Rule(names: ["a", "write"], action: .notify))
    },
    BadSpec("linux.seccomp.syscalls[0].errnoRet: is not supported by SCMP_ACT_KILL") {
      $0.linux.seccomp = filter(Seccomp.Rule(names: ["a"], action: .kill, errnoRet: 1))
    },
    BadSpec("linux.seccomp.syscalls[0].args[1].index: a system call has the arguments 0 to 5") {
      $0.linux.seccomp = filter(
        Seccomp.Rule(
          names: ["a"], action: .log,
          arguments: [Seccomp.Argument(index: 5, value: 0), Seccomp.Argument(index: 6, value: 0)]))
    },
    BadSpec("linux.seccomp.listenerMetadata: must not be set without listenerPath") {
      $0.linux.seccomp = Seccomp(defaultAction: .allow, listenerMetadata: "x")
    },
    BadSpec("linux.seccomp.listenerPath: SCMP_ACT_NOTIFY needs it") {
      $0.linux.seccomp = filter(Seccomp.Rule(names: ["mkdir"], action: .notify))
    },
  ]
}
