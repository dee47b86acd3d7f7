package dev.hone.contracts.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutboundTests {

    private static final String EVERYWHERE = "0.0.0.0";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1:8095",
                "http://localhost/x",
                "http://2130706433/",
                "http://0.0.0.0:5432",
                "http://10.1.2.3",
                "http://172.16.0.1",
                "http://192.168.1.1",
                "http://169.254.169.254/latest/meta-data",
                "http://100.64.0.1",
                "http://192.0.0.8",
                "http://198.18.0.1",
                "http://224.0.0.1",
                "http://255.255.255.255",
                "http://[::1]:80",
                "http://[::]",
                "http://[fe80::1]",
                "http://[fc00::1]",
                "http://[fd12:3456::1]",
                "http://[::ffff:127.0.0.1]",
                "http://[::127.0.0.1]",
                "http://[64:ff9b::7f00:1]",
                "http://[2002:7f00:1::]",
                "http://[2001:0:7f00:1::]",
                "http://[ff02::1]",
            })
    void aServiceThatOthersReachConnectsToNothingBehindIt(String address) {
        Outbound outbound = Outbound.of(EVERYWHERE, "");
        assertThatThrownBy(() -> outbound.require("hone.x.base_url", URI.create(address)))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageStartingWith("hone.x.base_url leads to ")
                .hasMessageContaining("is no public address")
                .hasMessageContaining(Outbound.ALLOWED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://1.1.1.1", "http://172.32.0.1", "http://100.128.0.1", "http://[2606:4700::1111]"})
    void publicAddressesAreReached(String address) {
        assertThatCode(() -> Outbound.of(EVERYWHERE, "").require("key", URI.create(address)))
                .doesNotThrowAnyException();
    }

    @Test
    void whatTheConfigurationNamesIsReachedAtThatPortAlone() {
        Outbound outbound = Outbound.of(EVERYWHERE, "10.0.0.7, 10.0.0.8:8095");
        outbound.require("key", URI.create("http://10.0.0.7:1"));
        outbound.require("key", URI.create("http://10.0.0.8:8095"));
        assertThatThrownBy(() -> outbound.require("key", URI.create("http://10.0.0.8")))
                .hasMessageContaining("10.0.0.8:80 in HONE_OUTBOUND");
        Outbound.of(EVERYWHERE, "*").require("key", URI.create("http://10.0.0.9"));
    }

    @Test
    void aServiceOfThisMachineAloneConnectsAnywhereUnlessItsConfigurationSaysLess() {
        URI here = URI.create("http://127.0.0.1:8095");
        Outbound.of("127.0.0.1", "").require("key", here);
        Outbound.of("localhost", "").require("key", here);
        assertThatThrownBy(() -> Outbound.of("127.0.0.1", "elsewhere").require("key", here))
                .isInstanceOf(InvalidConfigException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "0.0.0.0", "::", "10.0.0.1", "no such name"})
    void onlyLoopbackIsThisMachineAlone(String bind) {
        assertThat(Outbound.onlyThisMachine(bind)).isFalse();
    }

    @Test
    void anAddressWithoutAHostIsRefused() {
        assertThatThrownBy(() -> Outbound.of(EVERYWHERE, "").require("key", URI.create("http://127.1/")))
                .hasMessageContaining("names no host");
    }

    @Test
    void addressesThatStandForNothingAreNotPublic() throws Exception {
        assertThat(Outbound.isPublic(InetAddress.getByName("240.0.0.1"))).isFalse();
    }
}
