// The part of the monitor that touches the world: it waits, tells the machine what happened, and does what it says.

import Linux

/// The part of the monitor that touches the world: it owns every descriptor, waits for events, hands them to the
/// machine and performs the effects. One thread, one wait; every source that can end is edge-triggered, so that none
/// that stays ready afterwards can keep the processor busy.
struct Shell: ~Copyable {
  let options: Options
  let messages: Messages
  let oomScore: String?
  var machine: Machine
  var epoll: Epoll
  let signals: Descriptor
  var sync: SyncPipe
  var inherited: InheritedDescriptors

  var stdout: OutputStream
  var stderr: OutputStream
  var log: OutputLog
  var input: ContainerInput
  var attach: AttachSocket
  var link: String?
  var control = ControlFifo()
  var windowSize = ControlFifo()
  var console = ConsoleSocket()
  var notify: NotifyProxy
  var memory = MemoryWatch()
  var runtime = RuntimeProcess()
  var containerPid: Int32 = -1
  var containerPidfd = Descriptor.absent
  var timers = Timers()
  var hasMarkedMemory = false
  /// Lines on the control fifos that could not be followed.
  var refusedLines = 0
  /// The container's process was gone before it could be watched.
  var isContainerLost = false
  /// The code of the exit command; what is not 0 becomes ours.
  var exitCommandCode: Int32 = 0

  /// - Parameter signals: where the blocked signals are read.
  init(
    _ options: Options, _ messages: Messages, log: consuming OutputLog, signals: consuming Descriptor, oomScore: String?
  ) throws(SystemCallError) {
    // Whatever may fail comes first: a half-made value with owned parts cannot be undone.
    var epoll = try Epoll()
    try epoll.add(signals, [.readable, .edge], token: Source.signals.rawValue)
    let stdout = try OutputStream(.stdout)
    let stderr = try OutputStream(.stderr)
    let input = try ContainerInput(isExpected: options.hasTerminal)
    let attach = try AttachSocket(messages, firstToken: Source.firstClient)
    self.options = options
    self.messages = messages
    self.oomScore = oomScore
    machine = Machine(Shell.conditions(options))
    sync = SyncPipe(.absent, key: options.answerKey)
    inherited = InheritedDescriptors()
    notify = NotifyProxy(messages)
    self.epoll = epoll
    self.signals = signals
    self.log = log
    self.stdout = stdout
    self.stderr = stderr
    self.input = input
    self.attach = attach
  }

  private static func conditions(_ options: Options) -> Machine.Conditions {
    var conditions: Machine.Conditions = []
    if options.isExec { conditions.insert(.exec) }
    if options.isExec && !options.switches.contains(.apiVersion) { conditions.insert(.silentAboutPid) }
    if options.hasTerminal { conditions.insert(.terminal) }
    if options.switches.contains(.stdin) && !options.switches.contains(.leaveStdinOpen) {
      conditions.insert(.closesInput)
    }
    if options.log.isPassthrough { conditions.insert(.passthrough) }
    return conditions
  }
}
