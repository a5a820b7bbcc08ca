// The options of one mount, taken together.

public import Linux

/// A piece of data for a file system, such as `size=64k`; without a value it is a flag.
public struct MountParameter: Equatable, Sendable {
  public let key: String
  public let value: String?

  public init(_ key: String, _ value: String? = nil) {
    self.key = key
    self.value = value
  }

  /// The parameters in one option of config.json, which mount(2) would cut at commas too. A backslash keeps a comma
  /// in the value, as overlay's paths need it.
  static func parse(_ option: String) -> [MountParameter] {
    var list: [MountParameter] = []
    var piece: [UInt8] = []
    var isEscaped = false
    for byte in option.utf8 {
      if byte == UInt8(ascii: ",") && !isEscaped {
        append(piece, to: &list)
        piece.removeAll()
      } else {
        if byte == UInt8(ascii: ","), isEscaped { piece.removeLast() }
        piece.append(byte)
      }
      isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
    }
    append(piece, to: &list)
    return list
  }

  private static func append(_ piece: [UInt8], to list: inout [MountParameter]) {
    if piece.isEmpty { return }
    guard let equals = piece.firstIndex(of: UInt8(ascii: "=")), equals > 0 else {
      return list.append(MountParameter(ContainerRuntime.text(piece[...])))
    }
    list.append(
      MountParameter(
        ContainerRuntime.text(piece[..<equals]),
        ContainerRuntime.text(piece[(equals + 1)...])))
  }
}

/// A propagation to be set after a mount is attached.
public struct PropagationChange: Equatable, Sendable {
  public let propagation: MountPropagation
  public let isRecursive: Bool

  public init(_ propagation: MountPropagation, isRecursive: Bool) {
    self.propagation = propagation
    self.isRecursive = isRecursive
  }

  var change: MountChange { MountChange(propagation: propagation, isRecursive: isRecursive) }
}

/// The options of one mount, taken together.
public struct MountOptions: Equatable, Sendable {
  public enum Bind: Sendable { case one, tree }

  public private(set) var flags = MountFlags()
  public private(set) var bind: Bind?
  public private(set) var isRemount = false
  /// Which mounts of the source take the mapping.
  public private(set) var idMap: Bind?
  public private(set) var copiesUp = false
  /// In the order of the options: `slave` then `shared` is not the same as the reverse.
  public private(set) var propagation: [PropagationChange] = []
  /// What mount_setattr(2) changes in the whole tree.
  public private(set) var setInTree: MountAttributes = []
  public private(set) var clearedInTree: MountAttributes = []
  /// Flags of the file system as a whole, by their names.
  public private(set) var superblock: [String] = []
  /// Data of the file system.
  public private(set) var parameters: [MountParameter] = []

  public init(_ options: [String]) {
    for option in options { apply(option) }
  }

  var treeChange: MountChange { MountChange(set: setInTree, clear: clearedInTree, isRecursive: true) }

  private mutating func apply(_ text: String) {
    guard let option = MountOption(text) else {
      return parameters.append(contentsOf: MountParameter.parse(text))
    }
    switch option {
    case .nothing: break
    case .ignored: flags.nameOther()
    case .bind(let recursive): bind = recursive || bind == .tree ? .tree : .one
    case .remount: isRemount = true
    case .set(let attribute): flags.set(attribute)
    case .clear(let attribute): flags.clear(attribute)
    case .setTimes(let times): flags.set(times)
    case .clearTimes(let times): flags.clear(times)
    case .superblock:
      flags.nameOther()
      superblock.append(text)
    case .propagation(let kind, let recursive):
      propagation.append(PropagationChange(kind, isRecursive: recursive))
    case .setAll, .clearAll, .timesOfAll: applyToTree(option)
    case .copyUp: copiesUp = true
    case .idMap(let recursive): idMap = recursive ? .tree : .one
    }
  }

  private mutating func applyToTree(_ option: MountOption) {
    switch option {
    case .setAll(let attribute):
      setInTree.formUnion(attribute)
      clearedInTree.subtract(attribute)
    case .clearAll(let attribute):
      setInTree.subtract(attribute)
      clearedInTree.formUnion(attribute)
    case .timesOfAll(let choice):
      // A choice of times must clear the whole field first (mount_setattr(2)).
      setInTree = setInTree.subtracting(.accessTimes).union(choice)
      clearedInTree.formUnion(.accessTimes)
    default: break
    }
  }
}
