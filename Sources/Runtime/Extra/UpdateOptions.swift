// The options of `update`.

/// The options of `update`.
struct UpdateOptions: Equatable, Sendable {
  /// A flag and what was given for it.
  struct Value: Equatable, Sendable {
    let name: FlagName
    let text: String
  }

  let id: String
  /// In the order of the command line; of equal ones the last counts.
  var values: [Value] = []

  init(id: String, flags scanned: ScannedArguments) {
    self.id = id
    for flag in scanned.flags { values.append(Value(name: flag.name, text: flag.value)) }
  }
}
