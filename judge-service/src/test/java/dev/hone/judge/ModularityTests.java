package dev.hone.judge;

import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModules;

class ModularityTests {

    @Test
    void featuresKeepToTheirBorders() {
        ApplicationModules.of(JudgeApplication.class).verify();
    }
}
