// What the program is called and which release it is.

/// The release of Apus, as printed by `--version`.
public let programVersion = "0.1.0"
