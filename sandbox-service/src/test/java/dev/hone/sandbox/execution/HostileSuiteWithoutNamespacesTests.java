package dev.hone.sandbox.execution;

import dev.hone.sandbox.HostileCase;
import dev.hone.sandbox.RunningSandbox;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;

/// The explicit fallback holds as well.
@Tag("slow")
class HostileSuiteWithoutNamespacesTests extends HostileSuite {
    HostileSuiteWithoutNamespacesTests() {
        super(RunningSandbox.start("--sandbox.isolation=seccomp"));
    }

    @Override
    List<HostileCase> cases() {
        return Stream.concat(super.cases().stream(), HostileCase.ofTheFallback().stream())
                .filter(hostile -> hostile.needs().isEmpty())
                .toList();
    }
}
