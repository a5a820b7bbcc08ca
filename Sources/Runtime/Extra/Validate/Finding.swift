// What is wrong, or doubtful, about a bundle.

internal import OCI

/// How much a finding weighs.
enum FindingLevel {
  /// The specification recommends otherwise (RFC 2119).
  case should
  /// The specification demands otherwise, or no kernel could do it: `create` refuses the bundle.
  case must
  /// This host cannot do it.
  case host

  var text: String {
    switch self {
    case .should: return "SHOULD"
    case .must: return "MUST"
    case .host: return "HOST"
    }
  }
}

/// What is wrong, or doubtful, about a bundle.
struct Finding {
  let level: FindingLevel
  /// The field of config.json, such as `process.cwd`; empty for the document as a whole.
  let field: String
  /// One sentence in lower case, without a full stop.
  let reason: String

  init(_ level: FindingLevel, _ field: String, _ reason: String) {
    self.level = level
    self.field = field
    self.reason = reason
  }

  init(_ level: FindingLevel, _ error: SpecError) {
    let place = error.line > 0 ? sentence(" (line %, column %)", decimal(error.line), decimal(error.column)) : ""
    self.init(level, error.path, error.reason + place)
  }

  /// A warning, which begins with its field where it is about one.
  init(warning: String) {
    let bytes = [UInt8](warning.utf8)[...]
    if let end = bytes.firstIndex(of: UInt8(ascii: ":")), hasPrefix(warning, "mounts[") || hasPrefix(warning, "linux.")
    {
      self.init(.should, text(bytes[..<end]), text(bytes[(end + 2)...]))
    } else {
      self.init(.should, hasPrefix(warning, "ignoring unknown or") ? "process.capabilities" : "linux", warning)
    }
  }

  /// The section of the specification that the field is in, such as `config.md#process`.
  var section: String {
    for (beginning, section) in sections where hasPrefix(field, beginning) { return section }
    return "config.md"
  }
}

/// The sections by the beginnings of fields, the longer ones first.
private let sections: [(String, String)] = [
  ("ociVersion", "config.md#specification-version"), ("root", "config.md#root"), ("mounts", "config.md#mounts"),
  ("process.user", "config.md#posix-platform-user"), ("process.rlimits", "config.md#posix-process"),
  ("process.capabilities", "config.md#linux-process"), ("process.apparmorProfile", "config.md#linux-process"),
  ("process.oomScoreAdj", "config.md#linux-process"), ("process.scheduler", "config.md#linux-process"),
  ("process.selinuxLabel", "config.md#linux-process"), ("process.ioPriority", "config.md#linux-process"),
  ("process.execCPUAffinity", "config.md#linux-process"), ("process", "config.md#process"),
  ("hostname", "config.md#hostname"), ("domainname", "config.md#domainname"),
  ("hooks", "config.md#posix-platform-hooks"),
  ("annotations", "config.md#annotations"),
  ("linux.namespaces", "config-linux.md#namespaces"),
  ("linux.timeOffsets", "config-linux.md#offset-for-time-namespace"),
  ("linux.uidMappings", "config-linux.md#user-namespace-mappings"),
  ("linux.gidMappings", "config-linux.md#user-namespace-mappings"),
  ("linux.devices", "config-linux.md#devices"), ("linux.netDevices", "config-linux.md#network-devices"),
  ("linux.cgroupsPath", "config-linux.md#cgroups-path"), ("linux.resources.memory", "config-linux.md#memory"),
  ("linux.resources.cpu", "config-linux.md#cpu"), ("linux.resources.blockIO", "config-linux.md#block-io"),
  ("linux.resources.hugepageLimits", "config-linux.md#huge-page-limits"),
  ("linux.resources.network", "config-linux.md#network"), ("linux.resources.pids", "config-linux.md#pids"),
  ("linux.resources.rdma", "config-linux.md#rdma"), ("linux.resources.unified", "config-linux.md#unified"),
  ("linux.resources.devices", "config-linux.md#allowed-device-list"),
  ("linux.resources", "config-linux.md#control-groups"), ("linux.intelRdt", "config-linux.md#intelrdt"),
  ("linux.memoryPolicy", "config-linux.md#memory-policy"), ("linux.sysctl", "config-linux.md#sysctl"),
  ("linux.seccomp", "config-linux.md#seccomp"),
  ("linux.rootfsPropagation", "config-linux.md#rootfs-mount-propagation"),
  ("linux.maskedPaths", "config-linux.md#masked-paths"), ("linux.readonlyPaths", "config-linux.md#readonly-paths"),
  ("linux.mountLabel", "config-linux.md#mount-label"), ("linux.personality", "config-linux.md#personality"),
  ("linux", "config-linux.md"),
]
