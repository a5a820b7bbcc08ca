// CPU limits as writes to cgroup files.

import OCI

extension [CgroupWrite] {
  mutating func addCPUV1(_ cpu: Resources.CPU) {
    // Real-time first of all: a real-time process cannot join a cgroup without real-time.
    let runtimeFile = "cpu.rt_runtime_us"
    let runtime = cpu.realtimeRuntime ?? 0
    add("cpu.rt_period_us", given: cpu.realtimePeriod.kernel, retriedAfter: runtime == 0 ? "" : runtimeFile)
    if runtime != 0 { add(runtimeFile, String(runtime)) }
    endIdle(cpu)
    if let shares = cpu.shares, shares != 0 {
      // The kernel's range; a value in it is taken as it is.
      add("cpu.shares", String(shares), shares < 2 || shares > 262_144 ? .readBack : [])
    }
    beginIdle(cpu)
    // A period or burst may not fit the old quota, and does the new one.
    let quotaFile = "cpu.cfs_quota_us"
    let after = cpu.quota ?? 0 == 0 ? "" : quotaFile
    add("cpu.cfs_period_us", given: cpu.period.kernel, retriedAfter: after)
    addBurst("cpu.cfs_burst_us", cpu, after)
    add(quotaFile, given: cpu.quota)
  }

  /// Real-time limits do not exist in v2 and are left out, as runc does.
  mutating func addCPUV2(_ cpu: Resources.CPU) {
    endIdle(cpu)
    if let shares = cpu.shares, shares != 0 { add("cpu.weight", String(cpuWeight(shares: shares))) }
    beginIdle(cpu)
    let quota = cpu.quota ?? 0
    let period = cpu.period ?? 0
    let hasMax = quota != 0 || period != 0
    addBurst("cpu.max.burst", cpu, hasMax ? "cpu.max" : "")
    if !hasMax { return }
    // Both in one write; 100 ms is the kernel's own default.
    let value = sentence("% %", quota > 0 ? String(quota) : "max", String(period == 0 ? 100_000 : period))
    add("cpu.max", value, quota <= 0 && period == 0 ? .optional : [])
  }

  private mutating func addBurst(_ file: String, _ cpu: Resources.CPU, _ after: String) {
    guard let burst = cpu.burst else { return }
    add(file, String(burst), burst == 0 ? .optional : [], retriedAfter: after)
  }

  /// The weight is fixed while a cgroup is idle, so idleness ends before it and begins after it.
  private mutating func endIdle(_ cpu: Resources.CPU) {
    if cpu.idle == 0 { add("cpu.idle", "0", .optional) }
  }

  private mutating func beginIdle(_ cpu: Resources.CPU) {
    if let idle = cpu.idle, idle != 0 { add("cpu.idle", String(idle)) }
  }
}

extension UInt64? {
  /// For the kernel's signed parser; what it cannot take becomes its largest number, which it refuses by itself.
  fileprivate var kernel: Int64? { map { Int64(clamping: $0) } }
}

/// The v2 weight, 1...10000, of v1 shares, 2...262144: a curve through both ends and both defaults (1024 is 100).
/// `ceil(10 ^ ((l² + 125·l) / 612 − 7/34))` with `l = log2(shares)`.
func cpuWeight(shares: UInt64) -> UInt64 {
  if shares <= 2 { return 1 }
  if shares >= 262_144 { return 10_000 }
  let log = log2(shares)
  let weight = powerOfTen((log * log + 125 * log) / 612 - 7.0 / 34)
  // Exact results, such as the default's, may come out a hair too large.
  let below = UInt64(weight - 1e-9)
  return weight - 1e-9 > Double(below) ? below + 1 : below
}

/// Embedded Swift has no logarithm of its own: the bit count, and for the rest 2·atanh as a series.
private func log2(_ value: UInt64) -> Double {
  let whole = 63 - value.leadingZeroBitCount
  let rest = Double(value) / Double(UInt64(1) << UInt64(whole))
  let step = (rest - 1) / (rest + 1)
  var (sum, term) = (0.0, step)
  for index in 0..<20 {
    sum += term / Double(2 * index + 1)
    term *= step * step
  }
  return Double(whole) + 2 * sum / 0.693_147_180_559_945_3
}

/// 10 to a power of 0...4: multiplication for the whole part, the series of e^x for the rest.
private func powerOfTen(_ exponent: Double) -> Double {
  var result = 1.0
  for _ in 0..<Int(exponent) { result *= 10 }
  let argument = (exponent - Double(Int(exponent))) * 2.302_585_092_994_045_7
  var (sum, term) = (0.0, 1.0)
  for index in 1..<40 {
    sum += term
    term *= argument / Double(index)
  }
  return result * sum
}
