package dev.hone.tracing;

import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPInputStream;

/// A collector that keeps what OTLP over HTTP brings it.
public final class TestingCollector implements AutoCloseable {

    /// A span as it came.
    public record Received(String service, String name, String trace, String id, String parent, Span span) {

        /// Value of a text attribute; empty if it has none of that name.
        public String attribute(String key) {
            return span.getAttributesList().stream()
                    .filter(attribute -> attribute.getKey().equals(key))
                    .map(attribute -> attribute.getValue().getStringValue())
                    .findFirst()
                    .orElse("");
        }
    }

    private final List<Received> spans = new CopyOnWriteArrayList<>();
    private final HttpServer server;

    private TestingCollector(HttpServer server) {
        this.server = server;
    }

    public static TestingCollector start() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            TestingCollector collector = new TestingCollector(server);
            server.createContext("/v1/traces", exchange -> {
                boolean zipped = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
                try (InputStream body =
                        zipped ? new GZIPInputStream(exchange.getRequestBody()) : exchange.getRequestBody()) {
                    collector.take(ExportTraceServiceRequest.parseFrom(body));
                }
                exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
                exchange.sendResponseHeaders(200, -1);
                exchange.close();
            });
            server.start();
            return collector;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void take(ExportTraceServiceRequest request) {
        request.getResourceSpansList().forEach(resource -> {
            String service = resource.getResource().getAttributesList().stream()
                    .filter(attribute -> attribute.getKey().equals("service.name"))
                    .map(attribute -> attribute.getValue().getStringValue())
                    .findFirst()
                    .orElse("");
            resource.getScopeSpansList()
                    .forEach(scope -> scope.getSpansList()
                            .forEach(span -> spans.add(new Received(
                                    service,
                                    span.getName(),
                                    HexFormat.of().formatHex(span.getTraceId().toByteArray()),
                                    HexFormat.of().formatHex(span.getSpanId().toByteArray()),
                                    HexFormat.of()
                                            .formatHex(span.getParentSpanId().toByteArray()),
                                    span))));
        });
    }

    public String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    public List<Received> spans() {
        return List.copyOf(spans);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
