package dev.hone.gateway.page;

import dev.hone.gateway.problem.ApiException;
import dev.hone.gateway.problem.UnreadableValues;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Objects;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.ui.Model;
import org.springframework.validation.BindException;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;

/// A problem as a page of its own.
@ControllerAdvice(basePackageClasses = PageProblems.class)
@Order(Ordered.HIGHEST_PRECEDENCE)
class PageProblems {

    @ExceptionHandler
    String problem(ApiException problem, Model model, HttpServletResponse response) {
        response.setStatus(problem.getStatusCode().value());
        model.addAttribute("title", Objects.requireNonNullElse(problem.getBody().getTitle(), "Problem"));
        model.addAttribute(
                "detail", Objects.requireNonNullElse(problem.getBody().getDetail(), ""));
        return "problem";
    }

    @ExceptionHandler
    String mismatch(MethodArgumentTypeMismatchException problem, Model model, HttpServletResponse response) {
        return mismatch("'" + problem.getValue() + "' does not fit " + problem.getName(), model, response);
    }

    @ExceptionHandler
    String mismatch(BindException problem, Model model, HttpServletResponse response) {
        return mismatch(UnreadableValues.misfits(problem), model, response);
    }

    private static String mismatch(String what, Model model, HttpServletResponse response) {
        response.setStatus(HttpServletResponse.SC_BAD_REQUEST);
        model.addAttribute("title", "Not a value");
        model.addAttribute("detail", what + ". Go back and choose another.");
        return "problem";
    }
}
