// The descriptors of the caller that a process inherits beside its standard streams.

internal import Linux
internal import OCI

/// The descriptors of the caller that a process inherits beside its standard streams: first those of systemd's socket
/// activation (sd_listen_fds(3)), then as many as `--preserve-fds` says, from 3 on without a gap.
struct PassedDescriptors: Equatable {
  /// Of socket activation; only `create` and `run` take part in it.
  private(set) var listening: Int32 = 0
  private(set) var preserved: Int32 = 0

  /// The first one that is not open.
  private var missing: Int32?

  var count: Int32 { listening + preserved }

  /// Must come before the program opens anything: a number that is free now would become one of our own.
  init(_ line: CommandLine, _ environment: [String]) {
    guard case .perform(let command) = line.request else { return }
    switch command {
    case .create(let options): read(options.channels, environment, isNewContainer: true)
    case .run(let options): read(options.create.channels, environment, isNewContainer: true)
    case .exec(let options): read(options.channels, environment, isNewContainer: false)
    default: break
    }
  }

  private mutating func read(_ channels: ProcessChannels, _ environment: [String], isNewContainer: Bool) {
    if isNewContainer { listening = PassedDescriptors.listening(environment, pid: currentProcessID()) }
    preserved = Int32(clamping: min(channels.preservedDescriptors, 1 << 20))
    for index in 0..<count where !isOpenDescriptor(3 + index) {
      missing = index
      return
    }
  }

  /// Throws when the caller has not opened them all.
  func check() throws(RuntimeError) {
    guard let missing else { return }
    if missing < listening {
      throw .usage(joined(["descriptor ", decimal(3 + Int(missing)), " of LISTEN_FDS is not open"]))
    }
    let place = decimal(Int(missing - listening))
    throw .usage(
      joined([
        "unable to stat preserved-fd ", place, " (of ", decimal(Int(preserved)), "): descriptor ",
        decimal(3 + Int(missing)), " is not open: no such file or directory",
      ]))
  }

  /// How many descriptors systemd passes to the process with this number.
  static func listening(_ environment: [String], pid: Int32) -> Int32 {
    guard let receiver = number("LISTEN_PID", in: environment), receiver == pid else { return 0 }
    // Beyond what any process can have open, and a sum with `preserved` still has room.
    return min(max(0, number("LISTEN_FDS", in: environment) ?? 0), 1 << 20)
  }

  /// What the process has to know: its own number is the one of a container's first process.
  var environment: [String] { listening > 0 ? ["LISTEN_FDS=" + decimal(Int(listening)), "LISTEN_PID=1"] : [] }

  private static func number(_ name: String, in environment: [String]) -> Int32? {
    variable(name, in: environment).flatMap { integer($0) }.flatMap { Int32(exactly: $0) }
  }
}

/// The value of a variable, nil also when it is empty.
func variable(_ name: String, in environment: [String]) -> String? {
  for entry in environment where hasPrefix(entry, name) {
    let value = [UInt8](entry.utf8)[name.utf8.count...]
    if value.first == UInt8(ascii: "=") && value.count > 1 { return text(value.dropFirst()) }
  }
  return nil
}
