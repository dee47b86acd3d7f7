package dev.hone.learner;

import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModules;

class ModularityTests {
    @Test
    void featuresDependOnOneAnotherWithoutCycles() {
        ApplicationModules.of(LearnerApplication.class).verify();
    }
}
