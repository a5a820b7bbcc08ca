// The I/O priority of a process.

/// The I/O priority of a process (ioprio_set(2)).
public struct IOPriority: JSONObject, Equatable, Sendable {
  public var priorityClass: IOPriorityClass = .bestEffort
  /// 0 (first) to 7 (last); may be left out, as with runc: the class idle has no levels.
  public var priority: Int32 = 0

  public init() {}

  public init(priorityClass: IOPriorityClass, priority: Int32) {
    self.priorityClass = priorityClass
    self.priority = priority
  }

  public mutating func fields(_ json: JSONCoder) throws(SpecError) {
    try json.field("class", &priorityClass, .required)
    try json.field("priority", &priority, .always)
  }
}
