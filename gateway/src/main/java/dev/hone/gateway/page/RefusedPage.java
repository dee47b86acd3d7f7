package dev.hone.gateway.page;

import dev.hone.gateway.problem.RefusedException;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Objects;
import org.springframework.http.ProblemDetail;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestMapping;

/// What a browser is shown that was not let in; the door hands its request on to here.
@Controller
@Hidden
class RefusedPage {

    @RequestMapping(RefusedException.PAGE)
    String page(
            @RequestAttribute(RefusedException.ATTRIBUTE) RefusedException refusal,
            Model model,
            HttpServletResponse response) {
        ProblemDetail body = refusal.getBody();
        response.setStatus(body.getStatus());
        model.addAttribute("title", Objects.requireNonNullElse(body.getTitle(), "Not allowed"));
        model.addAttribute("detail", Objects.requireNonNullElse(body.getDetail(), ""));
        return "problem";
    }
}
