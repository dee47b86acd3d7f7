package dev.hone.task.dataset;

import java.util.Map;

/// One row of a file, values as text. A column without a value (`null`) is left out.
///
/// @param where for people: `file:line` or `file, row n`
/// @param columns in the file's order
record Row(String where, Map<String, String> columns) {}
