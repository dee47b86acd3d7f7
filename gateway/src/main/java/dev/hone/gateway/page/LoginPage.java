package dev.hone.gateway.page;

import dev.hone.gateway.access.Sessions;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/// `/login`: a key opens a session.
@Controller
@Hidden
class LoginPage {

    private final Sessions sessions;

    LoginPage(Sessions sessions) {
        this.sessions = sessions;
    }

    @GetMapping("/login")
    String page(@RequestParam(defaultValue = "/") String to, Model model) {
        model.addAttribute("to", inside(to));
        return "login";
    }

    @PostMapping("/login")
    String login(
            @RequestParam String key,
            @RequestParam(defaultValue = "/") String to,
            HttpServletRequest request,
            HttpServletResponse response,
            Model model) {
        if (sessions.begin(key, request, response)) {
            return "redirect:" + inside(to);
        }
        response.setStatus(HttpServletResponse.SC_UNAUTHORIZED);
        model.addAttribute("to", inside(to));
        model.addAttribute("refused", true);
        return "login";
    }

    @PostMapping("/logout")
    String logout(HttpServletRequest request) {
        sessions.end(request);
        return "redirect:/login";
    }

    /// A path of this gateway: neither another site's address nor anything that a browser would take for one.
    private static String inside(String to) {
        return to.matches("/([A-Za-z0-9._~%-][A-Za-z0-9._~%/-]*)?") ? to : "/";
    }
}
