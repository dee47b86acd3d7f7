package dev.hone.policy.safetensors;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes one safetensors file: 8 bytes header length, JSON header (padded to 8 bytes), then the arrays. The file appears
 * whole or not at all: it is written beside its place, flushed to disk, and renamed.
 */
public final class SafetensorsWriter {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int CHUNK_BYTES = 1 << 20;

    /** A tensor in the header; a record, so that its keys are in the same order in every process. */
    private record Entry(
            StoredType dtype,
            long[] shape,
            @JsonProperty("data_offsets") long[] offsets) {}

    private SafetensorsWriter() {}

    /**
     * Writes the tensors in the order given.
     *
     * @param metadata string pairs for the header; {@code format: pt} is added, which Transformers asks for
     */
    public static void write(Path file, List<StoredTensor> tensors, Map<String, String> metadata) throws IOException {
        byte[] header = header(tensors, metadata);
        // Not createTempFile: others may read a model, as the user's umask says.
        Path temporary = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID() + ".part");
        try {
            try (FileChannel out =
                    FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
                writeFully(out, length.putLong(header.length).flip());
                writeFully(out, ByteBuffer.wrap(header));
                for (StoredTensor tensor : tensors) {
                    writeTensor(out, tensor);
                }
                out.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static byte[] header(List<StoredTensor> tensors, Map<String, String> metadata) {
        Map<String, Object> header = new LinkedHashMap<>();
        Map<String, String> allMetadata = new TreeMap<>(Map.of("format", "pt"));
        allMetadata.putAll(metadata);
        header.put("__metadata__", allMetadata);
        long offset = 0;
        for (StoredTensor tensor : tensors) {
            long end = offset + tensor.storedBytes();
            Object previous =
                    header.put(tensor.name(), new Entry(tensor.type(), tensor.shape(), new long[] {offset, end}));
            if (previous != null) {
                throw new IllegalArgumentException("Two tensors are named %s.".formatted(tensor.name()));
            }
            offset = end;
        }
        String json = JSON.writeValueAsString(header);
        int bytes = json.getBytes(StandardCharsets.UTF_8).length;
        return (json + " ".repeat((8 - bytes % 8) % 8)).getBytes(StandardCharsets.UTF_8);
    }

    private static void writeTensor(FileChannel out, StoredTensor tensor) throws IOException {
        ByteBuffer content = tensor.content().get().rewind().order(ByteOrder.LITTLE_ENDIAN);
        long expected = tensor.elements() * (tensor.type() == StoredType.I64 ? 8 : 4);
        if (content.remaining() != expected) {
            throw new IllegalArgumentException("Tensor %s needs %d bytes for its shape, %d were given."
                    .formatted(tensor.name(), expected, content.remaining()));
        }
        if (tensor.type().bytes() != 2) {
            writeFully(out, content);
            return;
        }
        ByteBuffer rounded = ByteBuffer.allocate(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        while (content.hasRemaining()) {
            rounded.clear();
            while (rounded.hasRemaining() && content.hasRemaining()) {
                int bits = content.getInt();
                rounded.putShort(
                        tensor.type() == StoredType.BF16
                                ? toBfloat16(bits)
                                : Float.floatToFloat16(Float.intBitsToFloat(bits)));
            }
            writeFully(out, rounded.flip());
        }
    }

    /** Rounds float32 bits to the nearest bfloat16, ties to even; NaN stays NaN. */
    static short toBfloat16(int float32Bits) {
        if ((float32Bits & 0x7fffffff) > 0x7f800000) {
            return (short) ((float32Bits >>> 16) | 0x40);
        }
        return (short) ((float32Bits + 0x7fff + ((float32Bits >>> 16) & 1)) >>> 16);
    }

    private static void writeFully(FileChannel out, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            out.write(buffer);
        }
    }
}
