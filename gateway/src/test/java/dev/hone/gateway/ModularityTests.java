package dev.hone.gateway;

import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModules;

class ModularityTests {

    @Test
    void featuresKeepToTheirBorders() {
        ApplicationModules.of(GatewayApplication.class).verify();
    }
}
