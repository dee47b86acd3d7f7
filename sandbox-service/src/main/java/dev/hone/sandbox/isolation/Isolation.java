package dev.hone.sandbox.isolation;

import java.util.Locale;

/// How calls are kept apart from the machine and from each other. There is nothing weaker.
public enum Isolation {
    /// Namespaces of their own inside a bubblewrap jail, and all that `seccomp` has.
    NAMESPACES,

    /// Landlock, system call filter and limits alone: for machines that forbid user namespaces. Processes and memory of
    /// the machine are out of reach, but which files exist can be seen, and there is no `/tmp`.
    SECCOMP;

    /// As in settings, results and metrics.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
