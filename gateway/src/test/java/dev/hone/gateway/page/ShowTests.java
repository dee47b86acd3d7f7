package dev.hone.gateway.page;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class ShowTests {

    @ParameterizedTest
    @CsvSource({"0, 0", "0.4567, 0.457", "-12.345, -12.3", "12345.6, '12,346'", "0.00000004, 4.0e-08", "3, 3"})
    void numbersHaveAsManyDigitsAsTheyAreWorth(double value, String shown) {
        assertThat(new Show().number(value)).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource({"null, –", "'\"grpo\"', grpo", "1.5e-4, 1.5E-4", "'[\"a\",1]', '[\"a\",1]'"})
    void settingsAreShownAsAFileHasThem(String value, String shown) {
        assertThat(new Show().setting(JsonMapper.shared().readTree(value))).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource({"59.4, 59 s", "61, 1 min 1 s", "3725, 1 h 2 min"})
    void timesHaveTwoUnits(double seconds, String shown) {
        assertThat(new Show().seconds(seconds)).isEqualTo(shown);
    }
}
