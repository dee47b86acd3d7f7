package dev.hone.task.dataset;

import dev.hone.contracts.run.ColumnFilter;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Which rows count: those whose columns are as `task_reader.filter` says, all of them.
final class RowFilter {

    private static final String KEY = "hone.task_reader.filter.";

    private record Rule(
            String column, ColumnFilter wanted, @Nullable Pattern pattern) {}

    private final List<Rule> rules = new ArrayList<>();

    RowFilter(Map<String, ColumnFilter> filter) {
        new TreeMap<>(filter)
                .forEach((column, wanted) -> rules.add(
                        new Rule(column, wanted, wanted.regex() == null ? null : Pattern.compile(wanted.regex()))));
    }

    /// @throws DatasetException if a value that is to be compared with a number is none
    boolean keeps(Row row) {
        for (Rule rule : rules) {
            String value = row.columns().get(rule.column);
            if (value == null || !holds(rule, row, value)) {
                return false;
            }
        }
        return true;
    }

    /// @throws DatasetException if no row had a column that is filtered by
    void requireSeen(Set<String> columns, RowSource source) {
        for (Rule rule : rules) {
            if (!columns.contains(rule.column)) {
                throw new DatasetException(
                        KEY + rule.column,
                        "names the column '" + rule.column + "', which no row of " + source + " has; the columns are "
                                + columns + ". Correct the name.");
            }
        }
    }

    private static boolean holds(Rule rule, Row row, String value) {
        ColumnFilter wanted = rule.wanted;
        int length = value.codePointCount(0, value.length());
        return (wanted.equals() == null || wanted.equals().equals(value))
                && (wanted.in() == null || wanted.in().contains(value))
                && (rule.pattern == null || rule.pattern.matcher(value).find())
                && (wanted.minLength() == null || length >= wanted.minLength())
                && (wanted.maxLength() == null || length <= wanted.maxLength())
                && (wanted.min() == null || number(rule, row, value).compareTo(new BigDecimal(wanted.min())) >= 0)
                && (wanted.max() == null || number(rule, row, value).compareTo(new BigDecimal(wanted.max())) <= 0);
    }

    private static BigDecimal number(Rule rule, Row row, String value) {
        try {
            return new BigDecimal(value.strip());
        } catch (NumberFormatException e) {
            throw new DatasetException(
                    KEY + rule.column,
                    "compares with a number, but " + row.where() + " has '" + value + "' in column '" + rule.column
                            + "'; filter it by text (equals, in, regex), or correct the row.",
                    e);
        }
    }
}
