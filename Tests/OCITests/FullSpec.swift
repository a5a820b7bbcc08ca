// A configuration in which every field is set.

import OCI

/// A configuration in which every field differs from its default.
enum FullSpec {
  static var value: Spec {
    var spec = Spec(version: "1.2.0", process: process, root: Root(path: "rootfs", readonly: true))
    spec.hostname = "host"
    spec.domainname = "domain"
    spec.mounts = [
      Mount(
        destination: "/data", type: "none", source: "/src", options: ["rbind", "idmap"],
        uidMappings: mapping, gidMappings: mapping)
    ]
    let hook = Hook(path: "/bin/hook", args: ["hook", "x"], env: ["A=B"], timeoutSeconds: 3)
    spec.hooks = Hooks(
      prestart: [hook], createRuntime: [hook], createContainer: [hook], startContainer: [hook], poststart: [hook],
      poststop: [hook])
    spec.annotations["com.example.<key>"] = "value \u{1f600}\n\"quoted\""
    spec.linux = linux
    return spec
  }

  private static let mapping = [IDMapping(containerID: 0, hostID: 100_000, size: 65536)]

  private static var process: OCI.Process {
    OCI.Process(
      terminal: true, consoleSize: ConsoleSize(height: 24, width: 80),
      user: User(uid: 1, gid: 2, umask: 0o22, additionalGids: [3, 4]), args: ["sh", "-c", ""],
      env: ["PATH=/bin", "X="],
      cwd: "/tmp",
      capabilities: CapabilitySets(
        bounding: ["CAP_KILL"], effective: ["CAP_KILL"], inheritable: ["CAP_KILL"], permitted: ["CAP_KILL"],
        ambient: ["CAP_KILL"]),
      rlimits: [Rlimit(kind: .openFiles, soft: 1, hard: .max)], noNewPrivileges: true, apparmorProfile: "profile",
      oomScoreAdj: -5,
      scheduler: Scheduler(
        policy: .deadline, nice: -3, priority: 4, flags: [.reclaim, .resetOnFork], runtime: 1, deadline: 2, period: 3),
      selinuxLabel: "label", ioPriority: IOPriority(priorityClass: .idle, priority: 3),
      execCPUAffinity: CPUAffinity(initial: "0-3,7", final: "1"))
  }

  private static var linux: LinuxSettings {
    LinuxSettings(
      uidMappings: mapping, gidMappings: mapping,
      sysctl: Sysctl([Sysctl.Entry(key: "net.ipv4.ip_forward", value: "1")]), resources: resources,
      cgroupsPath: "system.slice:apus:id",
      namespaces: NamespaceKind.names.compactMap(NamespaceKind.init(name:)).map { kind in
        Namespace(kind: kind, path: kind == .pid ? "/proc/1/ns/pid" : nil)
      },
      devices: [DeviceNode(path: "/dev/x", kind: .unbuffered, major: 10, minor: 229, fileMode: 0o600, uid: 1, gid: 2)],
      netDevices: OrderedMap([OrderedMap.Entry(key: "eth0", value: NetDevice(name: "eth%d"))]), seccomp: seccomp,
      rootfsPropagation: .recursivelySlave, maskedPaths: ["/proc/kcore"], readonlyPaths: ["/proc/sys"],
      mountLabel: "label",
      intelRdt: IntelRDT(
        closID: "class", schemata: ["L3:0=f"], l3CacheSchema: "L3:0=ff", memBwSchema: "MB:0=2", enableMonitoring: true),
      memoryPolicy: MemoryPolicy(mode: .weightedInterleave, nodes: "0-1", flags: [.staticNodes]),
      personality: Personality(domain: .linux32, flags: ["x"]),
      timeOffsets: OrderedMap([OrderedMap.Entry(key: "boottime", value: TimeOffset(seconds: -7, nanoseconds: 8))]))
  }

  private static var seccomp: Seccomp {
    Seccomp(
      defaultAction: .errno, defaultErrnoRet: 38, architectures: [.amd64, .x32], flags: [.log, .specAllow],
      listenerPath: "/run/agent", listenerMetadata: "metadata",
      syscalls: [
        Seccomp.Rule(
          names: ["clone", "unshare"], action: .trace, errnoRet: 5,
          arguments: [Seccomp.Argument(index: 5, value: .max, valueTwo: 6, comparison: .maskedEqual)]),
        Seccomp.Rule(names: ["mkdir"], action: .notify),
      ])
  }

  private static var resources: Resources {
    var resources = Resources()
    resources.devices = [DeviceRule(allow: true, kind: .block, major: 8, minor: -1, access: [.read, .makeNode])]
    resources.memory = Resources.Memory(
      limit: 1 << 30, reservation: 1 << 29, swap: 1 << 31, kernel: -1, kernelTCP: 5, swappiness: 60,
      disableOOMKiller: false, useHierarchy: true, checkBeforeUpdate: true)
    resources.cpu = Resources.CPU(
      shares: 1024, quota: -1, burst: 7, period: 100_000, realtimeRuntime: 8, realtimePeriod: 9, cpus: "0-1", mems: "0",
      idle: 0)
    resources.pids.limit = 0
    let throttle = [Resources.ThrottleDevice(major: 8, minor: 16, rate: 600)]
    resources.blockIO = Resources.BlockIO(
      weight: 10, leafWeight: 20,
      weightDevice: [Resources.WeightDevice(major: 8, minor: 0, weight: 500, leafWeight: 300)],
      throttleReadBpsDevice: throttle, throttleWriteBpsDevice: throttle, throttleReadIOPSDevice: throttle,
      throttleWriteIOPSDevice: throttle)
    resources.hugepageLimits = [Resources.HugepageLimit(pageSize: "2MB", limit: 1 << 21)]
    resources.network = Resources.Network(
      classID: 1, priorities: [Resources.InterfacePriority(name: "eth0", priority: 500)])
    resources.rdma = OrderedMap([
      OrderedMap.Entry(key: "mlx5_1", value: Resources.RDMA(hcaHandles: 3, hcaObjects: 4))
    ])
    resources.unified = OrderedMap([OrderedMap.Entry(key: "memory.high", value: "1000")])
    return resources
  }
}
