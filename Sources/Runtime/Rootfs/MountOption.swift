// The options of mounts: every name with its effect.

public import Linux

/// What an option of a mount asks for (mount(8); runtime-spec config.md, section Mounts).
/// Names that are none of these are data of the file system.
public enum MountOption: Equatable, Sendable {
  /// `defaults`
  case nothing
  /// A flag of mount(2) that nobody in the container can see; the new mount calls have no word for it.
  case ignored
  case bind(recursive: Bool)
  case remount
  case set(MountAttributes)
  case clear(MountAttributes)
  case setTimes(AccessTimes)
  case clearTimes(AccessTimes)
  /// A flag of the whole file system, told to it under the option's own name.
  case superblock
  case propagation(MountPropagation, recursive: Bool)
  /// For the whole tree, by mount_setattr(2) with AT_RECURSIVE.
  case setAll(MountAttributes)
  case clearAll(MountAttributes)
  /// One choice of access times for the whole tree.
  case timesOfAll(MountAttributes)
  case copyUp
  case idMap(recursive: Bool)

  // Each list has its words in pairs or singly; a word's place is the place of its meaning. With an `r` before them
  // the words of the first four are for whole trees.
  private static let attributeWords = "ro rw nosuid suid nodev dev noexec exec nosymfollow symfollow"
  private static let attributes: [MountAttributes] = [.readOnly, .noSetID, .noDevices, .noExecute, .noSymlinks]
  private static let timeWords =
    "noatime atime relatime norelatime strictatime nostrictatime nodiratime diratime"
  private static let times: [AccessTimes] = [.never, .relative, .strict, .notDirectories]
  private static let propagationWords = "private shared slave unbindable"
  private static let propagations: [MountPropagation] = [.private, .shared, .slave, .unbindable]
  private static let bindWords = "bind idmap"
  private static let superblockWords = "async dirsync lazytime mand nolazytime nomand sync"
  private static let ignoredWords = "iversion loud noiversion silent"
  private static let otherWords = "defaults remount tmpcopyup"

  /// Nil for data of the file system.
  init?(_ name: String) {
    let bytes = Array(name.utf8)
    if let option = MountOption.single(bytes[...]) {
      self = option
    } else if bytes.first == UInt8(ascii: "r"), let option = MountOption.recursive(bytes.dropFirst()) {
      self = option
    } else {
      return nil
    }
  }

  private static func single(_ name: ArraySlice<UInt8>) -> MountOption? {
    if let index = place(of: name, in: attributeWords) {
      return index % 2 == 0 ? .set(attributes[index / 2]) : .clear(attributes[index / 2])
    }
    if let index = place(of: name, in: timeWords) {
      return index % 2 == 0 ? .setTimes(times[index / 2]) : .clearTimes(times[index / 2])
    }
    if let index = place(of: name, in: propagationWords) {
      return .propagation(propagations[index], recursive: false)
    }
    if let index = place(of: name, in: bindWords) {
      return index == 0 ? .bind(recursive: false) : .idMap(recursive: false)
    }
    if place(of: name, in: superblockWords) != nil { return .superblock }
    if place(of: name, in: ignoredWords) != nil { return .ignored }
    guard let index = place(of: name, in: otherWords) else { return nil }
    return [.nothing, .remount, .copyUp][index]
  }

  private static func recursive(_ name: ArraySlice<UInt8>) -> MountOption? {
    if let index = place(of: name, in: attributeWords) {
      return index % 2 == 0 ? .setAll(attributes[index / 2]) : .clearAll(attributes[index / 2])
    }
    if let index = place(of: name, in: timeWords) {
      let time = times[index / 2]
      if time != .notDirectories {
        // What is taken back leaves relative access times, whose value is 0.
        return .timesOfAll(index % 2 == 0 ? time.attributes : [])
      }
      return index % 2 == 0 ? .setAll(.noDirectoryAccessTime) : .clearAll(.noDirectoryAccessTime)
    }
    if let index = place(of: name, in: propagationWords) {
      return .propagation(propagations[index], recursive: true)
    }
    guard let index = place(of: name, in: bindWords) else { return nil }
    return index == 0 ? .bind(recursive: true) : .idMap(recursive: true)
  }

  /// Which word of a list this is. One pass over the bytes: a container has dozens of options.
  private static func place(of word: ArraySlice<UInt8>, in list: String) -> Int? {
    let blank = UInt8(ascii: " ")
    var (index, at, isSame) = (0, word.startIndex, true)
    for byte in list.utf8 {
      if byte != blank {
        isSame = isSame && at < word.endIndex && word[at] == byte
        at += isSame ? 1 : 0
      } else if isSame && at == word.endIndex {
        return index
      } else {
        (index, at, isSame) = (index + 1, word.startIndex, true)
      }
    }
    return isSame && at == word.endIndex ? index : nil
  }

  /// The names that `features` lists, in no order: what is understood and done.
  public static var names: [String] {
    var names: [String] = []
    for list in [attributeWords, timeWords, propagationWords, bindWords] {
      for word in words(list) { names += [word, "r" + word] }
    }
    for list in [superblockWords, ignoredWords, otherWords] { names += words(list) }
    return names
  }

  private static func words(_ list: String) -> [String] {
    var words: [String] = []
    for word in pieces([UInt8](list.utf8)[...], { $0 == UInt8(ascii: " ") }) { words.append(text(word)) }
    return words
  }
}
