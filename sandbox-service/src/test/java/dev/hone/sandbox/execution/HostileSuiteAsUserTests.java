package dev.hone.sandbox.execution;

import dev.hone.sandbox.RunningSandbox;
import org.junit.jupiter.api.Tag;

/// The jail started by a normal user.
@Tag("slow")
class HostileSuiteAsUserTests extends HostileSuite {
    HostileSuiteAsUserTests() {
        super(RunningSandbox.startAsUser());
    }
}
