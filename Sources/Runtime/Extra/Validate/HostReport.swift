// What this host cannot do of a configuration.

internal import Linux
internal import OCI

/// What this host cannot do of a configuration; found by looking, nothing is tried.
struct HostReport {
  private(set) var findings: [Finding] = []

  mutating func check(_ spec: Spec, bundle: String) throws(RuntimeError) {
    for (index, namespace) in spec.linux.namespaces.enumerated() {
      check(namespace, numbered("linux.namespaces[", Int32(index), "]"))
    }
    try checkMounts(spec.mounts, bundle)
    checkHooks(spec.hooks)
    if let process = spec.process { checkProcess(process) }
    try checkControllers(spec.linux.resources)
    for (index, page) in spec.linux.resources.hugepageLimits.enumerated() {
      require(
        "/sys/kernel/mm/hugepages/hugepages-" + kilobytes(page.pageSize) + "kB",
        numbered("linux.resources.hugepageLimits[", Int32(index), "].pageSize"), "this host has no huge pages of ",
        page.pageSize)
    }
    for entry in spec.linux.sysctl.entries {
      guard let path = try? SysctlPath(entry.key) else { continue }
      require("/proc/" + path.text, "linux.sysctl", "this kernel has no parameter ", entry.key)
    }
    for entry in spec.linux.netDevices.entries {
      require("/sys/class/net/" + entry.key, "linux.netDevices", "this host has no network device ", entry.key)
    }
    if let seccomp = spec.linux.seccomp { checkSeccomp(seccomp) }
    checkLandlock(spec)
    if spec.linux.intelRdt != nil, (try? ResctrlPlan.mountPoint())?.utf8.isEmpty ?? true {
      add("linux.intelRdt", "no resctrl file system is mounted")
    }
  }

  private mutating func add(_ field: String, _ reason: String) { findings.append(Finding(.host, field, reason)) }

  private mutating func require(_ path: String, _ field: String, _ reason: String, _ what: String) {
    if !exists(path) { add(field, reason + what) }
  }

  private func exists(_ path: String) -> Bool {
    (try? Descriptor.workingDirectory.status(of: path, followLinks: true)) != nil
  }

  private func holdsWord(_ word: String, _ path: String) -> Bool {
    guard let bytes = try? Descriptor.workingDirectory.readFile(path, limit: 1 << 20) else { return false }
    for found in pieces(bytes[...], { $0 <= 0x20 }) where isSame(found, word) { return true }
    return false
  }

  private mutating func check(_ namespace: Namespace, _ field: String) {
    if let path = namespace.path { return require(path, field + ".path", "this host has no file ", path) }
    let file = namespace.kind == .network ? "net" : namespace.kind == .mount ? "mnt" : namespace.kind.name
    require("/proc/self/ns/" + file, field, "this kernel has no namespaces of the type ", namespace.kind.name)
    if namespace.kind == .user, holdsWord("0", "/proc/sys/user/max_user_namespaces") {
      add(field, "user namespaces are forbidden by user.max_user_namespaces")
    }
  }

  private mutating func checkMounts(_ mounts: [Mount], _ bundle: String) throws(RuntimeError) {
    for (index, mount) in mounts.enumerated() {
      let field = numbered("mounts[", Int32(index), "]")
      if mount.isBind || sameBytes(mount.type, "bind") {
        let source = hasPrefix(mount.source, "/") ? mount.source : bundle + "/" + mount.source
        require(source, field + ".source", "this host has no file ", source)
      } else if !mount.type.utf8.isEmpty, !sameBytes(mount.type, "cgroup"), !holdsWord(mount.type, "/proc/filesystems")
      {
        // A module may bring it.
        add(field + ".type", "this kernel has no file system " + mount.type + " as yet")
      }
    }
  }

  /// Those that are found by the host's paths.
  private mutating func checkHooks(_ hooks: Hooks) {
    for (name, list) in [
      ("prestart", hooks.prestart), ("createRuntime", hooks.createRuntime), ("createContainer", hooks.createContainer),
      ("poststart", hooks.poststart), ("poststop", hooks.poststop),
    ] {
      for (index, hook) in list.enumerated() {
        let field = joined(["hooks.", name, numbered("[", Int32(index), "].path")])
        guard let status = try? Descriptor.workingDirectory.status(of: hook.path, followLinks: true) else {
          add(field, "this host has no file " + hook.path)
          continue
        }
        if status.kind != .regular || status.permissions & 0o111 == 0 { add(field, hook.path + " is not executable") }
      }
    }
  }

