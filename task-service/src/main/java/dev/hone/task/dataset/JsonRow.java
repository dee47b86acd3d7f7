package dev.hone.task.dataset;

import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A row out of a JSON object. What is neither text nor number nor truth stays JSON.
final class JsonRow {

    /// Refuses a key that comes twice, and keeps every digit of a number.
    static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private JsonRow() {}

    /// @param object a JSON object
    static Row of(String where, JsonNode object) {
        Map<String, String> columns = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> property : object.properties()) {
            JsonNode value = property.getValue();
            if (!value.isNull()) {
                columns.put(property.getKey(), value.isValueNode() ? value.asString() : value.toString());
            }
        }
        return new Row(where, columns);
    }
}
