package dev.hone.tracing;

import dev.hone.contracts.EpisodeKey;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.IdGenerator;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Spans sent to a collector by OTLP over HTTP, in batches, by a thread of its own. A collector that is away costs
/// spans, nothing else.
final class ExportedTraces implements EpisodeTraces {

    private static final int WAITING_SPANS = 16_384;
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private static final AttributeKey<String> RUN = AttributeKey.stringKey("hone.run");
    private static final AttributeKey<String> EPISODE = AttributeKey.stringKey("hone.episode");
    private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("hone.outcome");
    private static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");

    /// W3C Trace Context: version, trace, span, flags.
    private static final Pattern PARENT = Pattern.compile("00-([0-9a-f]{32})-([0-9a-f]{16})-01");

    /// The episode whose own span begins, on this thread.
    private static final ScopedValue<EpisodeKey> BEGINS = ScopedValue.newInstance();

    private final SdkTracerProvider provider;
    private final Tracer tracer;

    /// @param service that the spans are of
    /// @param endpoint of the collector, for example `http://collector:4318`
    /// @param share of the episodes that are traced, 0 to 1; which ones follows from their ids: the same in all
    ///     services
    ExportedTraces(String service, String endpoint, double share) {
        OtlpHttpSpanExporter exporter = OtlpHttpSpanExporter.builder()
                .setEndpoint(endpoint.replaceAll("/+$", "") + "/v1/traces")
                .setTimeout(PATIENCE)
                .build();
        this.provider = SdkTracerProvider.builder()
                .setResource(Resource.getDefault()
                        .merge(Resource.create(Attributes.of(AttributeKey.stringKey("service.name"), service))))
                .setIdGenerator(new EpisodeIds())
                .setSampler(Sampler.traceIdRatioBased(share))
                .addSpanProcessor(BatchSpanProcessor.builder(exporter)
                        .setMaxQueueSize(WAITING_SPANS)
                        .setScheduleDelay(PAUSE)
                        .build())
                .build();
        this.tracer = provider.get("dev.hone");
    }

    /// An episode's own span has the ids that follow from it; all others have random ones.
    private static final class EpisodeIds implements IdGenerator {
        private static final IdGenerator RANDOM = IdGenerator.random();

        @Override
        public String generateSpanId() {
            return BEGINS.isBound() ? BEGINS.get().spanId() : RANDOM.generateSpanId();
        }

        @Override
        public String generateTraceId() {
            return BEGINS.isBound() ? BEGINS.get().traceId() : RANDOM.generateTraceId();
        }
    }

    @Override
    public EpisodeSpan begin(EpisodeKey episode, String name) {
        return new Begun(below(episode, name).startSpan());
    }

    @Override
    public EpisodeSpan begin(@Nullable String parent, String name) {
        Matcher ids = PARENT.matcher(parent == null ? "" : parent);
        return ids.matches()
                ? new Begun(tracer.spanBuilder(name)
                        .setParent(parent(ids.group(1), ids.group(2)))
                        .startSpan())
                : NoTraces.NO_SPAN;
    }

    @Override
    public void during(EpisodeKey episode, String name, Instant from, Instant to, @Nullable String failure) {
        Span span = below(episode, name).setStartTimestamp(from).startSpan();
        if (failure != null) {
            fail(span, failure);
        }
        span.end(to);
    }

    private static void fail(Span span, String code) {
        span.setStatus(StatusCode.ERROR, code);
        span.setAttribute(ERROR, code);
    }

    @Override
    public void episode(EpisodeKey episode, Instant from, Instant to, String outcome) {
        SpanBuilder whole = of(episode, tracer.spanBuilder("episode"))
                .setNoParent()
                .setStartTimestamp(from)
                .setAttribute(OUTCOME, outcome);
        ScopedValue.where(BEGINS, episode).run(() -> whole.startSpan().end(to));
    }

    private SpanBuilder below(EpisodeKey episode, String name) {
        return of(episode, tracer.spanBuilder(name)).setParent(parent(episode.traceId(), episode.spanId()));
    }

    private static SpanBuilder of(EpisodeKey episode, SpanBuilder span) {
        return span.setAttribute(RUN, episode.run().value()).setAttribute(EPISODE, episode.id());
    }

    private static Context parent(String trace, String span) {
        return Context.root()
                .with(Span.wrap(SpanContext.createFromRemoteParent(
                        trace, span, TraceFlags.getSampled(), TraceState.getDefault())));
    }

    private record Begun(Span span) implements EpisodeSpan {

        @Override
        public EpisodeSpan with(String name, String value) {
            span.setAttribute(name, value);
            return this;
        }

        @Override
        public void failed(String code) {
            fail(span, code);
        }

        @Override
        public Optional<String> header() {
            SpanContext ids = span.getSpanContext();
            return ids.isSampled()
                    ? Optional.of("00-" + ids.getTraceId() + "-" + ids.getSpanId() + "-01")
                    : Optional.empty();
        }

        @Override
        public void close() {
            span.end();
        }
    }

    @Override
    public void close() {
        provider.shutdown().join(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }
}
