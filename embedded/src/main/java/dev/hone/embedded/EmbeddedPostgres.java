package dev.hone.embedded;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/// A PostgreSQL server as a child process, on loopback, with its data in a folder. Works for root too ([ServerUser]).
public final class EmbeddedPostgres implements AutoCloseable {

    /// The superuser, owner of all databases.
    public static final String USER = "postgres";

    private static final String PROGRAMS = "programs";
    private static final String DATA = "data";
    private static final int START_SECONDS = 60;
    private static final int STOP_SECONDS = 15;

    private final Process server;
    private final int port;
    private final String password;

    private EmbeddedPostgres(Process server, int port, String password) {
        this.server = server;
        this.port = port;
        this.password = password;
    }

    /// Why a server could not run here: as whom, that is; empty if it could.
    ///
    /// @param folder one that is there
    public static Optional<String> obstacle(Path folder) throws InterruptedException {
        try {
            ServerUser.detect(folder);
            return Optional.empty();
        } catch (IllegalStateException | IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /// Starts a server on a free port.
    ///
    /// @param folder kept between starts
    /// @throws IllegalStateException if it does not come up within 60 s; the message has the end of its log
    public static EmbeddedPostgres start(Path folder) {
        return start(folder, FreePort.next());
    }

    /// Starts a server for clients that know its port.
    ///
    /// @param folder kept between starts
    /// @throws IllegalStateException if it does not come up within 60 s; the message has the end of its log
    public static EmbeddedPostgres start(Path folder, int port) {
        try {
            Files.createDirectories(folder);
            Path programs = PostgresPrograms.unpack(folder.resolve(PROGRAMS));
            Path data = folder.resolve(DATA);
            Path passwordFile = folder.resolve("password");
            ServerUser user = ServerUser.detect(folder);
            if (!Files.exists(data.resolve("PG_VERSION"))) {
                initialise(programs, data, passwordFile, user);
            }
            orphan(folder).ifPresent(EmbeddedPostgres::stop);
            Files.deleteIfExists(data.resolve("postmaster.pid"));
            String password = Files.readString(passwordFile).strip();
            Process server = launch(programs, data, folder.resolve("postgres.log"), port, user);
            return new EmbeddedPostgres(server, port, password);
        } catch (IOException e) {
            throw new IllegalStateException("PostgreSQL cannot be started in " + folder + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while PostgreSQL was starting", e);
        }
    }

    private static void initialise(Path programs, Path data, Path passwordFile, ServerUser user)
            throws IOException, InterruptedException {
        // Made beside its place and moved there when it is whole, so that an interrupted initdb leaves nothing.
        Path unfinished = data.resolveSibling(DATA + ".unfinished");
        deleteTree(unfinished);
        byte[] secret = new byte[16];
        new SecureRandom().nextBytes(secret);
        Files.deleteIfExists(passwordFile);
        Files.createFile(
                passwordFile, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(passwordFile, HexFormat.of().formatHex(secret));
        Files.createDirectories(unfinished);
        user.own(unfinished);
        user.own(passwordFile);
        Process initdb = new ProcessBuilder(user.command(List.of(
                        programs.resolve("bin/initdb").toString(),
                        "--pgdata=" + unfinished,
                        "--username=" + USER,
                        "--auth=scram-sha-256",
                        // Many rounds protect weak passwords; this one is 128 random bits, and each connection pays.
                        "--set=scram_iterations=1",
                        "--pwfile=" + passwordFile,
                        "--encoding=UTF8",
                        "--locale=C.UTF-8",
                        "--no-sync")))
                .redirectErrorStream(true)
                .start();
        String output = new String(initdb.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (initdb.waitFor() != 0) {
            deleteTree(unfinished);
            throw new IllegalStateException("PostgreSQL's initdb failed in " + data + ": " + output.strip());
        }
        Files.move(unfinished, data, StandardCopyOption.ATOMIC_MOVE);
    }

    /// The server that a launcher killed with -9 left behind, if one holds the data.
    static Optional<ProcessHandle> orphan(Path folder) {
        Path program = folder.resolve(PROGRAMS).resolve("bin/postgres");
        try {
            String pid = Files.readAllLines(folder.resolve(DATA).resolve("postmaster.pid"))
                    .getFirst()
                    .strip();
            String expected = program.toRealPath().toString();
            return ProcessHandle.of(Long.parseLong(pid))
                    .filter(process -> process.info().command().orElse("").equals(expected));
        } catch (IOException | NoSuchElementException | NumberFormatException e) {
            return Optional.empty(); // no such file, or one that was being written
        }
    }

    private static void stop(ProcessHandle server) {
        // SIGTERM waits for clients to go; SIGINT ends them, but Java cannot send it.
        server.destroy();
        try {
            server.onExit().get(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            server.destroyForcibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            server.destroyForcibly();
        }
    }

    private static Process launch(Path programs, Path data, Path log, int port, ServerUser user)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(programs.resolve("bin/postgres").toString());
        command.addAll(List.of("-D", data.toString(), "-p", Integer.toString(port)));
        for (String setting : List.of(
                "listen_addresses=127.0.0.1",
                "unix_socket_directories=",
                "max_connections=150",
                "shared_buffers=64MB",
                "log_min_messages=warning",
                // Safe against kill -9 of every process; a power cut may cost the last moments.
                "fsync=off",
                "full_page_writes=off")) {
            command.addAll(List.of("-c", setting));
        }
        Process server = new ProcessBuilder(user.command(command))
                .redirectErrorStream(true)
                .start();
        CompletableFuture<Boolean> ready = new CompletableFuture<>();
        Thread.ofVirtual().name("postgres-log").start(() -> follow(server, log, ready));
        boolean up;
        try {
            up = ready.get(START_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            up = false;
        } catch (InterruptedException e) {
            server.destroyForcibly();
            throw e;
        }
        if (!up) {
            server.destroyForcibly();
            List<String> lines = Files.readAllLines(log);
            throw new IllegalStateException("PostgreSQL did not come up within " + START_SECONDS + " s. Its log (" + log
                    + ") ends: " + lines.subList(Math.max(0, lines.size() - 5), lines.size()));
        }
        return server;
    }

    private static void follow(Process server, Path log, CompletableFuture<Boolean> ready) {
        try (BufferedReader in = server.inputReader(StandardCharsets.UTF_8);
                BufferedWriter out = Files.newBufferedWriter(log)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                out.write(line);
                out.newLine();
                out.flush();
                if (line.contains("ready to accept connections")) {
                    ready.complete(true);
                }
            }
        } catch (IOException e) {
            ready.completeExceptionally(e);
        }
        ready.complete(false);
    }

    /// JDBC address of a database, which is made if it is not there.
    public String url(String database) {
        String url = "jdbc:postgresql://127.0.0.1:" + port + "/";
        try (Connection connection = DriverManager.getConnection(url + "postgres", USER, password);
                Statement statement = connection.createStatement()) {
            if (!statement
                    .executeQuery("select 1 from pg_database where datname = '" + database + "'")
                    .next()) {
                statement.execute("create database \"" + database + "\"");
            }
        } catch (SQLException e) {
            throw new IllegalStateException("Database " + database + " cannot be made: " + e.getMessage(), e);
        }
        return url + database;
    }

    public String password() {
        return password;
    }

    @Override
    public void close() {
        stop(server.toHandle());
    }

    static void deleteTree(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(path);
            }
        }
    }
}
