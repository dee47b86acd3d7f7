package dev.hone.task.dataset;

import dev.hardwood.InputFile;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.RowReader;
import dev.hardwood.row.PqList;
import dev.hardwood.row.PqMap;
import dev.hardwood.row.PqStruct;
import dev.hone.contracts.EventCodec;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Rows of a Parquet file. Lists, maps and structures become JSON, bytes become base64.
final class ParquetRows {

    private ParquetRows() {}

    static boolean read(String key, Path file, Predicate<Row> wantsMore) throws IOException {
        try (ParquetFileReader reader = ParquetFileReader.open(InputFile.of(file));
                RowReader rows = reader.rowReader()) {
            for (int number = 0; rows.hasNext(); number++) {
                rows.next();
                if (!wantsMore.test(row(file + ", row " + number, rows))) {
                    return false;
                }
            }
            return true;
        } catch (DatasetException e) {
            throw e;
        } catch (RuntimeException | IOException e) {
            throw new DatasetException(
                    key, file + " is not a Parquet file that can be read: " + e + "; fetch or write it again.", e);
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
