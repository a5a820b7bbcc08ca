// The options of mounts: the table, and what several of them make together.

import Linux
import Testing

@testable import ContainerRuntime

@Suite("Mount options")
struct MountOptionTests {
  /// Written out once more, name by name: the table builds its names from words.
  static let meanings: [(String, MountOption)] = [
    ("async", .superblock), ("atime", .clearTimes(.never)), ("bind", .bind(recursive: false)),
    ("defaults", .nothing), ("dev", .clear(.noDevices)), ("diratime", .clearTimes(.notDirectories)),
    ("dirsync", .superblock), ("exec", .clear(.noExecute)), ("idmap", .idMap(recursive: false)), ("iversion", .ignored),
    ("lazytime", .superblock), ("loud", .ignored), ("mand", .superblock), ("noatime", .setTimes(.never)),
    ("nodev", .set(.noDevices)), ("nodiratime", .setTimes(.notDirectories)), ("noexec", .set(.noExecute)),
    ("noiversion", .ignored), ("nolazytime", .superblock), ("nomand", .superblock),
    ("norelatime", .clearTimes(.relative)), ("nostrictatime", .clearTimes(.strict)), ("nosuid", .set(.noSetID)),
    ("nosymfollow", .set(.noSymlinks)), ("private", .propagation(.private, recursive: false)),
    ("ratime", .timesOfAll([])), ("rbind", .bind(recursive: true)), ("rdev", .clearAll(.noDevices)),
    ("rdiratime", .clearAll(.noDirectoryAccessTime)), ("relatime", .setTimes(.relative)), ("remount", .remount),
    ("rexec", .clearAll(.noExecute)), ("ridmap", .idMap(recursive: true)), ("rnoatime", .timesOfAll(.noAccessTime)),
    ("rnodev", .setAll(.noDevices)), ("rnodiratime", .setAll(.noDirectoryAccessTime)),
    ("rnoexec", .setAll(.noExecute)), ("rnorelatime", .timesOfAll([])), ("rnostrictatime", .timesOfAll([])),
    ("rnosuid", .setAll(.noSetID)), ("rnosymfollow", .setAll(.noSymlinks)), ("ro", .set(.readOnly)),
    ("rprivate", .propagation(.private, recursive: true)), ("rrelatime", .timesOfAll([])),
    ("rro", .setAll(.readOnly)), ("rrw", .clearAll(.readOnly)),
    ("rshared", .propagation(.shared, recursive: true)), ("rslave", .propagation(.slave, recursive: true)),
    ("rstrictatime", .timesOfAll(.strictAccessTime)), ("rsuid", .clearAll(.noSetID)),
    ("rsymfollow", .clearAll(.noSymlinks)), ("runbindable", .propagation(.unbindable, recursive: true)),
    ("rw", .clear(.readOnly)), ("shared", .propagation(.shared, recursive: false)), ("silent", .ignored),
    ("slave", .propagation(.slave, recursive: false)), ("strictatime", .setTimes(.strict)),
    ("suid", .clear(.noSetID)), ("symfollow", .clear(.noSymlinks)), ("sync", .superblock), ("tmpcopyup", .copyUp),
    ("unbindable", .propagation(.unbindable, recursive: false)),
  ]

  @Test("every option has its meaning", arguments: meanings)
  func meaning(name: String, option: MountOption) { #expect(MountOption(name) == option) }

  @Test("features lists exactly the options that are understood and done")
  func names() {
    #expect(MountOption.names.sorted() == Self.meanings.map(\.0).sorted())
  }

  @Test(
    "anything else is data of the file system",
    arguments: ["", "r", "rr", "mode=755", "RO", "rsync", "rdefaults", "ro rw", "rtmpcopyup", "readonly", "nosui"])
  func data(text: String) { #expect(MountOption(text) == nil) }

  @Test("data is cut at commas and at the first equals sign, and an escaped comma stays")
  func parameters() {
    let options = MountOptions(["mode=755,size=64k", "lowerdir=/a\\,b:/c=d", "userxattr", "", "=x"])
    #expect(
      options.parameters == [
        MountParameter("mode", "755"), MountParameter("size", "64k"), MountParameter("lowerdir", "/a,b:/c=d"),
        MountParameter("userxattr"), MountParameter("=x"),
      ])
  }

  @Test("a later option takes back an earlier one")
  func order() {
    let flags = MountOptions(["ro", "nosuid", "rw", "suid", "nosuid"]).flags
    #expect(flags.attributes == .noSetID)
    #expect(flags.cleared == .readOnly)
    let times = MountOptions(["noatime", "atime", "nodiratime"]).flags.times
    #expect(times == .notDirectories)
  }

  @Test("options for the whole tree set and clear, and a choice of access times clears the field first")
  func tree() {
    let options = MountOptions(["rbind", "rro", "rsuid", "rnoatime", "rstrictatime", "rnodiratime", "rdiratime"])
    #expect(options.bind == .tree)
    #expect(options.treeChange.set == [.readOnly, .strictAccessTime])
    #expect(options.treeChange.clear == [.noSetID, .accessTimes, .noDirectoryAccessTime])
    #expect(options.treeChange.isRecursive)
    #expect(options.flags.isEmpty)
  }

  @Test("propagations stay in their order")
  func propagation() {
    let options = MountOptions(["rslave", "bind", "shared"])
    #expect(
      options.propagation == [
        PropagationChange(.slave, isRecursive: true), PropagationChange(.shared, isRecursive: false),
      ])
  }

  @Test("flags of the file system are passed on by name")
  func superblock() {
    let options = MountOptions(["sync", "lazytime", "silent"])
    #expect(options.superblock == ["sync", "lazytime"])
    #expect(!options.flags.isEmpty)
  }
}
