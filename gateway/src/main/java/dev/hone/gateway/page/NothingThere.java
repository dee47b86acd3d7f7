package dev.hone.gateway.page;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.springframework.context.MessageSource;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/// An address at which there is nothing: a page for people, a problem for programs.
@ControllerAdvice
@Order(Ordered.HIGHEST_PRECEDENCE)
class NothingThere {

    private final MessageSource messages;

    NothingThere(MessageSource messages) {
        this.messages = messages;
    }

    @ExceptionHandler
    Object nothing(NoResourceFoundException problem, HttpServletRequest request, Locale locale) {
        ProblemDetail body = problem.updateAndGetBody(messages, locale);
        String accepted = Objects.requireNonNullElse(request.getHeader(HttpHeaders.ACCEPT), "");
        return accepted.contains("text/html")
                ? new ModelAndView(
                        "problem",
                        Map.of("title", "Nothing there", "detail", Objects.requireNonNullElse(body.getDetail(), "")),
                        HttpStatus.NOT_FOUND)
                : ResponseEntity.of(body).build();
    }
}
