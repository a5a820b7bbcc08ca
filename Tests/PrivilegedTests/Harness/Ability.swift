// What a test needs of the host; a test whose needs are not met is skipped and names the missing one.

import Foundation
import Linux
import Testing

/// Something a test needs of the host.
enum Ability {
  case root
  /// The binary under test.
  case runtime
  /// The binary under test is ours: for what others do not promise.
  case apus
  case program(String)
  /// A mounted controller of cgroup version 1.
  case controller(String)
  /// A controller of cgroup version 2.
  case unifiedController(String)
  /// A controller of either version.
  case anyController(String)
  /// A freezer of either version.
  case freezer
  case unifiedTree
  case userNamespaces
  /// A capability of the test itself, by its number.
  case capability(Int, String)
  /// Pairs of virtual network devices.
  case virtualDevices
  case busybox
  /// Landlock of this version at least.
  case landlock(Int)
  /// Debian's CNI plugins.
  case cniPlugins
  case compiler

  /// Why the host lacks it; nil when it is there.
  var missing: String? {
    switch self {
    case .root: Host.isRoot ? nil : "needs root"
    case .runtime: Runtime.isThere ? nil : "no runtime at \(Runtime.program): run 'make build' first"
    case .apus: Runtime.isApus ? nil : "holds for apus only, the runtime is \(Runtime.version)"
    case .program(let name): Host.program(name) == nil ? "the host has no \(name)" : nil
    case .controller(let name): Host.controllers[name] == nil ? "the host mounts no v1 controller \(name)" : nil
    case .unifiedController(let name):
      Host.unifiedControllers.contains(name) ? nil : "the version 2 cgroup tree has no controller \(name)"
    case .anyController(let name):
      Host.controllers[name] == nil && !Host.unifiedControllers.contains(name) ? "no controller \(name)" : nil
    case .freezer: Host.controllers["freezer"] == nil && Host.unified == nil ? "the host has no freezer" : nil
    case .unifiedTree: Host.unified == nil ? "the host mounts no version 2 cgroup tree" : nil
    case .userNamespaces: Ability.canMakeUserNamespaces ? nil : "the host refuses user namespaces"
    case .capability(let number, let name): Ability.has(capability: number) ? nil : "the test has no \(name)"
    case .virtualDevices: Ability.canMakeDevices ? nil : "the host makes no veth devices"
    case .busybox: Host.exists("/bin/busybox") ? nil : "the host has no busybox-static"
    case .landlock(let version):
      Ability.landlockVersion < version ? "the kernel has no Landlock of version \(version)" : nil
    case .cniPlugins: Host.exists("/usr/lib/cni/bridge") ? nil : "the host has no containernetworking-plugins"
    case .compiler: Probe.path == nil ? "no C compiler with a static library" : nil
    }
  }

  /// 0 without Landlock.
  static let landlockVersion = (try? Linux.landlockVersion()) ?? 0

  static func has(capability: Int) -> Bool {
    let line = Host.lines(of: "/proc/self/status").first { $0.hasPrefix("CapEff:") } ?? ""
    return UInt64(line.dropFirst(7).trimmingCharacters(in: .whitespaces), radix: 16).map { $0 >> capability & 1 == 1 }
      ?? false
  }

  private static let canMakeDevices =
    (try? Command("unshare", ["-n", "ip", "link", "add", "type", "veth"]).run().succeeded) ?? false

  private static let canMakeUserNamespaces = (try? Command("unshare", ["-U", "true"]).run().succeeded) ?? false
}

extension Trait where Self == ConditionTrait {
  /// Skips with the name of the first ability that the host lacks.
  static func needs(_ abilities: Ability...) -> ConditionTrait {
    let missing = abilities.lazy.compactMap(\.missing).first
    return .enabled(if: missing == nil, Comment(rawValue: missing ?? ""))
  }

  /// What every suite that runs containers needs. `make test` builds the binary, so there its absence is a failure.
  static var containers: ConditionTrait {
    Host.variable("APUS_REQUIRE_BINARIES") == "1" && Host.isRoot ? .needs(.busybox) : .needs(.root, .runtime, .busybox)
  }

  /// A Debian root file system; made when the first test that is to run asks for it, which takes a minute.
  static var debian: ConditionTrait {
    .enabled("no Debian root file system: debootstrap found no mirror") { RootFileSystem.debian != nil }
  }
}
