package dev.hone.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hone.contracts.rollout.TokenPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class TokenPageTests {

    private static final Path GOLDEN = Path.of("src/test/resources/golden/rollout.token-page.v1.two.json");

    @Test
    void isWrittenAndReadAsTheGoldenFileIs() throws IOException {
        TokenPage page = new TokenPage(
                1,
                List.of(5, 2),
                3,
                List.of(
                        new TokenPage.Token(0, 3, 17, "\n", false, "template", null, null, null),
                        new TokenPage.Token(0, 4, 70000, " four", true, "assistant", 2, -0.25f, 6)));
        byte[] golden = Files.readAllBytes(GOLDEN);
        assertThat(EventCodec.json().readTree(EventCodec.json().writeValueAsBytes(page)))
                .isEqualTo(EventCodec.json().readTree(golden));
        assertThat(EventCodec.json().readValue(golden, TokenPage.class)).isEqualTo(page);
    }
}
