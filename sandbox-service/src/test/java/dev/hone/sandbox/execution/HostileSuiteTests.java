package dev.hone.sandbox.execution;

import dev.hone.sandbox.RunningSandbox;

/// The service started by whoever runs the tests: in continuous integration root, so
/// that the jail drops to a user of its own.
class HostileSuiteTests extends HostileSuite {
    HostileSuiteTests() {
        super(RunningSandbox.start());
    }
}
