package dev.hone.cli;

import dev.hone.launcher.PreparedContexts;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// Works out, once a build, what every start would work out again.
@Command(name = "prepare", hidden = true)
final class PrepareCommand implements Callable<Integer> {

    @Parameters(paramLabel = "JAR")
    private Path jar = Path.of("");

    @Override
    public Integer call() throws Exception {
        Path folder = jar.resolveSibling("prepare");
        Folders.delete(folder);
        try {
            PreparedContexts.write(jar, folder);
        } finally {
            Folders.delete(folder);
        }
        return Main.OK;
    }
}
