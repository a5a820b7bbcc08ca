// Block I/O limits as writes to cgroup files.

import OCI

extension [CgroupWrite] {
  /// Weights belong to the BFQ scheduler: its files are the only ones since kernel 5.0 took CFQ's away.
  mutating func addBlockIOV1(_ io: Resources.BlockIO) {
    addWeight("blkio.bfq.weight", io.weight)
    addWeight("blkio.leaf_weight", io.leafWeight)
    for device in io.weightDevice {
      addWeight("blkio.bfq.weight_device", device.weight, number(device.major, device.minor))
      addWeight("blkio.leaf_weight_device", device.leafWeight, number(device.major, device.minor))
    }
    addThrottles("blkio.throttle.read_bps_device", io.throttleReadBpsDevice)
    addThrottles("blkio.throttle.write_bps_device", io.throttleWriteBpsDevice)
    addThrottles("blkio.throttle.read_iops_device", io.throttleReadIOPSDevice)
    addThrottles("blkio.throttle.write_iops_device", io.throttleWriteIOPSDevice)
  }

  /// Leaf weights do not exist in v2 and are left out, as runc does.
  mutating func addBlockIOV2(_ io: Resources.BlockIO) {
    addWeightV2(io.weight)
    for device in io.weightDevice { addWeightV2(device.weight, number(device.major, device.minor)) }
    addThrottles("io.max", io.throttleReadBpsDevice, "rbps=")
    addThrottles("io.max", io.throttleWriteBpsDevice, "wbps=")
    addThrottles("io.max", io.throttleReadIOPSDevice, "riops=")
    addThrottles("io.max", io.throttleWriteIOPSDevice, "wiops=")
  }

  private mutating func addWeight(_ file: String, _ weight: UInt16?, _ device: String = "") {
    guard let weight, weight != 0 else { return }
    add(file, device + String(weight))
  }

  /// BFQ keeps the scale of v1, 10...1000; the general file has 1...10000.
  private mutating func addWeightV2(_ weight: UInt16?, _ device: String = "") {
    guard let weight, weight != 0 else { return }
    add("io.bfq.weight", device + String(weight), .replacesNext)
    add("io.weight", device + String(weight < 10 ? 1 : 1 + (UInt64(weight) - 10) * 9999 / 990))
  }

  /// A rate of 0 takes a limit away; in v2, where a key says which limit, that is written `max`.
  @inline(never)
  private mutating func addThrottles(_ file: String, _ devices: [Resources.ThrottleDevice], _ key: String = "") {
    for device in devices {
      let rate = device.rate == 0 && !key.isEmpty ? "max" : String(device.rate)
      let value = sentence("%%%", number(device.major, device.minor), key, rate)
      add(file, value, device.rate == 0 ? .optional : [])
    }
  }
}

/// A device as it begins a value: `8:0 `.
@inline(never)
private func number(_ major: Int64, _ minor: Int64) -> String {
  sentence("%:% ", String(major), String(minor))
}
