package dev.hone.messaging;

import dev.hone.embedded.EmbeddedKafka;
import dev.hone.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The servers that the embedded launcher uses, in a temporary folder.
record EmbeddedServers(EmbeddedPostgres postgres, EmbeddedKafka kafka) implements TestServers {

    static EmbeddedServers start() {
        try {
            Path folder = Files.createTempDirectory("hone-test-");
            return new EmbeddedServers(
                    EmbeddedPostgres.start(folder.resolve("postgres")), EmbeddedKafka.start(folder.resolve("kafka")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String createDatabase(String name) {
        return postgres.url(name);
    }

    @Override
    public String password() {
        return postgres.password();
    }

    @Override
    public String brokers() {
        return kafka.brokers();
    }

    @Override
    public void close() {
        postgres.close();
        kafka.close();
    }
}
