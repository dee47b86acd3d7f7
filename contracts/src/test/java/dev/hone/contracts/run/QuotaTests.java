package dev.hone.contracts.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuotaTests {

    @Test
    void isANumberForAllAndAnotherForSome() {
        Quota quota = Quota.of("HONE_QUOTA_RUNS", " 4, big-team=16 , free=0");
        assertThat(quota.of("hone")).isEqualTo(4);
        assertThat(quota.of("big-team")).isEqualTo(16);
        assertThat(quota.of("free")).isEqualTo(Quota.UNLIMITED);
        assertThat(quota.any()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "0", "team=0", ","})
    void nothingAndZeroAreNoLimit(String text) {
        Quota quota = Quota.of("HONE_QUOTA_RUNS", text);
        assertThat(quota.any()).isFalse();
        assertThat(quota.of("team")).isEqualTo(Quota.UNLIMITED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"many", "-1", "team=", "team=x", "=3", "team=1,team=2", "4 5"})
    void whatCannotBeReadIsRefusedWithWhatToGive(String text) {
        assertThatThrownBy(() -> Quota.of("HONE_QUOTA_RUNS", text))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageContaining("HONE_QUOTA_RUNS")
                .hasMessageContaining("give");
    }
}
