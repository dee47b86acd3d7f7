package dev.hone.gateway.problem;

import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.validation.BindException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/// What neither the server nor the database can take as a value is the asker's mistake: 400.
@RestControllerAdvice
@Order(Ordered.HIGHEST_PRECEDENCE + 1) // Before Spring's own words for a value that does not fit.
public class UnreadableValues {

    /// SQL's class of states for data exceptions, such as text with a NUL character.
    private static final String DATA_EXCEPTION = "22";

    @ExceptionHandler
    ProblemDetail refuse(InvalidParameterException e) {
        return problem("The address's parameters cannot be read (" + e.getMessage()
                + "); write them as name=value, encoded as UTF-8 in percent form.");
    }

    @ExceptionHandler
    ProblemDetail refuse(DataAccessException e) {
        if (NestedExceptionUtils.getMostSpecificCause(e) instanceof SQLException sql
                && sql.getSQLState() != null
                && sql.getSQLState().startsWith(DATA_EXCEPTION)) {
            return problem("The database does not take a value of this request (" + sql.getMessage()
                    + "); leave out characters that are no text.");
        }
        throw e;
    }

    @ExceptionHandler
    ProblemDetail refuse(BindException e) {
        return problem(misfits(e) + ". /swagger-ui.html shows what it takes.");
    }

    @ExceptionHandler
    ProblemDetail refuse(UnrecognizedPropertyException e) {
        List<String> known = Objects.requireNonNullElse(e.getKnownPropertyIds(), List.of()).stream()
                .map(String::valueOf)
                .sorted()
                .toList();
        return problem("The body's key '" + e.getPropertyName() + "' means nothing here; known keys: " + known + ".");
    }

    /// The values that do not fit, and where.
    public static String misfits(BindException e) {
        return e.getFieldErrors().stream()
                .map(error -> "'" + error.getRejectedValue() + "' does not fit " + error.getField())
                .collect(Collectors.joining("; "));
    }

    private static ProblemDetail problem(String detail) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST, detail);
        problem.setTitle("Not a value that can be read");
        return problem;
    }
}
