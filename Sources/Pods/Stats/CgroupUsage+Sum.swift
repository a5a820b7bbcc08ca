// Several cgroups as one.

extension CgroupUsage {
  /// What several groups use together. Limits and pressure are of one group each and have no sum.
  /// - Returns: nil for no groups.
  static func sum(_ groups: [CgroupUsage], moment: Int64) -> CgroupUsage? {
    if groups.isEmpty { return nil }
    var sum = CgroupUsage(moment: moment)
    let fields: [WritableKeyPath<CgroupUsage, UInt64?>] = [
      \.processor.total, \.processor.user, \.processor.system, \.memory.usage, \.memory.workingSet, \.memory.rss,
      \.memory.cache, \.memory.mapped, \.memory.kernel, \.memory.faults, \.memory.majorFaults,
      \.memory.outOfMemoryKills, \.swap.usage, \.processes, \.threads,
    ]
    for field in fields {
      let values = groups.compactMap { $0[keyPath: field] }
      sum[keyPath: field] = values.isEmpty ? nil : values.reduce(0, &+)
    }
    return sum
  }
}
