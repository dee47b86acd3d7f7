package dev.hone.contracts;

import dev.hone.contracts.rollout.EpisodeFinished;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.cbor.CBORMapper;

/// Events and REST records as bytes: JSON, except where token arrays travel ([EpisodeFinished], generation), which are
/// CBOR with little-endian packed arrays. Readers ignore fields that they do not know, so that a newer producer can be
/// read, and fill those that an older one did not know ([EarlierConfigs]).
public final class EventCodec {

    private static final JsonMapper JSON = JsonMapper.builder()
            .addModule(EarlierConfigs.module())
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS)
            .build();
    private static final CBORMapper CBOR = CBORMapper.builder()
            .addModule(EarlierConfigs.module())
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS)
            .build();

    private EventCodec() {}

    /// The JSON mapper that contracts are written with (immutable, shared).
    public static JsonMapper json() {
        return JSON;
    }

    /// The CBOR mapper for records with token arrays (immutable, shared).
    public static CBORMapper cbor() {
        return CBOR;
    }

    /// Bytes of an event, as they stand in Kafka.
    public static byte[] encode(Event event) {
        return mapperFor(event.getClass()).writeValueAsBytes(event);
    }

    /// The event that the bytes hold.
    ///
    /// @throws IllegalArgumentException if they hold no such event
    public static <E extends Event> E decode(byte[] bytes, Class<E> type) {
        try {
            return mapperFor(type).readValue(bytes, type);
        } catch (JacksonException e) {
            throw new IllegalArgumentException(
                    "Not a readable " + type.getSimpleName() + " (" + bytes.length + " bytes): "
                            + e.getOriginalMessage(),
                    e);
        }
    }

    private static ObjectMapper mapperFor(Class<?> type) {
        return type == EpisodeFinished.class ? CBOR : JSON;
    }
}
