// The command line that the runtime is started with.

/// The command line that the runtime is started with, the program first.
enum RuntimeCommand {
  static func arguments(_ options: Options, consoleSocket: String?) -> [String] {
    var words = [options.runtime]
    if !options.isExec && options.switches.contains(.systemdCgroup) { words.append("--systemd-cgroup") }
    words += options.runtimeArguments
    words += options.isExec ? exec(options) : create(options)
    words += options.runtimeOptions
    if let consoleSocket { words += ["--console-socket", consoleSocket] }
    return words + [options.containerID]
  }

  private static func exec(_ options: Options) -> [String] {
    ["exec", "--pid-file", options.containerPidFile, "--process", options.processSpec ?? "", "--detach"]
  }

  private static func create(_ options: Options) -> [String] {
    let bundle = options.bundle ?? ""
    var words = [options.restoreDirectory == nil ? "create" : "restore"]
    words += ["--bundle", bundle, "--pid-file", options.containerPidFile]
    if options.switches.contains(.noPivot) { words.append("--no-pivot") }
    if options.switches.contains(.noNewKeyring) { words.append("--no-new-keyring") }
    // A restored container runs at once, so the runtime would stay with it; CRIU works and logs in the bundle.
    if let images = options.restoreDirectory { words += ["--detach", "--image-path", images, "--work-path", bundle] }
    return words
  }
}
