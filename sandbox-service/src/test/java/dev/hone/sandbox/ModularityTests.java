package dev.hone.sandbox;

import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModules;

class ModularityTests {

    @Test
    void featuresUseOnlyWhatOthersExpose() {
        ApplicationModules.of(SandboxApplication.class).verify();
    }
}
