// What the flags of a mount make of the mount that is bound.

import Linux
import Testing

@testable import ContainerRuntime

@Suite("Flags of bind mounts")
struct MountFlagsTests {
  private func flags(_ options: String...) -> MountFlags { MountOptions(options).flags }

  private static let all: MountAttributes = [.readOnly, .noSetID, .noDevices, .noExecute, .noSymlinks]

  @Test("without flags a bind mount stays as its source is")
  func none() {
    #expect(flags("bind", "rprivate", "defaults").changeOfBind.isEmpty)
  }

  @Test("with one flag, set or cleared, those that are not named go")
  func unnamed() {
    #expect(flags("ro").changeOfBind == MountChange(set: .readOnly, clear: Self.all.subtracting(.readOnly)))
    #expect(flags("dev").changeOfBind == MountChange(clear: Self.all))
    #expect(flags("sync").changeOfBind == MountChange(clear: Self.all))
  }

  @Test("access times stay unless one is asked for")
  func keptTimes() {
    #expect(!flags("atime", "norelatime", "nosuid").changeOfBind.clear.contains(.accessTimes))
  }

  static let timeCases: [([String], MountAttributes)] = [
    (["noatime"], .noAccessTime), (["relatime"], []), (["strictatime"], .strictAccessTime),
    (["nodiratime"], .noDirectoryAccessTime), (["noatime", "strictatime"], .strictAccessTime),
    (["noatime", "relatime"], .noAccessTime), (["nodiratime", "norelatime"], .noDirectoryAccessTime),
    (["nodiratime", "noatime"], [.noDirectoryAccessTime, .noAccessTime]),
  ]

  @Test("what is asked of access times is what mount(2) makes of it", arguments: timeCases)
  func times(options: [String], attributes: MountAttributes) {
    let flags = MountOptions(options).flags
    #expect(flags.newAttributes == attributes)
    #expect(flags.changeOfBind.set == attributes)
    #expect(flags.changeOfBind.clear.isSuperset(of: [.accessTimes, .noDirectoryAccessTime]))
  }

  @Test("locked flags stay when nobody asked for their opposite, and those that cannot be locked go")
  func inherited() {
    let change = flags("nosuid").changeOfLockedBind(existing: [.readOnly, .noExecute, .noSymlinks])
    #expect(change == MountChange(set: [.noSetID, .readOnly, .noExecute], clear: [.noDevices, .noSymlinks]))
  }

  @Test(
    "the opposite of a locked flag cannot be had",
    arguments: [("rw", MountAttributes.readOnly), ("dev", .noDevices), ("suid", .noSetID), ("exec", .noExecute)])
  func opposite(option: String, existing: MountAttributes) {
    #expect(flags(option).changeOfLockedBind(existing: existing) == nil)
    #expect(flags(option).changeOfLockedBind(existing: .noAccessTime) != nil)
  }

  @Test("symfollow is never locked")
  func symbolicLinks() {
    let change = flags("symfollow", "ro").changeOfLockedBind(existing: [.noSymlinks, .noDevices])
    #expect(change == MountChange(set: [.readOnly, .noDevices], clear: [.noSetID, .noExecute, .noSymlinks]))
  }

  static let lockedCases: [(String, MountAttributes, Bool)] = [
    ("strictatime", .noAccessTime, false), ("noatime", .noAccessTime, true), ("relatime", .strictAccessTime, false),
    ("relatime", [], true), ("nodiratime", .noDirectoryAccessTime, true), ("nodiratime", .strictAccessTime, false),
    ("atime", .noAccessTime, true), ("nostrictatime", .strictAccessTime, true),
  ]

  @Test("locked access times must be the ones that are asked for", arguments: lockedCases)
  func lockedTimes(option: String, existing: MountAttributes, isPossible: Bool) {
    #expect((flags(option, "ro").changeOfLockedBind(existing: existing) != nil) == isPossible)
  }

  @Test("the flags of statfs become attributes; silence on access times means strict ones")
  func statfs() {
    #expect(MountAttributes(fileSystemFlags: 0x100f) == [.readOnly, .noSetID, .noDevices, .noExecute])
    #expect(MountAttributes(fileSystemFlags: 0x20 | 0x400 | 0x800) == [.noAccessTime, .noDirectoryAccessTime])
    #expect(MountAttributes(fileSystemFlags: 0x2000) == [.noSymlinks, .strictAccessTime])
  }
}
