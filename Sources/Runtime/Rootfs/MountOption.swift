// The options of mounts: every name with its effect.

internal import Linux

/// An option of mounts by its name (mount(8); runtime-spec config.md, section Mounts).
/// Names that are not here are data of the file system.
public struct MountOption: Sendable {
  enum Effect: Sendable {
    /// `defaults`
    case none
    /// A flag of mount(2) that nobody in the container can see; the new mount calls have no word for it.
    case ignored
    case bind
    case recursiveBind
    case remount
    case set(MountAttributes)
    case clear(MountAttributes)
    case setTimes(AccessTimes)
    case clearTimes(AccessTimes)
    /// A flag of the whole file system, told to it under the option's own name.
    case superblock
    case propagation(MountPropagation)
    case recursivePropagation(MountPropagation)
    case setAll(MountAttributes)
    case clearAll(MountAttributes)
    /// One choice of access times for the whole tree.
    case timesOfAll(MountAttributes)
    case copyUp
    case idMap
  }

  public let name: String
  let effect: Effect

  private init(_ name: String, _ effect: Effect) {
    self.name = name
    self.effect = effect
  }

  static func named(_ name: String) -> MountOption? {
    for option in all where option.name.hasSameBytes(as: name) { return option }
    return nil
  }

  /// The names that `features` lists: what is understood and done.
  public static var names: [String] {
    var names: [String] = []
    for option in all {
      if case .idMap = option.effect { continue }
      names.append(option.name)
    }
    return names
  }

  static let all: [MountOption] = flags + times + propagations + recursive + extensions

  private static let flags = [
    MountOption("async", .superblock), MountOption("bind", .bind), MountOption("defaults", .none),
    MountOption("dev", .clear(.noDevices)), MountOption("dirsync", .superblock),
    MountOption("exec", .clear(.noExecute)), MountOption("iversion", .ignored),
    MountOption("lazytime", .superblock), MountOption("loud", .ignored), MountOption("mand", .superblock),
    MountOption("nodev", .set(.noDevices)), MountOption("noexec", .set(.noExecute)),
    MountOption("noiversion", .ignored), MountOption("nolazytime", .superblock),
    MountOption("nomand", .superblock), MountOption("nosuid", .set(.noSetID)),
    MountOption("nosymfollow", .set(.noSymlinks)), MountOption("rbind", .recursiveBind),
    MountOption("remount", .remount), MountOption("ro", .set(.readOnly)), MountOption("rw", .clear(.readOnly)),
    MountOption("silent", .ignored), MountOption("suid", .clear(.noSetID)), MountOption("sync", .superblock),
    MountOption("symfollow", .clear(.noSymlinks)),
  ]

  private static let times = [
    MountOption("atime", .clearTimes(.never)), MountOption("diratime", .clearTimes(.notDirectories)),
    MountOption("noatime", .setTimes(.never)), MountOption("nodiratime", .setTimes(.notDirectories)),
    MountOption("norelatime", .clearTimes(.relative)), MountOption("nostrictatime", .clearTimes(.strict)),
    MountOption("relatime", .setTimes(.relative)), MountOption("strictatime", .setTimes(.strict)),
  ]

  private static let propagations = [
    MountOption("private", .propagation(.private)), MountOption("rprivate", .recursivePropagation(.private)),
    MountOption("rshared", .recursivePropagation(.shared)), MountOption("rslave", .recursivePropagation(.slave)),
    MountOption("runbindable", .recursivePropagation(.unbindable)), MountOption("shared", .propagation(.shared)),
    MountOption("slave", .propagation(.slave)), MountOption("unbindable", .propagation(.unbindable)),
  ]

  /// mount_setattr(2) with AT_RECURSIVE. Relative access times are the value 0, and what is left when one is taken back.
  private static let recursive = [
    MountOption("ratime", .timesOfAll([])), MountOption("rdev", .clearAll(.noDevices)),
    MountOption("rdiratime", .clearAll(.noDirectoryAccessTime)), MountOption("rexec", .clearAll(.noExecute)),
    MountOption("rnoatime", .timesOfAll(.noAccessTime)), MountOption("rnodev", .setAll(.noDevices)),
    MountOption("rnodiratime", .setAll(.noDirectoryAccessTime)), MountOption("rnoexec", .setAll(.noExecute)),
    MountOption("rnorelatime", .timesOfAll([])), MountOption("rnostrictatime", .timesOfAll([])),
    MountOption("rnosuid", .setAll(.noSetID)), MountOption("rnosymfollow", .setAll(.noSymlinks)),
    MountOption("rrelatime", .timesOfAll([])), MountOption("rro", .setAll(.readOnly)),
    MountOption("rrw", .clearAll(.readOnly)), MountOption("rstrictatime", .timesOfAll(.strictAccessTime)),
    MountOption("rsuid", .clearAll(.noSetID)), MountOption("rsymfollow", .clearAll(.noSymlinks)),
  ]

  private static let extensions = [
    MountOption("idmap", .idMap), MountOption("ridmap", .idMap), MountOption("tmpcopyup", .copyUp),
  ]
}
