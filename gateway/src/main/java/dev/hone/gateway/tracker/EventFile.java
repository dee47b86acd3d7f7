package dev.hone.gateway.tracker;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// TensorBoard's event file: TFRecords (`uint64 length, uint32 masked CRC-32C of the length, the bytes, uint32 masked
/// CRC-32C of the bytes`, all little-endian; tensorflow/core/lib/io/record_writer.h), each an `Event` message
/// (tensorflow/core/util/event.proto). A point is one event, so that it is there as a whole or not at all; what was
/// half written when a process died is written again.
final class EventFile {

    /// Numbers of the fields in `Event`.
    private static final int WALL_TIME = 1;

    private static final int STEP = 2;
    private static final int FILE_VERSION = 3;
    private static final int SUMMARY = 5;

    /// Of `Summary`, and of `Summary.Value`.
    private static final int VALUE = 1;

    private static final int TAG = 1;
    private static final int SIMPLE_VALUE = 2;

    private static final int HEAD = Long.BYTES + Integer.BYTES;

    private EventFile() {}

    /// Puts points behind those that are there; one whose step is not above theirs is there already.
    ///
    /// @param points in ascending order of steps
    static void append(Path file, List<Point> points) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer content =
                    ByteBuffer.allocate(Math.toIntExact(channel.size())).order(ByteOrder.LITTLE_ENDIAN);
            while (content.hasRemaining() && channel.read(content) >= 0) {
                // until all is read
            }
            int newest = newestStep(content.flip());
            channel.truncate(content.position());
            channel.position(content.position());
            if (content.position() == 0) {
                write(channel, event(points.getFirst().completedAt(), null));
            }
            for (Point point : points) {
                if (point.step() > newest) {
                    write(channel, event(point.completedAt(), point));
                }
            }
        }
    }

    /// The newest point's step, -1 if there is none; leaves the position behind the last whole record.
    private static int newestStep(ByteBuffer content) throws IOException {
        int newest = -1;
        while (content.remaining() >= HEAD) {
            int start = content.position();
            long length = content.getLong(start);
            if (length < 0
                    || length > content.remaining() - HEAD - Integer.BYTES
                    || content.getInt(start + Long.BYTES) != masked(content.slice(start, Long.BYTES))) {
                break;
            }
            ByteBuffer bytes = content.slice(start + HEAD, (int) length);
            if (content.getInt(start + HEAD + (int) length) != masked(bytes)) {
                break;
            }
            newest = Math.max(newest, step(bytes));
            content.position(start + HEAD + (int) length + Integer.BYTES);
        }
        return newest;
    }

    /// -1 for an event without a point.
    private static int step(ByteBuffer event) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(event);
        long step = 0;
        boolean point = false;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (WireFormat.getTagFieldNumber(tag) == STEP) {
                step = in.readInt64();
            } else {
                point |= WireFormat.getTagFieldNumber(tag) == SUMMARY;
                in.skipField(tag);
            }
        }
        return point ? Math.toIntExact(step) : -1;
    }

    /// An event with a point's metrics, or without a point the one that names the file's version.
    private static byte[] event(Instant time, @Nullable Point point) {
        return message(out -> {
            out.writeDouble(WALL_TIME, time.toEpochMilli() / 1000.0);
            if (point == null) {
                out.writeString(FILE_VERSION, "brain.Event:2");
                return;
            }
            out.writeInt64(STEP, point.step());
            out.writeByteArray(SUMMARY, summary(point.metrics()));
        });
    }

    private static byte[] summary(Map<String, Double> metrics) {
        return message(out -> {
            for (Map.Entry<String, Double> metric : metrics.entrySet()) {
                out.writeByteArray(VALUE, message(value -> {
                    value.writeString(TAG, metric.getKey());
                    value.writeFloat(SIMPLE_VALUE, metric.getValue().floatValue());
                }));
            }
        });
    }

    private interface Fields {
        void write(CodedOutputStream out) throws IOException;
    }

    private static byte[] message(Fields fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            fields.write(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("Memory takes every byte", e);
        }
        return bytes.toByteArray();
    }

    private static void write(FileChannel channel, byte[] event) throws IOException {
        ByteBuffer record =
                ByteBuffer.allocate(HEAD + event.length + Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        record.putLong(event.length);
        record.putInt(masked(record.slice(0, Long.BYTES)));
        record.put(event);
        record.putInt(masked(ByteBuffer.wrap(event)));
        record.flip();
        while (record.hasRemaining()) {
            channel.write(record);
        }
    }

    /// A CRC of bytes that hold CRCs is weak, so it is turned by 15 bits and shifted by a constant
    /// (tensorflow/core/lib/hash/crc32c.h).
    private static int masked(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate());
        int value = (int) crc.getValue();
        return Integer.rotateRight(value, 15) + 0xa282ead8;
    }
}
