package dev.hone.gateway.page;

import dev.hone.gateway.problem.RefusedException;
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

/// An address at which there is nothing, or that who asks is not let in to: a page for people, a problem for programs.
@ControllerAdvice
@Order(Ordered.HIGHEST_PRECEDENCE)
class NothingThere {

    private final MessageSource messages;

    NothingThere(MessageSource messages) {
        this.messages = messages;
    }

    @ExceptionHandler
    Object nothing(NoResourceFoundException problem, HttpServletRequest request, Locale locale) {
        return shown("Nothing there", problem.updateAndGetBody(messages, locale), request);
    }

    @ExceptionHandler
    Object refused(RefusedException refusal, HttpServletRequest request) {
        ProblemDetail body = refusal.getBody();
        return shown(Objects.requireNonNullElse(body.getTitle(), "Not allowed"), body, request);
    }

    private static Object shown(String title, ProblemDetail body, HttpServletRequest request) {
        String accepted = Objects.requireNonNullElse(request.getHeader(HttpHeaders.ACCEPT), "");
        return accepted.contains("text/html")
                ? new ModelAndView(
                        "problem",
                        Map.of("title", title, "detail", Objects.requireNonNullElse(body.getDetail(), "")),
                        HttpStatus.valueOf(body.getStatus()))
                : ResponseEntity.of(body).build();
    }
}
