package dev.hone.bench;

import dev.hone.contracts.EventCodec;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// How large the services' tables are, as one line of JSON: bytes by `<service>.<table>` with indexes, and by
/// `<service>.<table>/large` the part of them that large values take, which is where tokens are. Where the databases
/// are
/// says the environment, as to the services.
final class Tables {

    private static final String SIZES = """
        select c.relname, pg_total_relation_size(c.oid),
            case when c.reltoastrelid = 0 then 0 else pg_relation_size(c.reltoastrelid) end
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind = 'r' and n.nspname = 'public' and c.relname not like 'flyway%'\
        """;

    private Tables() {}

    public static void main(String[] arguments) throws SQLException {
        Map<String, Long> sizes = new TreeMap<>();
        for (String service : List.of("task", "rollout", "judge", "learner", "gateway")) {
            String url = System.getenv(service.toUpperCase(Locale.ROOT) + "_DB_URL");
            try (Connection connection = DriverManager.getConnection(url, "postgres", System.getenv("DB_PASSWORD"));
                    Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery(SIZES)) {
                while (rows.next()) {
                    sizes.put(service + "." + rows.getString(1), rows.getLong(2));
                    sizes.put(service + "." + rows.getString(1) + "/large", rows.getLong(3));
                }
            }
        }
        System.out.println(EventCodec.json().writeValueAsString(sizes));
    }
}
