// The user's process.

/// The process that runs in the container: config.json's `process` and the file given to `exec --process`.
public struct Process: JSONObject, Equatable, Sendable {
  /// Whether the process gets a pseudoterminal.
  public var terminal: Bool = false
  /// The size of that terminal.
  public var consoleSize: ConsoleSize?
  /// Who the process is, in the ids of the container.
  public var user: User = User()
  /// The executable and its arguments.
  public var args: [String] = []
  /// The environment as `NAME=value`.
  public var env: [String] = []
  /// The working directory, absolute in the container.
  public var cwd: String = ""
  /// The capability sets; absent means none at all.
  public var capabilities: CapabilitySets?
  /// Resource limits, each kind at most once.
  public var rlimits: [Rlimit] = []
  /// Whether execve may never add privileges (PR_SET_NO_NEW_PRIVS).
  public var noNewPrivileges: Bool = false
  /// The AppArmor profile, empty for none.
  public var apparmorProfile: String = ""
  /// The value for /proc/PID/oom_score_adj, -1000 to 1000; absent leaves it alone.
  public var oomScoreAdj: Int32?
  /// Scheduling attributes (sched_setattr(2)).
  public var scheduler: Scheduler?
  /// The SELinux context, empty for none.
  public var selinuxLabel: String = ""
  /// The I/O priority (ioprio_set(2)).
  public var ioPriority: IOPriority?
  /// The CPUs on which `exec` runs.
  public var execCPUAffinity: CPUAffinity?

  public init() {}

  public init(
    terminal: Bool = false,
    consoleSize: ConsoleSize? = nil,
    user: User = User(),
    args: [String] = [],
    env: [String] = [],
    cwd: String = "",
    capabilities: CapabilitySets? = nil,
    rlimits: [Rlimit] = [],
    noNewPrivileges: Bool = false,
    apparmorProfile: String = "",
    oomScoreAdj: Int32? = nil,
    scheduler: Scheduler? = nil,
    selinuxLabel: String = "",
    ioPriority: IOPriority? = nil,
    execCPUAffinity: CPUAffinity? = nil
  ) {
    self.terminal = terminal
    self.consoleSize = consoleSize
    self.user = user
    self.args = args
    self.env = env
    self.cwd = cwd
    self.capabilities = capabilities
    self.rlimits = rlimits
    self.noNewPrivileges = noNewPrivileges
    self.apparmorProfile = apparmorProfile
    self.oomScoreAdj = oomScoreAdj
    self.scheduler = scheduler
    self.selinuxLabel = selinuxLabel
    self.ioPriority = ioPriority
    self.execCPUAffinity = execCPUAffinity
  }

  public mutating func fields(_ json: JSONCoder) throws(SpecError) {
    try json.field("terminal", &terminal)
    try json.field("consoleSize", &consoleSize)
    try json.field("user", &user, .always)
    try json.field("args", &args)
    try json.field("env", &env)
    try json.field("cwd", &cwd, .always)
    try json.field("capabilities", &capabilities)
    try json.field("rlimits", &rlimits)
    try json.field("noNewPrivileges", &noNewPrivileges)
    try json.field("apparmorProfile", &apparmorProfile)
    try json.field("oomScoreAdj", &oomScoreAdj)
    try json.field("scheduler", &scheduler)
    try json.field("selinuxLabel", &selinuxLabel)
    try json.field("ioPriority", &ioPriority)
    try json.field("execCPUAffinity", &execCPUAffinity)
  }
}
