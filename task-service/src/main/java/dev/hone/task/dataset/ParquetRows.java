package dev.hone.task.dataset;

import dev.hardwood.InputFile;
import dev.hardwood.metadata.RowGroup;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.RowReader;
import dev.hardwood.row.PqList;
import dev.hardwood.row.PqMap;
import dev.hardwood.row.PqStruct;
import dev.hone.contracts.EventCodec;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Rows of a Parquet file. Lists, maps and structures become JSON, bytes become base64.
final class ParquetRows {

    private static final long LARGEST_GROUP = 1L << 30;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private ParquetRows() {}

    static boolean read(String key, Path file, Predicate<Row> wantsMore) throws IOException {
        return read(key, file, PATIENCE, wantsMore);
    }

    /// @param patience how long one row may take
    static boolean read(String key, Path file, Duration patience, Predicate<Row> wantsMore) throws IOException {
        StallGuard guard = new StallGuard(patience);
        try (guard;
                ParquetFileReader reader = ParquetFileReader.open(InputFile.of(file))) {
            requireModest(key, file, reader.getFileMetaData().rowGroups());
            return read(key, file, reader, row -> {
                guard.moved();
                return wantsMore.test(row);
            });
        } catch (DatasetException e) {
            throw e;
        } catch (RuntimeException | IOException e) {
            String cause = guard.stalled() ? "nothing came for " + patience.toSeconds() + " s" : e.toString();
            throw new DatasetException(
                    key, file + " is not a Parquet file that can be read: " + cause + "; fetch or write it again.", e);
        }
    }

    /// A row group is unpacked as a whole.
    static void requireModest(String key, Path file, List<RowGroup> groups) {
        for (RowGroup group : groups) {
            if (group.totalByteSize() < 0 || group.totalByteSize() > LARGEST_GROUP) {
                throw new DatasetException(
                        key,
                        file + " has a row group of " + group.totalByteSize()
                                + " bytes, unpacked; write it with groups of at" + " most " + LARGEST_GROUP + ".");
            }
        }
    }

    private static boolean read(String key, Path file, ParquetFileReader reader, Predicate<Row> wantsMore)
            throws IOException {
        // Of a damaged file the library may make rows without end.
        long most = Files.size(file);
        try (RowReader rows = reader.rowReader()) {
            for (int number = 0; rows.hasNext(); number++) {
                if (number >= most) {
                    throw new DatasetException(
                            key, file + " gives more rows than it has bytes (" + most + "); fetch or write it again.");
                }
                rows.next();
                if (!wantsMore.test(row(file + ", row " + number, rows))) {
                    return false;
                }
            }
            return true;
        }
    }

    private static Row row(String where, RowReader rows) {
        Map<String, String> columns = new LinkedHashMap<>();
        for (int field = 0; field < rows.getFieldCount(); field++) {
            if (!rows.isNull(field)) {
                columns.put(rows.getFieldName(field), text(rows.getValue(field)));
            }
        }
        return new Row(where, columns);
    }

    private static String text(Object value) {
        Object plain = plain(value);
        if (plain instanceof Map || plain instanceof List) {
            return EventCodec.json().writeValueAsString(plain);
        }
        return String.valueOf(plain);
    }

    private static @Nullable Object plain(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case PqStruct struct -> {
                Map<String, @Nullable Object> fields = new LinkedHashMap<>();
                for (int field = 0; field < struct.getFieldCount(); field++) {
                    fields.put(struct.getFieldName(field), plain(struct.getValue(field)));
                }
                yield fields;
            }
            case PqMap map -> {
                Map<String, @Nullable Object> entries = new LinkedHashMap<>();
                map.getEntries().forEach(e -> entries.put(String.valueOf(e.getKey()), plain(e.getValue())));
                yield entries;
            }
            case PqList list -> {
                List<@Nullable Object> elements = new ArrayList<>();
                list.values().forEach(element -> elements.add(plain(element)));
                yield elements;
            }
            case byte[] bytes -> Base64.getEncoder().encodeToString(bytes);
            case BigDecimal decimal -> decimal.toPlainString();
            case Number number -> number;
            case Boolean bool -> bool;
            default -> value.toString();
        };
    }
}
