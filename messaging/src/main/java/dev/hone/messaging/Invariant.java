package dev.hone.messaging;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/// What holds in a service's database at every moment: a statement of `db/invariants.sql`.
///
/// @param service whose database, or [#EVERY] one
/// @param name short, unique
/// @param about in a sentence
/// @param query gives a row of text for each violation
public record Invariant(String service, String name, String about, String query) {

    static final String EVERY = "every";

    private static final String FILE = "/db/invariants.sql";
    private static final Pattern SERVICE = Pattern.compile("-- service (\\S+)");
    private static final Pattern INVARIANT = Pattern.compile("-- invariant (\\S+): (.+)");

    /// What contradicts an invariant.
    ///
    /// @param count how often
    /// @param example one of them; null: there is none
    public record Violations(long count, @Nullable String example) {}

    /// Looks for violations, in one statement and so at one moment.
    ///
    /// @throws org.springframework.dao.DataAccessException if the database does not answer, or not in time
    public Violations check(JdbcTemplate jdbc) {
        return Objects.requireNonNull(jdbc.queryForObject(
                "select count(*), min(violation) from (" + query + ") as v (violation)",
                (row, n) -> new Violations(row.getLong(1), row.getString(2))));
    }

    /// The invariants of a service's database.
    ///
    /// @param service its `spring.application.name`
    public static List<Invariant> of(String service) {
        return all().stream()
                .filter(one -> one.service().equals(EVERY) || one.service().equals(service))
                .toList();
    }

    /// Those of all services, as the file has them.
    public static List<Invariant> all() {
        List<Invariant> all = new ArrayList<>();
        String service = EVERY;
        Matcher head = null;
        StringBuilder query = new StringBuilder();
        for (String line : text().lines().toList()) {
            Matcher section = SERVICE.matcher(line);
            Matcher invariant = INVARIANT.matcher(line);
            if (section.matches()) {
                service = section.group(1);
            } else if (invariant.matches()) {
                head = invariant;
            } else if (head != null) {
                query.append(line).append('\n');
                if (line.endsWith(";")) {
                    String statement = query.substring(0, query.lastIndexOf(";"));
                    all.add(new Invariant(service, head.group(1), head.group(2), statement.strip()));
                    head = null;
                    query.setLength(0);
                }
            }
        }
        return List.copyOf(all);
    }

    private static String text() {
        try (InputStream file = Objects.requireNonNull(Invariant.class.getResourceAsStream(FILE))) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(FILE + " of this program cannot be read", e);
        }
    }
}
