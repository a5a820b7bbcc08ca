// The numbers and words of the steps.

extension SetupStep {
  /// The number by which the child names the step to its parent. Numbers are never used again for another step:
  /// 10 was that of opening a procfs, 29 that of opening the fifo.
  var number: UInt8 {
    switch self {
    case .dieWithParent: return 1
    case .joinCgroups: return 2
    case .unshareCgroupNamespace: return 3
    case .awaitIdentities: return 4
    case .becomeRoot: return 5
    case .joinNamespaces: return 6
    case .enterContainer: return 7
    case .hideFromDebuggers: return 8
    case .beginSession: return 9
    case .joinKeyring: return 11
    case .bringUpLoopback: return 12
    case .prepareRootfs: return 13
    case .mount: return 14
    case .makeDevices: return 15
    case .makeDeviceLinks: return 16
    case .openConsole, .openDefaultConsole: return 17
    case .reportMounts: return 18
    case .runHooks: return 19
    case .switchRoot: return 20
    case .sendConsole: return 21
    case .makeWorkingDirectory: return 22
    case .finishRootfs: return 23
    case .setHostName: return 24
    case .setDomainName: return 25
    case .writeSysctl: return 26
    case .makeReadOnly: return 27
    case .mask: return 28
    case .findHome: return 30
    case .setOOMScore: return 31
    case .setResourceLimits, .requestResourceLimits: return 32
    case .applyLabels: return 33
    case .loadSeccomp: return 34
    case .dropBoundingCapabilities: return 35
    case .keepCapabilities: return 36
    case .enterWorkingDirectory, .retryWorkingDirectory: return 37
    case .setIdentity: return 38
    case .applyCapabilities, .returnCapabilities: return 39
    case .findExecutable: return 40
    case .surviveParent: return 41
    case .reportReady: return 42
    case .awaitStart: return 43
    case .closeDescriptors: return 44
    case .setNoNewPrivileges: return 45
    case .execute: return 46
    case .setAffinity: return 51
    case .setScheduler: return 52
    case .setIOPriority: return 53
    case .setPersonality: return 54
    case .setMemoryPolicy: return 55
    case .offsetClocks: return 56
    case .requestNetDevices: return 57
    case .prepareWait: return 58
    case .awaitCgroup: return 59
    case .makeRuleset: return 60
    case .restrictAccess: return 61
    }
  }

  /// What was being done, by number; 0 is no step. Steps whose failures are whole sentences have no words.
  static func activity(ofNumber number: UInt8) -> String {
    Int(number) < activities.count ? activities[Int(number)] : ""
  }

  private static let activities = [
    "", "binding the container to the life of the runtime", "joining the cgroups", "making the cgroup namespace",
    "waiting for the identity maps", "becoming root of the user namespace", "joining the namespaces",
    "entering the container", "hiding from debuggers", "beginning a session", "",
    "joining the session keyring", "bringing up the loopback device", "preparing the root file system", "",
    "making a device", "making a device link", "opening the console", "reporting the mounts", "",
    "switching to the root file system", "sending the console", "making the working directory",
    "finishing the root file system", "setting the host name", "setting the domain name", "setting a kernel parameter",
    "making a path read-only", "masking a path", "", "looking up the home directory",
    "setting the OOM score adjustment", "error setting rlimits for ready process", "applying the security labels",
    "loading the seccomp filter", "dropping capabilities", "keeping the capabilities", "chdir to cwd",
    "setting the user",
    "applying the capabilities", "", "outliving the runtime", "reporting readiness", "waiting for the start",
    "closing descriptors", "setting no_new_privs", "", "", "", "", "",
    "error setting final CPU affinity", "error setting scheduler", "failed to set io priority",
    "setting the personality", "setting the memory policy", "setting the clocks of the time namespace",
    "waiting for the network devices", "letting go of what the caller left open", "waiting for the cgroup",
    "making the rules of Landlock", "restricting access by Landlock",
  ]
}
