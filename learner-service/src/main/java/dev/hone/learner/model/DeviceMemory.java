package dev.hone.learner.model;

import ai.djl.Device;
import ai.djl.util.cuda.CudaUtils;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How much memory a device has in all. Not what is free: runs are trained one after another, and what one uses is free
/// when the next begins.
public final class DeviceMemory {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceMemory.class);

    private DeviceMemory() {}

    /// Bytes of a device at present, used by whomever or in all; NaN if the driver does not say.
    public static double now(Device device, boolean used) {
        if (!device.isGpu()) {
            return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean host
                    ? host.getTotalMemorySize() - (used ? host.getFreeMemorySize() : 0)
                    : Double.NaN;
        }
        try {
            MemoryUsage memory = CudaUtils.getGpuMemory(device);
            return used ? memory.getCommitted() : memory.getMax();
        } catch (RuntimeException | UnsatisfiedLinkError e) {
            return Double.NaN;
        }
    }

    /// Bytes of a device: of the GPU, or of the host as far as its container may use it; empty if the driver does not
    /// say.
    public static OptionalLong of(Device device) {
        if (!device.isGpu()) {
            return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean host
                    ? OptionalLong.of(host.getTotalMemorySize())
                    : OptionalLong.empty();
        }
        try {
            return OptionalLong.of(CudaUtils.getGpuMemory(device).getMax());
        } catch (RuntimeException | UnsatisfiedLinkError e) {
            LOG.warn(
                    "The memory of {} cannot be found out ({}); hone.learner.device-memory may say it.",
                    device,
                    e.toString());
            return OptionalLong.empty();
        }
    }
}
