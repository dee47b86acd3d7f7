package dev.hone.doctor;

import dev.hone.policy.TorchEngine;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What computes: PyTorch, and graphics processors, which Hone can use and does not need.
record Compute(Machine machine) {

    /// The oldest driver for programs of CUDA 12.
    /// Source: CUDA Compatibility, minor version compatibility, table 1.
    private static final int OLDEST_DRIVER = 525;

    /// PyTorch's native library, loaded as a run does.
    static Finding engine() {
        try {
            int gpus = TorchEngine.gpuCount();
            return Finding.ok("PyTorch", "loads, and sees " + gpus + " GPUs");
        } catch (RuntimeException | LinkageError e) {
            Throwable cause = e;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            return Finding.missing(
                    "PyTorch",
                    "the native library does not load: " + cause,
                    "See that " + cache()
                            + " can be written (DJL_CACHE_DIR names another folder) and that glibc is 2.28"
                            + " or newer.");
        }
    }

    private static String cache() {
        return System.getenv().getOrDefault("DJL_CACHE_DIR", System.getProperty("user.home") + "/.djl.ai");
    }

    Finding cuda() throws InterruptedException {
        Optional<Path> program = Machine.find("nvidia-smi", machine.path());
        if (program.isEmpty()) {
            return Finding.note(
                    "CUDA",
                    "there is no nvidia-smi: models run on the CPU",
                    "Nothing, unless there is a GPU: then install NVIDIA's driver, in a container with its toolkit.");
        }
        Trial trial = Trial.of(List.of(
                program.get().toString(), "--query-gpu=driver_version,name,memory.total", "--format=csv,noheader"));
        if (!trial.worked()) {
            return Finding.note(
                    "CUDA",
                    "nvidia-smi fails: " + trial.said(),
                    "Mend the driver (in a container: start it with the GPUs); until then models run on the CPU.");
        }
        return driver(trial.said()) < OLDEST_DRIVER
                ? Finding.note(
                        "CUDA",
                        trial.said(),
                        "The driver is older than " + OLDEST_DRIVER + ", too old for CUDA 12; install a newer one.")
                : Finding.ok("CUDA", trial.said());
    }

    private static int driver(String line) {
        String number = line.split("[.,]", 2)[0].strip();
        return number.matches("\\d{1,6}") ? Integer.parseInt(number) : 0;
    }
}
