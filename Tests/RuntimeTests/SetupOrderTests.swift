// The order of the steps, as a table of reasons, and golden plans.

import Linux
import OCI
import Testing

@testable import ContainerRuntime

/// One rule of the order: wherever both steps are in a plan, the first stands before the second.
private struct OrderRule: Sendable {
  let before: UInt8
  let after: UInt8
  let reason: String

  init(_ before: UInt8, _ after: UInt8, _ reason: String) {
    (self.before, self.after, self.reason) = (before, after, reason)
  }
}

@Suite("The order of the setup steps")
struct SetupOrderTests {
  private static let rules: [OrderRule] = [
    OrderRule(1, 2, "a killed create leaves no process behind"),
    OrderRule(2, 3, "a cgroup namespace shows its maker's cgroup as the root"),
    OrderRule(59, 3, "systemd moves the process, and the namespace shows where it was made"),
    OrderRule(59, 4, "the parent says so in this order"),
    OrderRule(2, 51, "a cgroup of some processors sets them anew for who enters it"),
    OrderRule(51, 52, "who has the deadline policy keeps its processors (sched_setaffinity(2))"),
    OrderRule(52, 35, "real-time policies take CAP_SYS_NICE"),
    OrderRule(53, 35, "the real-time class takes CAP_SYS_ADMIN"),
    OrderRule(54, 34, "the filter could forbid personality"),
    OrderRule(55, 34, "the filter could forbid set_mempolicy"),
    OrderRule(56, 5, "the files of an undumpable process are the host's root's"),
    OrderRule(13, 56, "offsets are written through a private procfs"),
    OrderRule(6, 57, "the namespace may be a joined one"),
    OrderRule(57, 18, "createRuntime hooks see the devices"),
    OrderRule(4, 56, "a time namespace belongs to the container's user namespace"),
    OrderRule(4, 5, "the ids of the container do not exist before the maps"),
    OrderRule(8, 6, "a process of a joined namespace could trace us (CVE-2016-9962)"),
    OrderRule(8, 7, "a process of the container could trace us (CVE-2016-9962)"),
    OrderRule(8, 13, "a process that sees our mounts could trace us"),
    OrderRule(2, 7, "the cgroup files are out of reach inside"),
    OrderRule(6, 13, "a procfs shows the PID namespace of its maker, mounts belong to the namespace"),
    OrderRule(13, 5, "the host's root reaches what the container's may not"),
    OrderRule(13, 11, "labels are written through a private procfs (CVE-2025-52881)"),
    OrderRule(14, 15, "/dev is a mount"),
    OrderRule(14, 17, "the terminal comes from the container's devpts"),
    OrderRule(17, 20, "the console is bound in by descriptor"),
    OrderRule(14, 18, "config.md: createRuntime and createContainer see the mounts"),
    OrderRule(18, 20, "config.md: they run before pivot_root"),
    OrderRule(20, 21, "nobody gets the terminal of a container that cannot come to be"),
    OrderRule(26, 27, "most of /proc/sys is read-only afterwards"),
    OrderRule(27, 28, "a read-only bind would show again what is masked"),
    OrderRule(20, 28, "masks are for the container's own root"),
    OrderRule(30, 32, "a small limit of open files must not stop us"),
    OrderRule(31, 35, "a negative score takes CAP_SYS_RESOURCE"),
    OrderRule(32, 35, "a raised limit takes CAP_SYS_RESOURCE"),
    OrderRule(35, 38, "the bounding set takes CAP_SETPCAP"),
    OrderRule(36, 38, "the permitted set has to survive the change of ids"),
    OrderRule(38, 39, "the change of ids would clear them (capabilities(7))"),
    OrderRule(38, 40, "the executable is looked up with the user's rights"),
    OrderRule(40, 42, "create reports a missing program, not start"),
    OrderRule(41, 42, "the parent ends after ready"),
    OrderRule(58, 42, "a container that waits holds nothing of its caller's"),
    OrderRule(58, 34, "the filter could forbid what making ready to wait calls"),
    OrderRule(42, 43, "start may come as soon as create has ended"),
    OrderRule(40, 34, "the filter could forbid what the look-up calls"),
    OrderRule(44, 34, "the filter could forbid close_range"),
    OrderRule(45, 34, "an unprivileged load takes no_new_privs"),
    OrderRule(28, 60, "rules are for the container's own root"),
    OrderRule(60, 38, "the user may not be able to search what a rule names"),
    OrderRule(45, 61, "an unprivileged process takes no_new_privs"),
    OrderRule(44, 61, "the program is all that is to be judged by the rules"),
    OrderRule(19, 61, "hooks are the host's, and not judged by the rules"),
    OrderRule(61, 34, "the filter could forbid landlock_restrict_self"),
  ]