  private mutating func checkProcess(_ process: Process) {
    if let sets = process.capabilities {
      let supported = CapabilityPlan.supportedByKernel()
      for name in sets.bounding + sets.effective + sets.permitted + sets.inheritable + sets.ambient
      where OCI.Capability.bits(of: [name]) & ~supported != 0 {
        add("process.capabilities", "this kernel does not know " + name)
      }
    }
    let profile = process.apparmorProfile
    if !profile.utf8.isEmpty, !sameBytes(profile, "unconfined") {
      require("/sys/kernel/security/apparmor", "process.apparmorProfile", "this kernel runs no AppArmor for ", profile)
    }
    if !process.selinuxLabel.utf8.isEmpty {
      require(
        "/sys/fs/selinux/enforce", "process.selinuxLabel", "this kernel runs no SELinux for ", process.selinuxLabel)
    }
  }

  private mutating func checkControllers(_ resources: Resources) throws(RuntimeError) {
    let layout = try CgroupLayout.detect()
    let isV2 = layout.kind == .v2
    var wanted: [(String, Bool)] = [
      ("memory", resources.memory != Resources.Memory()), ("cpu", resources.cpu.wantsTime),
      ("cpuset", !resources.cpu.cpus.utf8.isEmpty || !resources.cpu.mems.utf8.isEmpty),
      ("pids", resources.pids.limit != nil), (isV2 ? "io" : "blkio", resources.blockIO != Resources.BlockIO()),
      ("hugetlb", !resources.hugepageLimits.isEmpty), ("rdma", !resources.rdma.isEmpty),
    ]
    if !isV2 {
      wanted.append(("net_cls", resources.network.classID != nil))
      wanted.append(("net_prio", !resources.network.priorities.isEmpty))
      wanted.append(("devices", !resources.devices.isEmpty))
    }
    for (controller, isWanted) in wanted where isWanted && !HostReport.has(controller, layout) {
      add("linux.resources", "this host has no cgroup controller " + controller)
    }
  }

  private static func has(_ controller: String, _ layout: CgroupLayout) -> Bool {
    for hierarchy in layout.hierarchies {
      for name in hierarchy.controllers where sameBytes(name, controller) { return true }
      guard hierarchy.isUnified else { continue }
      let list = try? Descriptor.workingDirectory.readFile(hierarchy.mountPoint + "/cgroup.controllers")
      for name in pieces((list ?? [])[...], { $0 <= 0x20 }) where isSame(name, controller) { return true }
    }
    return false
  }

  /// `2MB` as the `2048` in names of the kernel; sizes are powers of 1024.
  private func kilobytes(_ size: String) -> String {
    let bytes = [UInt8](size.utf8)[...]
    guard let end = bytes.firstIndex(where: { $0 < UInt8(ascii: "0") || $0 > UInt8(ascii: "9") }),
      let count = digits(bytes[..<end], atMost: 1 << 30)
    else { return size }
    let shift: UInt64 = bytes[end] == UInt8(ascii: "G") ? 20 : bytes[end] == UInt8(ascii: "M") ? 10 : 0
    return decimal(Int(count << shift))
  }

  /// A text that is wrong is found elsewhere.
  private mutating func checkLandlock(_ spec: Spec) {
    guard let landlock = try? spec.landlock() else { return }
    guard let version = try? landlockVersion() else {
      return add("annotations." + Landlock.annotation, "this kernel has no Landlock")
    }
    if let refusal = landlock.refusal(version: version) { add(refusal.path, refusal.reason) }
  }

  private mutating func checkSeccomp(_ seccomp: Seccomp) {
    for flag in seccomp.flags ?? [] {
      var isSupported = false
      for name in SeccompProgram.supportedFlags where sameBytes(name, flag.name) { isSupported = true }
      if !isSupported { add("linux.seccomp.flags", "this kernel does not take " + flag.name) }
    }
    for rule in seccomp.syscalls {
      if sameBytes(rule.action.name, "SCMP_ACT_NOTIFY"),
        !holdsWord("user_notif", "/proc/sys/kernel/seccomp/actions_avail")
      {
        return add("linux.seccomp.syscalls", "this kernel cannot do SCMP_ACT_NOTIFY")
      }
    }
  }
}

extension Resources.CPU {
  /// Whether anything but a choice of processors is asked for.
  fileprivate var wantsTime: Bool {
    var rest = self
    (rest.cpus, rest.mems) = ("", "")
    return rest != Resources.CPU()
  }
}
