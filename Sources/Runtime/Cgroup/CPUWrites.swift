// CPU limits as writes to cgroup files.

import OCI

func cpuWritesV1(_ cpu: Resources.CPU) -> [CgroupWrite] {
  // Real-time first of all: a real-time process cannot join a cgroup without real-time.
  var writes = realtimeWrites(cpu)
  var shares: [CgroupWrite] = []
  if let value = cpu.shares, value != 0 {
    // The kernel's range; a value in it is taken as it is.
    let traits: CgroupWrite.Traits = (2...262_144).contains(value) ? [] : .readBack
    shares = [CgroupWrite("cpu", "cpu.shares", String(value), traits)]
  }
  writes += withIdle(cpu, shares)
  // A period or burst may not fit the old quota, and does the new one.
  let quota = cpu.quota ?? 0
  let quotaFile = quota == 0 ? nil : "cpu.cfs_quota_us"
  if let period = cpu.period, period != 0 {
    writes.append(CgroupWrite("cpu", "cpu.cfs_period_us", String(period), retriedAfter: quotaFile))
  }
  if let burst = cpu.burst {
    let traits: CgroupWrite.Traits = burst == 0 ? .optional : []
    writes.append(CgroupWrite("cpu", "cpu.cfs_burst_us", String(burst), traits, retriedAfter: quotaFile))
  }
  if let quotaFile { writes.append(CgroupWrite("cpu", quotaFile, String(quota), quota < 0 ? .optional : [])) }
  return writes
}

private func realtimeWrites(_ cpu: Resources.CPU) -> [CgroupWrite] {
  var writes: [CgroupWrite] = []
  let runtimeFile = "cpu.rt_runtime_us"
  let runtime = cpu.realtimeRuntime ?? 0
  if let period = cpu.realtimePeriod, period != 0 {
    let after = runtime == 0 ? nil : runtimeFile
    writes.append(CgroupWrite("cpu", "cpu.rt_period_us", String(period), retriedAfter: after))
  }
  if runtime != 0 { writes.append(CgroupWrite("cpu", runtimeFile, String(runtime))) }
  return writes
}

/// The weight is fixed while a cgroup is idle, so idleness ends before it and begins after it.
private func withIdle(_ cpu: Resources.CPU, _ weight: [CgroupWrite]) -> [CgroupWrite] {
  guard let idle = cpu.idle else { return weight }
  let write = CgroupWrite("cpu", "cpu.idle", String(idle), idle == 0 ? .optional : [])
  return idle == 0 ? [write] + weight : weight + [write]
}

/// Real-time limits do not exist in v2 and are left out, as runc does.
func cpuWritesV2(_ cpu: Resources.CPU) -> [CgroupWrite] {
  var weight: [CgroupWrite] = []
  if let shares = cpu.shares, shares != 0 {
    weight = [CgroupWrite("cpu", "cpu.weight", String(cpuWeight(shares: shares)))]
  }
  var writes = withIdle(cpu, weight)
  let quota = cpu.quota ?? 0
  let period = cpu.period ?? 0
  let hasMax = quota != 0 || period != 0
  if let burst = cpu.burst {
    let traits: CgroupWrite.Traits = burst == 0 ? .optional : []
    writes.append(CgroupWrite("cpu", "cpu.max.burst", String(burst), traits, retriedAfter: hasMax ? "cpu.max" : nil))
  }
  if hasMax {
    // Both in one write; 100 ms is the kernel's own default.
    let value = (quota > 0 ? String(quota) : "max") + " " + String(period == 0 ? 100_000 : period)
    writes.append(CgroupWrite("cpu", "cpu.max", value, quota <= 0 && period == 0 ? .optional : []))
  }
  return writes
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
