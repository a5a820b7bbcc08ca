// Configurations with one thing wrong: general fields, the process, namespaces and mounts.

import OCI

extension SpecValidationTests {
  static let general: [BadSpec] = [
    BadSpec("ociVersion: is missing") { $0.version = "" },
    BadSpec(#"ociVersion: version "2.0.0" is not supported, only 1.x.y is"#) { $0.version = "2.0.0" },
    BadSpec(#"ociVersion: version "0.2.0" is not supported, only 1.x.y is"#) { $0.version = "0.2.0" },
    BadSpec("root.path: root must be specified") { $0.root = Root() },
    BadSpec("process: process property must not be empty") { $0.process = nil },
    BadSpec("hostname: unable to set hostname without a private UTS namespace") { $0.drop(.uts) },
    BadSpec("domainname: unable to set domainname without a private UTS namespace") {
      $0.drop(.uts)
      $0.hostname = ""
      $0.domainname = "d"
    },
    BadSpec("hostname: is longer than 64 bytes") { $0.hostname = String(repeating: "ä", count: 33) },
    BadSpec("hooks.prestart[0].path: must be an absolute path") { $0.hooks.prestart = [Hook(path: "bin/x")] },
    BadSpec("hooks.poststop[1].path: must be an absolute path") {
      $0.hooks.poststop = [Hook(path: "/x"), Hook(path: "")]
    },
    BadSpec("hooks.createContainer[0].timeout: must be greater than zero") {
      $0.hooks.createContainer = [Hook(path: "/x", timeoutSeconds: 0)]
    },
  ]

  static let process: [BadSpec] = [
    BadSpec("process.cwd: Cwd property must not be empty") { $0.process?.cwd = "" },
    BadSpec("process.cwd: Cwd must be an absolute path") { $0.process?.cwd = "./x" },
    BadSpec("process.args: args must not be empty") { $0.process?.args = [] },
    BadSpec("process.env[1]: invalid environment variable: missing '='") { $0.process?.env = ["A=", "B"] },
    BadSpec("process.env[0]: invalid environment variable: name cannot be empty") { $0.process?.env = ["=B"] },
    BadSpec("process.user.uid: 4294967295 is no id") { $0.process?.user.uid = .max },
    BadSpec("process.user.gid: 4294967295 is no id") { $0.process?.user.gid = .max },
    BadSpec("process.user.additionalGids[1]: 4294967295 is no id") { $0.process?.user.additionalGids = [1, .max] },
    BadSpec("process.rlimits[1]: RLIMIT_NOFILE is given twice") {
      $0.process?.rlimits.append(Rlimit(kind: .openFiles, soft: 1, hard: 1))
    },
    BadSpec("process.rlimits[0].soft: is higher than the hard limit") { $0.process?.rlimits[0].soft = .max },
    BadSpec("process.oomScoreAdj: expected -1000 to 1000, found 1001") { $0.process?.oomScoreAdj = 1001 },
    BadSpec("process.oomScoreAdj: expected -1000 to 1000, found -1001") { $0.process?.oomScoreAdj = -1001 },
    BadSpec("process.consoleSize: a terminal has at most 65535 rows and columns") {
      $0.process?.consoleSize = ConsoleSize(height: 1, width: 65536)
    },
    BadSpec("process.scheduler.nice: invalid scheduler.nice: 20 when scheduler.policy is SCHED_BATCH") {
      $0.process?.scheduler = Scheduler(policy: .batch, nice: 20)
    },
    BadSpec(
      "process.scheduler.priority: scheduler.priority can only be specified for SchedFIFO or SchedRR policy"
    ) { $0.process?.scheduler = Scheduler(policy: .other, priority: 1) },
    BadSpec(
      "process.scheduler: scheduler runtime/deadline/period can only be specified for SchedDeadline policy"
    ) { $0.process?.scheduler = Scheduler(policy: .fifo, priority: 1, period: 1) },
    BadSpec("process.ioPriority: invalid ioPriority.Priority: 8") {
      $0.process?.ioPriority = IOPriority(priorityClass: .realtime, priority: 8)
    },
    BadSpec(#"process.execCPUAffinity.final: bad CPUAffinity.Final: invalid range: "3-1""#) {
      $0.process?.execCPUAffinity = CPUAffinity(initial: "0", final: "3-1")
    },
  ]

  static let namespaces: [BadSpec] = [
    BadSpec(#"linux.namespaces[6]: malformed spec file: duplicated ns "pid""#) {
      $0.linux.namespaces.append(Namespace(kind: .pid, path: "/x"))
    },
    BadSpec("linux.namespaces[0].path: must be an absolute path") { $0.linux.namespaces[0].path = "x" },
    BadSpec(
      "linux.uidMappings: user namespace mappings specified, but user namespace isn't enabled in the config"
    ) { $0.linux.uidMappings = [IDMapping(containerID: 0, hostID: 0, size: 1)] },
    BadSpec(
      "linux.uidMappings: user namespaces enabled, but no namespace path to join nor mappings to apply specified"
    ) { $0.linux.namespaces.append(Namespace(kind: .user)) },
    BadSpec("linux.gidMappings: user namespaces enabled, but no gid mappings found") {
      $0.linux.namespaces.append(Namespace(kind: .user))
      $0.linux.uidMappings = [IDMapping(containerID: 0, hostID: 0, size: 1)]
    },
    BadSpec("linux.uidMappings: user namespaces enabled, but no mapping found for uid 0") {
      $0.map([IDMapping(containerID: 1, hostID: 0, size: 5)])
    },
    BadSpec("linux.uidMappings[0].size: must not be 0") { $0.map([IDMapping(containerID: 0, hostID: 0, size: 0)]) },
    BadSpec("linux.uidMappings[0]: goes beyond the id 4294967294") {
      $0.map([IDMapping(containerID: 0, hostID: 1, size: .max)])
    },
    BadSpec("linux.uidMappings[1]: overlaps with an earlier range") {
      $0.map([IDMapping(containerID: 0, hostID: 0, size: 2), IDMapping(containerID: 1, hostID: 10, size: 1)])
    },
    BadSpec("linux.uidMappings[1]: overlaps with an earlier range") {
      $0.map([IDMapping(containerID: 0, hostID: 10, size: 2), IDMapping(containerID: 5, hostID: 9, size: 2)])
    },
    BadSpec("linux.uidMappings: has more than 340 ranges") {
      $0.map((0...340).map { IDMapping(containerID: $0, hostID: $0, size: 1) })
    },
    BadSpec("linux.namespaces: rootless container requires user namespaces", .rootless) { _ in },
    BadSpec(
      "linux.timeOffsets: time namespace offsets specified, but time namespace isn't enabled in the config"
    ) { $0.linux.timeOffsets["boottime"] = TimeOffset(seconds: 1) },
    BadSpec(
      "linux.timeOffsets: time namespace enabled, but both namespace path and time offsets specified"
        + " -- you may only provide one"
    ) {
      $0.linux.namespaces.append(Namespace(kind: .time, path: "/x"))
      $0.linux.timeOffsets["boottime"] = TimeOffset(seconds: 1)
    },
    BadSpec(#"linux.timeOffsets: "realtime" is no clock of a time namespace"#) {
      $0.linux.namespaces.append(Namespace(kind: .time))
      $0.linux.timeOffsets["realtime"] = TimeOffset(seconds: 1)
    },
    BadSpec("linux.timeOffsets.monotonic.nanosecs: is not below 10^9") {
      $0.linux.namespaces.append(Namespace(kind: .time))
      $0.linux.timeOffsets["monotonic"] = TimeOffset(seconds: 1, nanoseconds: 1_000_000_000)
    },
  ]

  static let mounts: [BadSpec] = [
    BadSpec("mounts[0].destination: mount destination must not be empty") { $0.mounts[0].destination = "" },
    BadSpec("mounts[7]: a bind mount needs a source") {
      $0.mounts.append(Mount(destination: "/a", options: ["ro", "rbind"]))
    },
    BadSpec("mounts[7]: id-mapped mounts are only supported for bind-mounts") {
      $0.mounts.append(Mount(destination: "/a", type: "tmpfs", options: ["ridmap"]))
    },
    BadSpec("mounts[7]: id-mapped mounts must have both uid and gid mappings specified") {
      $0.mounts.append(Mount(destination: "/a", source: "/b", options: ["bind", "idmap"]))
    },
    BadSpec("mounts[7]: id-mapped mounts must have both uid and gid mappings specified") {
      $0.mounts.append(
        Mount(
          destination: "/a", source: "/b", options: ["bind"],
          uidMappings: [IDMapping(containerID: 0, hostID: 1, size: 1)]))
    },
    BadSpec("mounts[7].uidMappings[0].size: must not be 0") {
      let empty = [IDMapping(containerID: 0, hostID: 1, size: 0)]
      $0.mounts.append(
        Mount(destination: "/a", source: "/b", options: ["bind"], uidMappings: empty, gidMappings: empty))
    },
    BadSpec("mounts[7]: id-mapped mounts are not supported for rootless containers", .rootless) {
      $0 = .rootlessExample(withCgroupNamespace: true, uid: 1, gid: 1)
      $0.mounts.append(Mount(destination: "/a", source: "/b", options: ["bind", "idmap"]))
    },
    BadSpec("mounts[7]: cannot specify gid=5 mount option for rootless container: not mapped", .rootless) {
      $0 = .rootlessExample(withCgroupNamespace: true, uid: 1, gid: 1)
      $0.mounts.append(Mount(destination: "/a", type: "tmpfs", options: ["uid=0", "gid=5"]))
    },
  ]
}

extension Spec {
  fileprivate mutating func drop(_ kind: NamespaceKind) {
    linux.namespaces.removeAll { $0.kind == kind }
  }

  fileprivate mutating func map(_ mapping: [IDMapping]) {
    linux.namespaces.append(Namespace(kind: .user))
    linux.uidMappings = mapping
    linux.gidMappings = mapping
  }
}
