package dev.hone.gateway.problem;

import java.sql.SQLException;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/// What neither the server nor the database can take as a value is the asker's mistake: 400.
@RestControllerAdvice
class UnreadableValues {

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

    private static ProblemDetail problem(String detail) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST, detail);
        problem.setTitle("Not a value that can be read");
        return problem;
    }
}
