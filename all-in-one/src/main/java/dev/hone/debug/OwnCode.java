package dev.hone.debug;

import dev.hone.contracts.run.InvalidConfigException;
import dev.hone.judge.verifier.Judge;
import dev.hone.rollout.workflow.Workflow;
import dev.hone.worker.CodeFile;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.util.Optional;

/// Workflows and judges in files, loaded into this process without a jail: the one who debugs runs his own code. Java
/// only: a Java debugger sees nothing of Python.
final class OwnCode {

    private OwnCode() {}

    static Optional<Judge> judge(String key, String name) {
        return load(key, name, Judge.class);
    }

    static Optional<Workflow> workflow(String name) {
        return load("hone.rollout.user_workflow", name, Workflow.class);
    }

    private static <T> Optional<T> load(String key, String name, Class<T> type) {
        Optional<CodeFile> file;
        try {
            file = CodeFile.parse(name);
        } catch (IllegalArgumentException e) {
            throw new InvalidConfigException(key, String.valueOf(e.getMessage()));
        }
        return file.map(found -> switch (found) {
            case CodeFile.Jar jar -> load(key, jar, type);
            case CodeFile.Python python ->
                throw new InvalidConfigException(
                        key,
                        "names the Python file " + python + ", where a Java debugger's breakpoints cannot hold; run it"
                                + " with a Python debugger against a server of OpenAI's API.");
        });
    }

    private static <T> T load(String key, CodeFile.Jar jar, Class<T> type) {
        if (!Files.isRegularFile(jar.path())) {
            throw new InvalidConfigException(key, "names the jar " + jar.path() + ", which is not there.");
        }
        try {
            // Never closed: its classes are in use until the process ends.
            ClassLoader loader =
                    new URLClassLoader(new URL[] {jar.path().toUri().toURL()}, type.getClassLoader());
            return Class.forName(jar.className(), true, loader)
                    .asSubclass(type)
                    .getConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException | ClassCastException | LinkageError | MalformedURLException e) {
            throw new InvalidConfigException(
                    key,
                    "names " + jar + ", which cannot be used as a " + type.getSimpleName() + " (" + e
                            + "); see that the class is there, public, and has a constructor without parameters.");
        }
    }
}
