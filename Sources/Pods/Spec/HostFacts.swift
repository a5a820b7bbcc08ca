// What the host can give.

internal import Foundation
internal import Linux
internal import OCI

/// What the host can give to containers.
public struct HostFacts: Sendable {
  /// The capabilities that anybody here can have: the bounding set of this process.
  public var capabilities: [String] = []
  public var hasAppArmor = false
  public var hasSELinux = false
  /// Nothing but the version 2 tree.
  public var hasUnifiedCgroupsOnly = false
  /// Sizes of huge pages that can be limited, such as `2MB`; nil without the controller.
  public var hugepageSizes: Set<String>?
  public var hostname = ""
  /// Whether there are user namespaces, and images can be mounted for them (overlayfs over id-mapped mounts, kernel
  /// 5.19).
  public var mapsOwnersOfMounts = false

  public init() {}

  public static func current() -> HostFacts {
    var facts = HostFacts()
    for number in 0..<64 where ProcessControl.isInBoundingSet(number) == true {
      guard number < Capability.names.count else { continue }
      facts.capabilities.append(Capability.names[number])
    }
    let files = FileManager.default
    facts.hasAppArmor = text("/sys/module/apparmor/parameters/enabled").hasPrefix("Y")
    facts.hasSELinux = files.fileExists(atPath: "/sys/fs/selinux/enforce")
    facts.hasUnifiedCgroupsOnly = files.fileExists(atPath: "/sys/fs/cgroup/cgroup.controllers")
    facts.hugepageSizes = hugepageSizes(facts.hasUnifiedCgroupsOnly)
    facts.hostname = text("/proc/sys/kernel/hostname").trimmingCharacters(in: .whitespacesAndNewlines)
    facts.mapsOwnersOfMounts =
      files.fileExists(atPath: "/proc/self/ns/user") && number(text("/proc/sys/user/max_user_namespaces")) != 0
      && isAtLeast(text("/proc/sys/kernel/osrelease"), 5, 19)
    return facts
  }

  /// Whether a release of the kernel, such as `6.1.0-13-amd64`, is one or a later one.
  static func isAtLeast(_ release: String, _ major: Int, _ minor: Int) -> Bool {
    let numbers = release.split(separator: ".", maxSplits: 2).map { number(String($0)) }
    guard numbers.count >= 2 else { return false }
    return (numbers[0], numbers[1]) >= (major, minor)
  }

  /// That a text begins with; 0 for none.
  private static func number(_ text: String) -> Int { Int(text.prefix { $0.isASCII && $0.isNumber }) ?? 0 }

  private static func hugepageSizes(_ isUnified: Bool) -> Set<String>? {
    let hasController =
      isUnified
      ? text("/sys/fs/cgroup/cgroup.controllers").split(whereSeparator: \.isWhitespace).contains("hugetlb")
      : FileManager.default.fileExists(atPath: "/sys/fs/cgroup/hugetlb")
    guard hasController else { return nil }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/sys/kernel/mm/hugepages")) ?? []
    return Set(
      names.compactMap { name in
        // `hugepages-2048kB`
        guard let kilobytes = Int(name.dropFirst(10).dropLast(2)) else { return nil }
        if kilobytes >= 1 << 20 { return "\(kilobytes >> 20)GB" }
        return kilobytes >= 1024 ? "\(kilobytes >> 10)MB" : "\(kilobytes)KB"
      })
  }

  private static func text(_ path: String) -> String {
    let bytes = try? Descriptor.workingDirectory.readFile(path, limit: 4096)
    return String(decoding: bytes ?? [], as: UTF8.self)
  }
}
