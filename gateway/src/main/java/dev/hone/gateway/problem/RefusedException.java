package dev.hone.gateway.problem;

import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/// A request that was not let in, whatever it asks for: a problem for programs; for people its page shows it.
public final class RefusedException extends ErrorResponseException {

    /// Where a browser's request is handed on to, with the refusal in the attribute.
    public static final String PAGE = "/refused";

    public static final String ATTRIBUTE = "dev.hone.gateway.refused";

    private static final long serialVersionUID = 1L;

    private RefusedException(HttpStatus status, String title, String detail) {
        super(status, body(status, title, detail), null);
    }

    private static ProblemDetail body(HttpStatus status, String title, String detail) {
        ProblemDetail body = ProblemDetail.forStatusAndDetail(status, detail);
        body.setTitle(title);
        return body;
    }

    /// 400: its address or headers can be read in two ways.
    public static RefusedException unreadable(String detail) {
        return new RefusedException(HttpStatus.BAD_REQUEST, "Not a request that can be read", detail);
    }

    /// 401: nobody knows who asks.
    public static RefusedException unknown(String detail) {
        return new RefusedException(HttpStatus.UNAUTHORIZED, "A key is needed", detail);
    }

    /// 403: it may not be done by who asks.
    public static RefusedException forbidden(String detail) {
        return new RefusedException(HttpStatus.FORBIDDEN, "Not allowed", detail);
    }

    /// 502: whoever could say who asks does not answer.
    public static RefusedException unknowable(String detail) {
        return new RefusedException(HttpStatus.BAD_GATEWAY, "Nobody says who asks", detail);
    }
}