  @Test("every rule of the order holds in every plan")
  func rulesHold() throws {
    for plan in try SamplePlan.all() {
      let numbers = plan.map { $0.number }
      for rule in Self.rules {
        guard let after = numbers.firstIndex(of: rule.after) else { continue }
        let isLate = numbers[after...].contains(rule.before) && rule.before != rule.after
        #expect(!isLate, "\(rule.before) must stand before \(rule.after): \(rule.reason)")
      }
    }
  }

  @Test("every rule is met by at least one plan, so that it can fail")
  func rulesAreUsed() throws {
    let plans = try SamplePlan.all().map { $0.map { $0.number } }
    for rule in Self.rules {
      let isUsed = plans.contains { $0.contains(rule.before) && $0.contains(rule.after) }
      #expect(isUsed, "no sample plan has both \(rule.before) and \(rule.after)")
    }
  }

  @Test("execve comes directly after the filter when there is no_new_privs")
  func filterIsLast() throws {
    let plan = try SamplePlan.docker().map { $0.number }
    #expect(Array(plan.suffix(3)) == [44, 34, 46])
  }

  @Test("a filter with an agent is loaded before ready, as the parent hands its listener over")
  func filterWithAgent() throws {
    var spec = SamplePlan.dockerSpec()
    spec.linux.seccomp = Seccomp(
      defaultAction: .allow, listenerPath: "/agent", syscalls: [Seccomp.Rule(names: ["mkdir"], action: .notify)])
    #expect(Array(try SamplePlan.plan(spec).map { $0.number }.suffix(9)) == [45, 41, 58, 44, 34, 42, 43, 19, 46])
    spec.process?.noNewPrivileges = false
    #expect(Array(try SamplePlan.plan(spec).map { $0.number }.suffix(9)) == [41, 58, 44, 34, 39, 42, 43, 19, 46])
    let exec = execPlan(
      for: ExecSetup(id: "sample", process: Process(), namespaces: [.mount], joinsCgroups: true),
      try ProcessPlan(Process(), spec.linux, spec.linux.filterNeed, nil))
    #expect(Array(exec.map { $0.number }.suffix(5)) == [41, 44, 34, 39, 46])
  }

  @Test("without no_new_privs only the return of the lent capability stands between the filter and execve")
  func filterBeforeReturn() throws {
    var spec = SamplePlan.dockerSpec()
    spec.process?.noNewPrivileges = false
    let plan = try SamplePlan.plan(spec)
    #expect(Array(plan.map { $0.number }.suffix(4)) == [44, 34, 39, 46])
    guard case .returnCapabilities = plan[plan.count - 2] else {
      Issue.record("\(plan[plan.count - 2])")
      return
    }
    for case .applyCapabilities(let capabilities) in plan { #expect(capabilities.lent == 1 << 21) }
  }

  @Test("without no_new_privs Landlock is lent the capability, too")
  func landlockIsLent() throws {
    var spec = SamplePlan.dockerSpec()
    spec.annotations[Landlock.annotation] = #"{"ruleset": {"scoped": ["signal"]}}"#
    #expect(Array(try SamplePlan.plan(spec).map { $0.number }.suffix(4)) == [44, 61, 34, 46])
    spec.process?.noNewPrivileges = false
    spec.linux.seccomp = nil
    let plan = try SamplePlan.plan(spec)
    #expect(Array(plan.map { $0.number }.suffix(4)) == [44, 61, 39, 46])
    for case .applyCapabilities(let capabilities) in plan { #expect(capabilities.lent == 1 << 21) }
  }

  @Test("nothing is lent to a process without a filter or with no_new_privs")
  func nothingLent() throws {
    var spec = SamplePlan.dockerSpec()
    for (noNewPrivileges, seccomp) in [(true, Seccomp()), (false, nil)] {
      spec.process?.noNewPrivileges = noNewPrivileges
      spec.linux.seccomp = seccomp
      for case .applyCapabilities(let capabilities) in try SamplePlan.plan(spec) { #expect(capabilities.lent == 0) }
    }
  }

  @Test("a minimal plan, whole")
  func minimalPlan() throws {
    var spec = Spec()
    spec.root.path = "rootfs"
    var process = Process()
    process.args = ["true"]
    process.cwd = "/"
    spec.process = process
    spec.linux.namespaces = [Namespace(kind: .mount), Namespace(kind: .pid)]
    let numbers = try SamplePlan.plan(spec).map { $0.number }
    #expect(
      numbers == [
        1, 59, 2, 51, 8, 13, 9, 11, 15, 16, 20, 23, 30, 35, 36, 37, 38, 37, 39, 40, 41, 58, 42, 43, 44, 46,
      ])
  }

  @Test("no number stands for two activities, and every failure has words or is a sentence by itself")
  func numbersHaveWords() throws {
    let sentences: Set<UInt8> = [14, 19, 40, 46]
    for plan in try SamplePlan.all() {
      for step in plan where !sentences.contains(step.number) {
        #expect(!SetupStep.activity(ofNumber: step.number).isEmpty, "step \(step.number)")
      }
    }
    #expect(SetupStep.activity(ofNumber: 200).isEmpty)
  }
}
