// Starting another program from a process that has threads.

internal import CShims

/// A program to be started, with everything that it gets: nothing of this process is passed on that is not named here.
///
/// The child shares this process's memory until it executes the program, so a start costs the same however big this
/// process is (clone3(2) with CLONE_VM, CLONE_VFORK and CLONE_PIDFD). The calling thread waits for that moment: it must
/// be one that may block. Signals are those of a fresh process: default actions, an empty mask.
public struct Spawn: Sendable {
  /// The file, as execve(2) takes it: no search along PATH.
  public var path: String
  /// From argv[0] on.
  public var arguments: [String]
  /// `NAME=value`, see `passedOn`.
  public var environment: [String]
  /// The working directory; nil for that of this process.
  public var directory: String?
  /// Whether it begins a session, and with it a process group, of its own.
  public var leadsSession = false
  /// What it gets when the thread that started it ends (prctl(2), PR_SET_PDEATHSIG); nil for nothing. Only for callers
  /// that stay on their thread until the program has ended.
  public var deathSignal: Int32?
  /// A directory of the version 2 tree to be born in (CLONE_INTO_CGROUP, kernel 5.7); the number of an open descriptor.
  public var cgroup: Int32?
  /// Open `tasks` files of version 1 cgroups, joined by the child itself. A frozen one would hold up the caller.
  public var cgroupTasks: [Int32] = []
  /// What the descriptors of the program are, by their number; below 0: closed.
  private var sources: [Int32] = [Spawn.null, Spawn.null, Spawn.null]

  private static let null: Int32 = -2

  public init(_ path: String, arguments: [String], environment: [String]) {
    self.path = path
    self.arguments = [path] + arguments
    self.environment = Spawn.passedOn(environment)
  }

  /// Gives the program a copy of a descriptor as number `target`. Without it 0, 1 and 2 are /dev/null, others closed.
  /// - Precondition: `descriptor` stays open until `start` returns; `target` is below 1024.
  public mutating func pass(_ descriptor: borrowing Descriptor, as target: Int32) {
    pass(number: descriptor.number, as: target)
  }

  /// As `pass`, for a descriptor that a list or a class owns.
  public mutating func pass(number: Int32, as target: Int32) {
    precondition(number >= 0 && target >= 0 && target < 1024, "no such descriptor")
    while sources.count <= Int(target) { sources.append(-1) }
    sources[Int(target)] = number
  }

  /// An environment without what a service manager meant for this process alone: sockets and deadlines of sd_notify(3),
  /// sd_listen_fds(3) and sd_watchdog_enabled(3).
  public static func passedOn(_ environment: [String]) -> [String] {
    let names = ["NOTIFY_SOCKET=", "LISTEN_", "WATCHDOG_", "FDSTORE="]
    return environment.filter { entry in !names.contains { begins(entry, $0) } }
  }

  private static func begins(_ text: String, _ prefix: String) -> Bool {
    text.utf8.count >= prefix.utf8.count && zip(text.utf8, prefix.utf8).allSatisfy { $0 == $1 }
  }
}

/// A child of this process: to be waited for by its pidfd, never by number.
public struct SpawnedProcess: ~Copyable, Sendable {
  public let pid: Int32
  public let pidfd: Descriptor
}

extension Spawn {
  /// Starts the program and returns when it runs.
  /// - Throws: the call that failed, in this process or in the child, which is gone by then. A missing program is
  ///   ENOENT of `execve`.
  @inline(never)
  public func start() throws(SystemCallError) -> SpawnedProcess {
    try refuseInnerNULs()
    let null = try Descriptor.workingDirectory.open("/dev/null", .readWrite)
    // The null device is used by its number until the end of this function.
    defer { _ = null.number }
    var numbers = sources.map { $0 == Spawn.null ? null.number : $0 }
    return try start(&numbers)
  }

  private func start(_ numbers: inout [Int32]) throws(SystemCallError) -> SpawnedProcess {
    let words = StringVector(arguments)
    let variables = StringVector(environment)
    let strings = StringVector([path, directory ?? ""])
    let (sourceCount, taskCount) = (UInt32(numbers.count), UInt32(cgroupTasks.count))
    var result: Int64 = 0
    var (pidfd, step): (Int32, Int32) = (-1, 0)
    // Every pointer of the request leads into a vector or an array that outlives the call; the call keeps none.
    unsafe numbers.withUnsafeMutableBufferPointer { sources in
      unsafe cgroupTasks.withUnsafeBufferPointer { tasks in
        // A vector of two strings has a first one; three sources are the least.
        var request = unsafe apus_spawn(
          path: strings.pointers[0]!, arguments: words.pointers, environment: variables.pointers,
          directory: directory == nil ? nil : strings.pointers[1], sources: sources.baseAddress!,
          tasks: tasks.baseAddress, source_count: sourceCount, task_count: taskCount, cgroup: cgroup ?? -1,
          leads_session: leadsSession ? 1 : 0, pidfd: -1, failed_step: 0,
          death_signal: UInt64(deathSignal ?? 0), child_error: 0)
        result = unsafe apus_spawn_program(&request)
        unsafe (pidfd, step) = (request.pidfd, request.failed_step)
      }
    }
    if result < 0 { throw failure(step, result) }
    return SpawnedProcess(pid: Int32(result), pidfd: Descriptor(owning: pidfd))
  }

  private func refuseInnerNULs() throws(SystemCallError) {
    for text in [path, directory ?? ""] + arguments + environment where text.utf8.contains(0) {
      throw SystemCallError(call: "execve", subject: path, errno: .invalidArgument)
    }
  }

  private func failure(_ step: Int32, _ result: Int64) -> SystemCallError {
    let errno = Errno(rawValue: Int32(-result))
    switch step {
    case 1: return SystemCallError(call: "write", subject: "tasks", errno: errno)
    case 2: return SystemCallError(call: "setsid", errno: errno)
    case 3: return SystemCallError(call: "chdir", subject: directory ?? "", errno: errno)
    case 4: return SystemCallError(call: "dup3", errno: errno)
    case 5: return SystemCallError(call: "close_range", errno: errno)
    case 6: return SystemCallError(call: "execve", subject: path, errno: errno)
    case 7: return SystemCallError(call: "prctl", subject: "PR_SET_PDEATHSIG", errno: errno)
    default: return SystemCallError(call: "clone3", errno: errno)
    }
  }
}
