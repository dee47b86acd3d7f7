package dev.hone.rollout.workflow;

import dev.hone.contracts.run.EditDistance;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/// Finds workflows by a shipped name or by their class's name on the class path.
@Component
public class WorkflowCatalog {

    private static final String ALIASES = "workflow-aliases.properties";

    private final Map<String, String> aliases = new TreeMap<>();

    public WorkflowCatalog() {
        Properties properties = new Properties();
        try (InputStream in = Objects.requireNonNull(WorkflowCatalog.class.getResourceAsStream(ALIASES), ALIASES)) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + ALIASES, e);
        }
        properties.forEach((alias, type) -> aliases.put(alias.toString(), type.toString()));
    }

    /// Makes new workflows of that name.
    ///
    /// @throws IllegalArgumentException if there is no such workflow; the message says what is known
    public Supplier<Workflow> find(String name) {
        String className = aliases.getOrDefault(name, name);
        try {
            // Not initialised before it is known to be a workflow: a run may name any class.
            var constructor = Class.forName(
                            className, false, Thread.currentThread().getContextClassLoader())
                    .asSubclass(Workflow.class)
                    .getDeclaredConstructor();
            return () -> {
                try {
                    return constructor.newInstance();
                } catch (ReflectiveOperationException e) {
                    throw new IllegalStateException("Workflow " + className + " cannot be made: " + e, e);
                }
            };
        } catch (ClassNotFoundException | LinkageError e) {
            throw new IllegalArgumentException("names the workflow '" + name + "', which is not there"
                    + EditDistance.nearest(name, aliases.keySet())
                            .map(nearest -> ". Did you mean '" + nearest + "'? Use")
                            .orElse("; use")
                    + " one of " + aliases.keySet() + " or the name of a class on the class path.");
        } catch (ClassCastException e) {
            throw new IllegalArgumentException("names '" + name + "', which is no workflow; let the class implement "
                    + Workflow.class.getName() + ".");
        } catch (NoSuchMethodException e) {
            throw new IllegalArgumentException(
                    "names '" + name + "', which has no constructor without arguments; give it one.");
        }
    }
}
