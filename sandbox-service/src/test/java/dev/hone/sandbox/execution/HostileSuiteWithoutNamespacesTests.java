package dev.hone.sandbox.execution;

import dev.hone.sandbox.HostileCase;
import dev.hone.sandbox.RunningSandbox;
import java.util.List;

/// The explicit fallback holds as well.
class HostileSuiteWithoutNamespacesTests extends HostileSuite {
    HostileSuiteWithoutNamespacesTests() {
        super(RunningSandbox.start("--sandbox.isolation=seccomp"));
    }

    @Override
    List<HostileCase> cases() {
        return super.cases().stream()
                .filter(hostile -> hostile.needs().isEmpty())
                .toList();
    }
}
