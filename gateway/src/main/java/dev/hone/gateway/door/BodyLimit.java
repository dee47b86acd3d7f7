package dev.hone.gateway.door;

import dev.hone.gateway.problem.ApiException;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerExceptionResolver;

/// Refuses bodies longer than [#LONGEST] by what they say of themselves, and those that do not say: the server reads no
/// more of a body than its Content-Length.
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 10)
class BodyLimit extends OncePerRequestFilter {

    /// Bytes: a run's file of the longest, as a form encodes it.
    static final long LONGEST = 4L << 20;

    private final HandlerExceptionResolver problems;

    BodyLimit(@Qualifier("handlerExceptionResolver") HandlerExceptionResolver problems) {
        this.problems = problems;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (request.getHeader(HttpHeaders.TRANSFER_ENCODING) != null) {
            refuse(
                    request,
                    response,
                    ApiException.lengthRequired(
                            "The body does not say how long it is; send it with a Content-Length."));
        } else if (request.getContentLengthLong() > LONGEST) {
            refuse(
                    request,
                    response,
                    ApiException.tooLong("The body has " + request.getContentLengthLong() + " bytes; send at most "
                            + LONGEST + "."));
        } else {
            chain.doFilter(request, response);
        }
    }

    /// The connection ends with the answer: what else of the body comes is not waited for.
    private void refuse(HttpServletRequest request, HttpServletResponse response, ApiException problem) {
        response.setHeader(HttpHeaders.CONNECTION, "close");
        problems.resolveException(request, response, null, problem);
    }
}
