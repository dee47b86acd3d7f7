package dev.hone.task.dataset;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.databind.MappingIterator;
import tools.jackson.databind.ObjectReader;
import tools.jackson.dataformat.csv.CsvMapper;
import tools.jackson.dataformat.csv.CsvReadFeature;

/// Comma-separated values as RFC 4180 has them, UTF-8: the first line names the columns; a cell that holds a comma, a
/// quote or a line break is quoted, and a quote in it doubled. Blank lines are skipped; an empty cell is empty text.
final class CsvRows {

    private static final ObjectReader CSV = new CsvMapper()
            .readerFor(String[].class)
            .with(CsvReadFeature.WRAP_AS_ARRAY)
            .with(CsvReadFeature.SKIP_EMPTY_LINES);

    private static final String BYTE_ORDER_MARK = "\ufeff";

    private CsvRows() {}

    static boolean read(String key, Path file, Predicate<Row> wantsMore) throws IOException {
        int line = 1;
        try (Reader text = Files.newBufferedReader(file);
                MappingIterator<String[]> records = CSV.readValues(text)) {
            if (!records.hasNextValue()) {
                return true;
            }
            List<String> columns = columns(key, file, records.nextValue());
            while (records.hasNextValue()) {
                line = records.parser().currentLocation().getLineNr();
                if (!wantsMore.test(row(key, file + ":" + line, columns, records.nextValue()))) {
                    return false;
                }
            }
            return true;
        } catch (JacksonIOException e) {
            throw e.getCause();
        } catch (JacksonException e) {
            throw new DatasetException(
                    key,
                    file + ":" + line + " or after is not CSV: " + e.getOriginalMessage()
                            + "; quote cells that hold commas, quotes or line breaks, and double the quotes in them.",
                    e);
        }
    }

    private static List<String> columns(String key, Path file, String[] header) {
        if (header[0].startsWith(BYTE_ORDER_MARK)) {
            header[0] = header[0].substring(1);
        }
        Set<String> seen = new HashSet<>();
        for (String column : header) {
            if (column.isBlank() || !seen.add(column)) {
                throw new DatasetException(
                        key,
                        file + ":1 names the columns " + Arrays.toString(header)
                                + "; name each in the first line, none twice and none empty.");
            }
        }
        return List.of(header);
    }

    private static Row row(String key, String where, List<String> columns, String[] cells) {
        if (cells.length != columns.size()) {
            throw new DatasetException(
                    key,
                    where + " has " + cells.length + " cells, but there are " + columns.size() + " columns " + columns
                            + "; quote cells that hold commas, or add what is missing.");
        }
        Map<String, String> row = new LinkedHashMap<>();
        for (int i = 0; i < cells.length; i++) {
            row.put(columns.get(i), cells[i]);
        }
        return new Row(where, row);
    }
}
