// Plans that tests look at.

import Linux
import OCI

@testable import ContainerRuntime

/// Plans that tests look at; together they hold every step.
enum SamplePlan {
  private static let cgroup = Cgroup(directories: [
    CgroupDirectory(controllers: ["memory"], mountPoint: "/sys/fs/cgroup/memory", path: "sample")
  ])

  static func plan(_ spec: Spec) throws -> [SetupStep] {
    let layout = try RootfsLayout(spec: spec, bundle: "/bundle", noPivot: false, cgroup: cgroup)
    let process = try ProcessPlan(spec.process ?? Process(), spec.linux, spec.linux.filterNeed, try spec.landlock())
    let request = SetupRequest(id: "sample", rootfs: layout, options: [.joinsCgroups, .awaitsCgroup])
    return try setupPlan(for: request, of: spec, process)
  }

  static func dockerSpec() -> Spec {
    var spec = Spec()
    spec.root.path = "rootfs"
    spec.hostname = "sample"
    spec.domainname = "example"
    var process = Process()
    process.args = ["sh"]
    process.cwd = "/made"
    process.terminal = true
    process.noNewPrivileges = true
    process.oomScoreAdj = 100
    process.rlimits = [Rlimit(kind: .openFiles, soft: 64, hard: 64)]
    process.capabilities = CapabilitySets(bounding: ["CAP_KILL"], effective: ["CAP_KILL"], permitted: ["CAP_KILL"])
    process.scheduler = Scheduler(policy: .batch, nice: 5)
    process.ioPriority = IOPriority(priorityClass: .idle, priority: 0)
    spec.process = process
    spec.mounts = [Mount(destination: "/proc", type: "proc", source: "proc")]
    spec.hooks.createRuntime = [Hook(path: "/bin/true")]
    spec.hooks.createContainer = [Hook(path: "/bin/true")]
    spec.hooks.startContainer = [Hook(path: "/bin/true")]
    spec.linux.namespaces = [.mount, .pid, .network, .ipc, .uts, .cgroup, .time].map { Namespace(kind: $0) }
    spec.linux.timeOffsets = OrderedMap([.init(key: "monotonic", value: TimeOffset(seconds: -7, nanoseconds: 5))])
    spec.linux.netDevices = OrderedMap([.init(key: "eth7", value: NetDevice())])
    spec.linux.sysctl = Sysctl([Sysctl.Entry(key: "net.ipv4.ip_forward", value: "1")])
    spec.linux.readonlyPaths = ["/proc/sys"]
    spec.linux.maskedPaths = ["/proc/kcore"]
    spec.linux.seccomp = Seccomp()
    spec.linux.personality = Personality(domain: .linux32)
    spec.linux.memoryPolicy = MemoryPolicy(mode: .interleave, nodes: "0-1", flags: [.staticNodes])
    return spec
  }

  static func docker() throws -> [SetupStep] { try plan(dockerSpec()) }

  static func withUserNamespace() throws -> [SetupStep] {
    var spec = dockerSpec()
    spec.linux.namespaces.append(Namespace(kind: .user))
    spec.linux.uidMappings = [IDMapping(containerID: 0, hostID: 100_000, size: 1000)]
    spec.linux.gidMappings = spec.linux.uidMappings
    return try plan(spec)
  }

  static func withJoinedNamespaces() throws -> [SetupStep] {
    var spec = dockerSpec()
    spec.linux.namespaces = [Namespace(kind: .mount), Namespace(kind: .network, path: "/run/netns/sample")]
    spec.linux.timeOffsets = OrderedMap()
    return try plan(spec)
  }

  static func exec() throws -> [SetupStep] {
    let process = dockerSpec().process ?? Process()
    let linux = dockerSpec().linux
    let setup = ExecSetup(id: "sample", process: process, namespaces: [.mount, .user], joinsCgroups: true)
    return execPlan(for: setup, try ProcessPlan(process, linux, linux.filterNeed, try dockerSpec().landlock()))
  }

  static func withLandlock() throws -> [SetupStep] {
    var spec = dockerSpec()
    spec.annotations[Landlock.annotation] = #"{"ruleset": {"scoped": ["signal"]}}"#
    return try plan(spec)
  }

  static func all() throws -> [[SetupStep]] {
    [try docker(), try withUserNamespace(), try withJoinedNamespaces(), try exec(), try withLandlock()]
  }
}
