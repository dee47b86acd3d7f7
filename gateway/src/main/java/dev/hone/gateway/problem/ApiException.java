package dev.hone.gateway.problem;

import dev.hone.contracts.run.InvalidConfigException;
import dev.hone.contracts.run.PreflightReport;
import java.util.List;
import java.util.stream.Collectors;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/// An answer other than success: a problem whose detail says what happened, then what to do.
public final class ApiException extends ErrorResponseException {

    private static final long serialVersionUID = 1L;

    private ApiException(HttpStatus status, ProblemDetail body) {
        super(status, body, null);
    }

    private static ApiException of(HttpStatus status, String title, String detail) {
        ProblemDetail body = ProblemDetail.forStatusAndDetail(status, detail);
        body.setTitle(title);
        return new ApiException(status, body);
    }

    /// 404.
    public static ApiException notFound(String title, String detail) {
        return of(HttpStatus.NOT_FOUND, title, detail);
    }

    /// 403.
    public static ApiException forbidden(String title, String detail) {
        return of(HttpStatus.FORBIDDEN, title, detail);
    }

    /// 409: it does not fit the state of things.
    public static ApiException conflict(String title, String detail) {
        return of(HttpStatus.CONFLICT, title, detail);
    }

    /// 410: what was asked for is over.
    public static ApiException gone(String title, String detail) {
        return of(HttpStatus.GONE, title, detail);
    }

    /// 400: the request cannot be understood.
    public static ApiException badRequest(String title, String detail) {
        return of(HttpStatus.BAD_REQUEST, title, detail);
    }

    /// 411.
    public static ApiException lengthRequired(String detail) {
        return of(HttpStatus.LENGTH_REQUIRED, "Length required", detail);
    }

    /// 413.
    public static ApiException tooLong(String detail) {
        return of(HttpStatus.CONTENT_TOO_LARGE, "The body is too long", detail);
    }

    /// 502: another service did not answer as it should.
    public static ApiException badGateway(String title, String detail) {
        return of(HttpStatus.BAD_GATEWAY, title, detail);
    }

    /// 422: a configuration that cannot run; `errors` lists what is wrong by key.
    public static ApiException invalid(List<PreflightReport.Problem> errors) {
        ProblemDetail body = ProblemDetail.forStatusAndDetail(
                HttpStatus.UNPROCESSABLE_CONTENT,
                errors.stream().map(ApiException::sentence).collect(Collectors.joining("\n")));
        body.setTitle("The run cannot start");
        body.setProperty("errors", errors);
        return new ApiException(HttpStatus.UNPROCESSABLE_CONTENT, body);
    }

    /// Most messages go on from the key; some are sentences of their own.
    private static String sentence(PreflightReport.Problem problem) {
        boolean goesOn = problem.message().matches("(?s)[a-z].*");
        return problem.key() + (goesOn ? " " : ": ") + problem.message();
    }

    /// 422 for a configuration that the reader refuses.
    public static ApiException invalid(InvalidConfigException e) {
        String message = String.valueOf(e.getMessage());
        return invalid(List.of(new PreflightReport.Problem(
                e.key(), message.substring(Math.min(message.length(), e.key().length() + 1)))));
    }
}
