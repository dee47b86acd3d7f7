package dev.hone.sandbox.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.contracts.sandbox.ExecutionResult;
import dev.hone.sandbox.RunningSandbox;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// numpy and sympy from a folder of packages, imported once for all calls.
@Tag("slow")
class PreloadTests {
    private static RunningSandbox sandbox;

    @BeforeAll
    static void start() throws Exception {
        Path packages = Path.of("target", "python-packages").toAbsolutePath();
        if (!Files.isDirectory(packages.resolve("sympy"))) {
            Process pip = new ProcessBuilder(
                            "/usr/bin/python3",
                            "-m",
                            "pip",
                            "install",
                            "--quiet",
                            "--no-compile",
                            "--target",
                            packages.toString(),
                            "numpy==2.2.6",
                            "sympy==1.14.0")
                    .inheritIO()
                    .start();
            assertThat(pip.waitFor()).as("pip install").isZero();
        }
        sandbox = RunningSandbox.start(
                "--sandbox.jail.packages=" + packages, "--sandbox.jail.preload=math,random,numpy.random,sympy");
    }

    @AfterAll
    static void stop() {
        sandbox.close();
    }

    @Test
    void bothAreThereWithoutBeingImportedAgain() {
        ExecutionResult result = sandbox.run("""
                import sys
                print("numpy" in sys.modules, "sympy" in sys.modules)
                import numpy, sympy
                print(numpy.linalg.det(numpy.eye(3)), sympy.integrate(sympy.Symbol("x")))
                """);
        assertThat(result.stdout()).as(result.toString()).isEqualTo("True True\n1.0 x**2/2\n");
    }

    @Test
    void noCallDrawsTheRandomNumbersOfAnother() {
        Set<String> drawn = new HashSet<>();
        for (int call = 0; call < 5; call++) {
            drawn.add(sandbox.run("""
                            import random, numpy, sympy.core.random
                            print(random.random(), numpy.random.random(), sympy.core.random.random())
                            """).stdout());
        }
        assertThat(drawn.stream().map(line -> line.split(" ")[0])).hasSize(5).doesNotHaveDuplicates();
        assertThat(drawn.stream().map(line -> line.split(" ")[1])).doesNotHaveDuplicates();
        assertThat(drawn.stream().map(line -> line.split(" ")[2])).doesNotHaveDuplicates();
    }

    @Test
    void memoryIsCountedFromWhatWasPreloaded() {
        assertThat(sandbox.run("import numpy; print(numpy.zeros(200 << 17).nbytes >> 20)")
                        .stdout())
                .isEqualTo("200\n");
        assertThat(sandbox.run("import numpy; numpy.zeros(300 << 17)").stderr()).contains("Unable to allocate");
    }
}
