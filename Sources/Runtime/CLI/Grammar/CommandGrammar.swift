// What each command accepts: its flags and how many operands.

/// What a command accepts.
struct CommandGrammar: Sendable {
  let name: CommandName
  /// How many operands there may be.
  let operands: ClosedRange<Int>
  let placement: FlagPlacement
  let flags: [Flag]

  /// The grammar of a command of `apus` itself.
  init(_ name: CommandName) { self.init(name, CommandGrammar.flags(of: name)) }

  init(_ name: CommandName, _ flags: [Flag]) {
    self.name = name
    switch name {
    case .list, .spec, .features, .validate: operands = 0...0
    case .create, .delete, .events, .pause, .resume, .run, .start, .state, .update: operands = 1...1
    case .kill: operands = 1...2
    case .mounts: operands = 3...3
    case .exec, .ps: operands = 1...Int.max
    }
    // What follows the id are the words of another program's command line.
    placement = name == .exec || name == .ps ? .beforeOperands : .anywhere
    self.flags = flags + [help]
  }

  /// The sentence about a wrong number of operands, in the words of runc; nil when the number is right.
  func complaint(about count: Int, program: String) -> String? {
    if operands.contains(count) { return nil }
    let isTooFew = count < operands.lowerBound
    let bound = isTooFew ? operands.lowerBound : operands.upperBound
    var amount = isTooFew ? "a minimum of " : "a maximum of "
    if operands.lowerBound == operands.upperBound { amount = "exactly " }
    return joined([program, ": \"", name.text, "\" requires ", amount, decimal(bound), " argument(s)"])
  }

  private static func flags(of name: CommandName) -> [Flag] {
    switch name {
    case .create: return [bundle] + sockets + [pidFile] + birth
    case .run: return [bundle] + sockets + [detach, keep, pidFile, noSubreaper] + birth
    case .exec: return execution
    case .delete:
      return [Flag(.force, "f", .toggle, "kill a container that still runs (SIGKILL), then delete it")]
    case .kill: return [Flag(.all, "a", .toggle, "")]
    case .list: return [format, Flag(.quiet, "q", .toggle, "show only the ids")]
    case .ps: return [format]
    case .spec:
      return [
        Flag(.bundle, "b", .text, "the directory to write into (default: the working directory)"),
        Flag(.rootless, nil, .toggle, "write a configuration for a container without root privileges"),
      ]
    case .events, .features, .mounts, .pause, .resume, .start, .state, .update, .validate: return []
    }
  }
}

/// The flags before the command.
let globalFlags: [Flag] = [
  Flag(.debug, nil, .toggle, "log debug messages too"),
  Flag(.log, nil, .text, "append the log to this file (default: standard error)"),
  Flag(.logFormat, nil, .text, "format of the log: 'text' or 'json'", default: "\"text\""),
  Flag(.root, nil, .text, "directory of the containers' state, best on a tmpfs", default: "\"/run/apus\""),
  Flag(.criu, nil, .text, ""),
  Flag(
    .systemdCgroup, nil, .toggle, "let systemd make the cgroups; cgroupsPath then reads \"slice:prefix:name\""),
  Flag(
    .rootless, nil, .text, "ignore refusals of the cgroup file system: 'true', 'false' or 'auto'",
    default: "\"auto\""),
  help,
  Flag(.version, "v", .toggle, "print the version"),
]

private let help = Flag(.help, "h", .toggle, "show help")
private let bundle = Flag(.bundle, "b", .text, "directory of the bundle (default: the working directory)")
private let detach = Flag(.detach, "d", .toggle, "do not wait for the process")
private let keep = Flag(.keep, nil, .toggle, "do not delete the container after its end")
private let noSubreaper = Flag(.noSubreaper, nil, .toggle, "do not adopt processes that lost their parent")
private let pidFile = Flag(.pidFile, nil, .text, "write the process id to this file")
private let format = Flag(.format, "f", .text, "select one of: table or json", default: "\"table\"")
private let preserveDescriptors = Flag(
  .preserveDescriptors, nil, .number, "pass N more descriptors (stdio + $LISTEN_FDS + N in total)", default: "0")

private let sockets = [
  Flag(.consoleSocket, nil, .text, "Unix socket that receives the master of the terminal"),
  Flag(.pidfdSocket, nil, .text, "Unix socket that receives a pidfd of the process"),
]

private let birth = [
  Flag(.noPivot, nil, .toggle, "change the root by chroot, not by pivot_root (for a root on a ramdisk)"),
  Flag(.noNewKeyring, nil, .toggle, "keep the session keyring of the caller"),
  preserveDescriptors,
]

private let execution =
  sockets + [
    Flag(.cwd, nil, .text, "working directory in the container"),
    Flag(.environment, "e", .list, "set a variable of the environment, NAME=VALUE"),
    Flag(.terminal, "t", .toggle, "make a terminal"),
    Flag(.user, "u", .text, "uid and gid of the process, UID[:GID]"),
    Flag(.additionalGIDs, "g", .numberList, "one more group of the process"),
    Flag(.process, "p", .text, "file with the process as JSON"),
    detach, pidFile,
    Flag(.processLabel, nil, .text, "SELinux label of the process"),
    Flag(.apparmor, nil, .text, "AppArmor profile of the process"),
    Flag(.noNewPrivileges, nil, .toggle, "the process cannot gain privileges"),
    Flag(.capability, "c", .list, "add a capability"),
    preserveDescriptors,
    Flag(.cgroup, nil, .list, "run in a sub-cgroup that exists, [CONTROLLER[,CONTROLLER...]:]PATH"),
    Flag(.ignorePaused, nil, .toggle, "run in a paused container too"),
  ]
