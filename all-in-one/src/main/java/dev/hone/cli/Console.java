package dev.hone.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.FileAppender;
import java.io.PrintStream;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/// The terminal: results on standard output, everything else on standard error. Services log to a file.
final class Console {

    private Console() {}

    /// Standard output: results, for the next program.
    static PrintStream out() {
        return System.out;
    }

    /// Standard error: how it goes, for people.
    static PrintStream err() {
        return System.err;
    }

    /// A result, for the next program.
    static void result(String line) {
        out().println(line);
    }

    /// How it goes, for people.
    static void progress(String line) {
        err().println(line);
    }

    static void error(String line) {
        err().println("hone: " + line);
    }

    static void trace(Throwable failure) {
        failure.printStackTrace(err());
    }

    /// The message of the innermost failure that has one.
    static String reason(Throwable failure) {
        Throwable innermost = failure;
        while (innermost.getCause() != null) {
            innermost = innermost.getCause();
        }
        Throwable best = failure instanceof UserErrorException || failure.getMessage() == null ? innermost : failure;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause.getClass().getName().startsWith("dev.hone")) {
                best = cause;
            }
        }
        return best.getMessage() == null ? best.toString() : best.getMessage();
    }

    /// A message is one line, whatever of a request or a file it tells.
    static final String LOG_LINE = "%d{yyyy-MM-dd HH:mm:ss.SSS} %-5level [%thread] %logger{36} -"
            + " %replace(%msg){'[\\p{Cntrl}\\u0085\\u2028\\u2029]+', ' '}%n";

    /// Until a log file is known, services say nothing.
    static void quietLogging() {
        System.setProperty("org.springframework.boot.logging.LoggingSystem", "none");
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        root().setLevel(Level.OFF);
    }

    /// Sends the services' log to a file.
    static void logTo(Path file) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(LOG_LINE);
        encoder.start();
        FileAppender<ILoggingEvent> appender = new FileAppender<>();
        appender.setContext(context);
        appender.setFile(file.toString());
        appender.setEncoder(encoder);
        appender.start();
        Logger root = root();
        root.detachAndStopAllAppenders();
        root.addAppender(appender);
        root.setLevel(Level.WARN);
        context.getLogger("dev.hone").setLevel(Level.INFO);
        // Clients of a broker in the same process warn of every rebalance while it starts and stops.
        context.getLogger("org.apache.kafka").setLevel(Level.ERROR);
    }

    private static Logger root() {
        return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }
}
