// Block I/O limits as writes to cgroup files.

import OCI

/// Weights belong to the BFQ scheduler: its files are the only ones since kernel 5.0 took CFQ's away.
func blockIOWritesV1(_ io: Resources.BlockIO) -> [CgroupWrite] {
  var writes: [CgroupWrite] = []
  if let weight = io.weight, weight != 0 { writes.append(CgroupWrite("blkio", "blkio.bfq.weight", String(weight))) }
  if let weight = io.leafWeight, weight != 0 {
    writes.append(CgroupWrite("blkio", "blkio.leaf_weight", String(weight)))
  }
  for device in io.weightDevice {
    if let weight = device.weight, weight != 0 {
      writes.append(CgroupWrite("blkio", "blkio.bfq.weight_device", "\(number(device)) \(weight)"))
    }
    if let weight = device.leafWeight, weight != 0 {
      writes.append(CgroupWrite("blkio", "blkio.leaf_weight_device", "\(number(device)) \(weight)"))
    }
  }
  let throttles = [
    ("blkio.throttle.read_bps_device", io.throttleReadBpsDevice),
    ("blkio.throttle.write_bps_device", io.throttleWriteBpsDevice),
    ("blkio.throttle.read_iops_device", io.throttleReadIOPSDevice),
    ("blkio.throttle.write_iops_device", io.throttleWriteIOPSDevice),
  ]
  for (file, devices) in throttles {
    for device in devices {
      let traits: CgroupWrite.Traits = device.rate == 0 ? .optional : []
      writes.append(CgroupWrite("blkio", file, "\(number(device)) \(device.rate)", traits))
    }
  }
  return writes
}

/// Leaf weights do not exist in v2 and are left out, as runc does.
func blockIOWritesV2(_ io: Resources.BlockIO) -> [CgroupWrite] {
  var writes: [CgroupWrite] = []
  if let weight = io.weight, weight != 0 { writes += weightWrites("", weight) }
  for device in io.weightDevice {
    if let weight = device.weight, weight != 0 { writes += weightWrites(number(device) + " ", weight) }
  }
  let throttles = [
    ("rbps", io.throttleReadBpsDevice), ("wbps", io.throttleWriteBpsDevice),
    ("riops", io.throttleReadIOPSDevice), ("wiops", io.throttleWriteIOPSDevice),
  ]
  for (key, devices) in throttles {
    for device in devices {
      let rate = device.rate == 0 ? "max" : String(device.rate)
      let traits: CgroupWrite.Traits = device.rate == 0 ? .optional : []
      writes.append(CgroupWrite("io", "io.max", "\(number(device)) \(key)=\(rate)", traits))
    }
  }
  return writes
}

/// BFQ keeps the scale of v1, 10...1000; the general file has 1...10000.
private func weightWrites(_ device: String, _ weight: UInt16) -> [CgroupWrite] {
  let converted = weight < 10 ? 1 : 1 + (UInt64(weight) - 10) * 9999 / 990
  return [
    CgroupWrite("io", "io.bfq.weight", device + String(weight), .replacesNext),
    CgroupWrite("io", "io.weight", device + String(converted)),
  ]
}

private func number(_ device: Resources.WeightDevice) -> String {
  "\(device.major):\(device.minor)"
}

private func number(_ device: Resources.ThrottleDevice) -> String {
  "\(device.major):\(device.minor)"
}
