package dev.hone.gateway.page;

import dev.hone.gateway.access.Sessions;
import dev.hone.gateway.problem.ApiException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/// What a browser may do on the pages: load from the gateway alone, run no script that stands in a page, and change
/// nothing on another site's behalf. Episodes are a model's text: nothing in them is trusted.
@Configuration(proxyBeanMethods = false)
class PageGuard implements WebMvcConfigurer, HandlerInterceptor {

    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                    + " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(this);
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (!(handler instanceof HandlerMethod method)
                || !method.getBeanType().getPackage().equals(PageGuard.class.getPackage())) {
            return true;
        }
        request.setAttribute("loggedIn", Sessions.carries(request)); // For the templates.
        response.setHeader("Content-Security-Policy", POLICY);
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Referrer-Policy", "same-origin");
        response.setHeader("Cache-Control", "no-store");
        String site = request.getHeader("Sec-Fetch-Site");
        if (request.getMethod().equals("POST") && site != null && !site.equals("same-origin")) {
            throw ApiException.forbidden(
                    "Asked for by another site",
                    "The request comes from a page that is not Hone's (Sec-Fetch-Site: " + site
                            + "); open Hone's own page and ask there.");
        }
        return true;
    }
}
