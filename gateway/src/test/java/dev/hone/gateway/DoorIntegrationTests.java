package dev.hone.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the gateway does not let in.
class DoorIntegrationTests {

    private static final TestingApi API = TestingGateway.API;

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/runs", "/submit/check"})
    void aLongBodyIsRefusedBeforeItIsSent(String path) throws Exception {
        URI address = URI.create(TestingGateway.ADDRESS);
        try (Socket socket = new Socket(address.getHost(), address.getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write(("POST " + path + " HTTP/1.1\r\nHost: h\r\nContent-Type: application/yaml\r\n"
                                    + "Idempotency-Key: long\r\nContent-Length: 8000000000\r\n\r\nhone:")
                            .getBytes(StandardCharsets.US_ASCII));
            BufferedReader answer =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            assertThat(answer.readLine()).startsWith("HTTP/1.1 413");
            assertThat(answer.lines().takeWhile(line -> !line.isEmpty())).contains("Connection: close");
        }
    }

    @Test
    void aBodyOfUnknownLengthIsRefused() throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(URI.create(TestingGateway.ADDRESS + "/api/v1/runs"))
                            .header("Content-Type", "application/yaml")
                            .POST(HttpRequest.BodyPublishers.ofInputStream(
                                    () -> new ByteArrayInputStream("hone: {}".getBytes(StandardCharsets.UTF_8))))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(411);
            assertThat(answer.body()).contains("send it with a Content-Length");
        }
    }

    @Test
    void aFileThatExpandsIsRefused() throws Exception {
        TestingApi.Answer answer = API.submit("/api/v1/runs", "hone: {seed: &s 7, experiment_name: *s}");
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.text()).contains("alias '*s'");
        assertThat(API.submit("/api/v1/runs", "hone: {gates: " + "[".repeat(100_000))
                        .status())
                .isEqualTo(422);
    }
}
