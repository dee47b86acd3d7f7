package dev.hone.rollout;

import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModules;

class ModularityTests {

    @Test
    void featuresKeepToTheirBorders() {
        ApplicationModules.of(RolloutApplication.class).verify();
    }
}
