package dev.hone.task;

import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModules;

class ModularityTests {

    @Test
    void featuresKeepTheirBoundaries() {
        ApplicationModules.of(TaskApplication.class).verify();
    }
}
