package dev.hone.policy.safetensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One open safetensors file; its header is checked against the file's size when it is opened. */
public final class SafetensorsFile implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .build();
    private static final long LARGEST_HEADER_BYTES = 16L << 20;

    private record Entry(StoredType type, long[] shape, long begin, long end) {}

    private final Path path;
    private final FileChannel channel;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();

    private SafetensorsFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * Opens a file and reads its header.
     *
     * @throws InvalidWeightsException if it is truncated or is no safetensors file
     */
    public static SafetensorsFile open(Path path) throws IOException {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        SafetensorsFile file = new SafetensorsFile(path, channel);
        try {
            file.readHeader();
            return file;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    public Set<String> names() {
        return entries.keySet();
    }

    /** The header's string pairs. */
    public Map<String, String> metadata() {
        return Map.copyOf(metadata);
    }

    public StoredType type(String name) {
        return entry(name).type();
    }

    public long[] shape(String name) {
        return entry(name).shape().clone();
    }

    /** The elements as little-endian float32 in a new direct buffer; from F32, F16 or BF16. */
    public ByteBuffer float32(String name) throws IOException {
        Entry entry = entry(name);
        ByteBuffer raw = raw(name, entry);
        if (entry.type() == StoredType.F32) {
            return raw;
        }
        if (entry.type() != StoredType.F16 && entry.type() != StoredType.BF16) {
            throw new InvalidWeightsException(
                    "%s: tensor %s is stored as %s; F32, F16 or BF16 is needed.".formatted(path, name, entry.type()));
        }
        ByteBuffer wide = ByteBuffer.allocateDirect(Math.multiplyExact(raw.remaining(), 2))
                .order(ByteOrder.LITTLE_ENDIAN);
        while (raw.hasRemaining()) {
            short bits = raw.getShort();
            wide.putInt(
                    entry.type() == StoredType.BF16 ? bits << 16 : Float.floatToRawIntBits(Float.float16ToFloat(bits)));
        }
        return wide.flip();
    }

    /** The elements of a float tensor. */
    public float[] floats(String name) throws IOException {
        ByteBuffer buffer = float32(name);
        float[] values = new float[buffer.remaining() / 4];
        buffer.asFloatBuffer().get(values);
        return values;
    }

    /** The elements of an I64 or I32 tensor. */
    public long[] longs(String name) throws IOException {
        Entry entry = entry(name);
        ByteBuffer raw = raw(name, entry);
        long[] values = new long[raw.remaining() / entry.type().bytes()];
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (entry.type()) {
                case I64 -> raw.getLong();
                case I32 -> raw.getInt();
                case F32, F16, BF16 ->
                    throw new InvalidWeightsException(
                            "%s: tensor %s is stored as %s; I64 or I32 is needed.".formatted(path, name, entry.type()));
            };
        }
        return values;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private void readHeader() throws IOException {
        long size = channel.size();
        if (size < 8) {
            throw truncated("it has %d bytes, the header alone needs 8".formatted(size));
        }
        long length = read(0, 8).getLong();
        if (length < 2 || length > LARGEST_HEADER_BYTES) {
            throw new InvalidWeightsException(
                    "%s is no safetensors file: its header would be %d bytes long. Download it again."
                            .formatted(path, length));
        }
        if (8 + length > size) {
            throw truncated("its header ends at byte %d, the file at %d".formatted(8 + length, size));
        }
        try {
            JsonNode header = JSON.readTree(
                    StandardCharsets.UTF_8.decode(read(8, (int) length)).toString());
            header.properties().forEach(property -> {
                if (!property.getKey().equals("__metadata__")) {
                    entries.put(property.getKey(), entry(property.getKey(), property.getValue(), 8 + length, size));
                } else {
                    property.getValue()
                            .properties()
                            .forEach(pair ->
                                    metadata.put(pair.getKey(), pair.getValue().asString("")));
                }
            });
            if (!header.isObject()) {
                throw new InvalidWeightsException(
                        "%s is no safetensors file: its header is no JSON object. Download it again.".formatted(path));
            }
            refuseOverlaps();
        } catch (JacksonException e) {
            throw new InvalidWeightsException(
                    "%s is no safetensors file: its header is not JSON (%s). Download it again."
                            .formatted(path, e.getOriginalMessage()));
        }
    }

    private Entry entry(String name, JsonNode node, long dataStart, long size) {
        String typeName = node.path("dtype").asString("");
        StoredType type = Arrays.stream(StoredType.values())
                .filter(candidate -> candidate.name().equals(typeName))
                .findFirst()
                .orElseThrow(() -> new InvalidWeightsException(
                        "%s: tensor %s is stored as %s; supported are %s. Store it as one of these."
                                .formatted(path, name, typeName, Arrays.toString(StoredType.values()))));
        long[] shape = node.path("shape")
                .valueStream()
                .mapToLong(SafetensorsFile::size)
                .toArray();
        long begin = size(node.path("data_offsets").path(0));
        long end = size(node.path("data_offsets").path(1));
        if (end > size - dataStart) {
            throw truncated(
                    "tensor %s ends at byte %d of its data, which has %d".formatted(name, end, size - dataStart));
        }
        long bytes = bytes(shape, type);
        if (begin < 0 || end < begin || !node.path("shape").isArray() || bytes != end - begin) {
            throw new InvalidWeightsException(
                    "%s: tensor %s of shape %s as %s does not fit its offsets %s. Download it again."
                            .formatted(path, name, Arrays.toString(shape), type, node.path("data_offsets")));
        }
        return new Entry(type, shape, dataStart + begin, dataStart + end);
    }

    /** A whole number from 0; -1 for anything else. */
    private static long size(JsonNode number) {
        return number.isIntegralNumber() && number.canConvertToLong() ? Math.max(-1, number.asLong()) : -1;
    }

    /** What a tensor of this shape takes; -1 if no file has so many, or a size is none. */
    private static long bytes(long[] shape, StoredType type) {
        long bytes = type.bytes();
        for (long size : shape) {
            long high = Math.multiplyHigh(bytes, size);
            bytes *= size;
            if (size < 0 || high != 0 || bytes < 0) {
                return -1;
            }
        }
        return bytes;
    }

    /** Two tensors in the same bytes would take more memory than the file has. */
    private void refuseOverlaps() {
        long end = 0;
        List<Map.Entry<String, Entry>> inOrder = entries.entrySet().stream()
                .sorted(Comparator.comparingLong(
                                (Map.Entry<String, Entry> one) -> one.getValue().begin())
                        .thenComparingLong(one -> one.getValue().end()))
                .toList();
        for (Map.Entry<String, Entry> one : inOrder) {
            if (one.getValue().begin() < end) {
                throw new InvalidWeightsException(
                        "%s: tensor %s lies in another one's bytes. Download it again.".formatted(path, one.getKey()));
            }
            end = one.getValue().end();
        }
    }

    private Entry entry(String name) {
        Entry entry = entries.get(name);
        if (entry == null) {
            throw new InvalidWeightsException("%s has no tensor %s.".formatted(path, name));
        }
        return entry;
    }

    private ByteBuffer raw(String name, Entry entry) throws IOException {
        long bytes = entry.end() - entry.begin();
        if (bytes > Integer.MAX_VALUE) {
            throw new InvalidWeightsException(
                    "%s: tensor %s has %d bytes; one tensor may have at most 2 GiB.".formatted(path, name, bytes));
        }
        return read(entry.begin(), (int) bytes);
    }

    private ByteBuffer read(long position, int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, position + buffer.position()) < 0) {
                throw truncated("byte %d is past its end".formatted(position + buffer.position()));
            }
        }
        return buffer.flip();
    }

    private InvalidWeightsException truncated(String how) {
        return new InvalidWeightsException("%s is truncated: %s. Copy or download it again.".formatted(path, how));
    }
}
