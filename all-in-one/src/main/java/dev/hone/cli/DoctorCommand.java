package dev.hone.cli;

import dev.hone.doctor.Doctor;
import dev.hone.doctor.Finding;
import dev.hone.doctor.Machine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `./hone doctor`: whether this machine has what Hone needs.
@Command(
        name = "doctor",
        description = {
            "Checks JDK, memory, disk, ports, Python, sandbox and CUDA, and says what to do.",
            "Exit code 1 if something that is needed is missing."
        },
        mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {

    @Mixin
    private PlatformOptions options = new PlatformOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<Finding> findings = new Doctor(Machine.here(options.folder()), options.port()).findings();
        boolean ready = findings.stream().noneMatch(finding -> finding.level() == Finding.Level.MISSING);
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("ready", ready);
        result.put("findings", findings);
        json.print(result, () -> lines(findings, ready));
        return ready ? Main.OK : Main.FAILED;
    }

    static List<String> lines(List<Finding> findings, boolean ready) {
        List<String> lines = new ArrayList<>();
        for (Finding finding : findings) {
            lines.add("%-8s %-15s %s".formatted(finding.level().label(), finding.what(), finding.found()));
            if (!finding.advice().isEmpty()) {
                lines.add(" ".repeat(25) + finding.advice());
            }
        }
        lines.add("");
        lines.add(ready ? "Hone can run here." : "Hone cannot run here until what is missing is there.");
        return lines;
    }
}
