package dev.hone.sandbox.execution;

import dev.hone.sandbox.RunningSandbox;

/// The jail started by a normal user.
class HostileSuiteAsUserTests extends HostileSuite {
    HostileSuiteAsUserTests() {
        super(RunningSandbox.startAsUser());
    }
}
