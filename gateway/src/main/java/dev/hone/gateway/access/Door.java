package dev.hone.gateway.access;

import dev.hone.contracts.run.Outbound;
import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Whether a request may come in without login. Decided by what the process was told and by each request: whatever is
/// not known to come from this machine's own user has to log in.
public final class Door {

    private static final String REQUIRED = "required";
    private static final Pattern OWN_NAME = Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[::1]");
    private static final List<String> FORWARDED = List.of("Forwarded", "X-Forwarded-For", "X-Real-IP");
    private static final Set<String> READS = Set.of("GET", "HEAD", "OPTIONS");

    private final boolean shut;
    private final Set<String> hosts;

    private Door(boolean shut, Set<String> hosts) {
        this.shut = shut;
        this.hosts = hosts;
    }

    /// @param auth empty or `required`
    /// @param bind the address that the gateway listens on; empty: all of the machine's
    /// @param hosts further names of this machine
    /// @throws IllegalArgumentException if `auth` is another word
    static Door of(String auth, String bind, List<String> hosts) {
        if (!auth.isBlank() && !auth.strip().equals(REQUIRED)) {
            throw new IllegalArgumentException("HONE_AUTH is '" + auth + "'; set it to '" + REQUIRED
                    + "', or leave it out: then whoever does not come from this machine has to log in.");
        }
        return new Door(
                !auth.isBlank() || !Outbound.onlyThisMachine(bind),
                Set.copyOf(hosts.stream()
                        .map(host -> host.toLowerCase(Locale.ROOT))
                        .toList()));
    }

    /// Whether everybody has to log in.
    public boolean shut() {
        return shut;
    }

    /// Why the request has to be made with a key; empty if it need not.
    Optional<String> keyNeeded(HttpServletRequest request) {
        if (shut || !loopback(request.getLocalAddr()) || !loopback(request.getRemoteAddr())) {
            return Optional.of("This gateway asks everybody for a key.");
        }
        if (FORWARDED.stream().anyMatch(name -> request.getHeader(name) != null)) {
            return Optional.of("The request comes through a proxy, so it may be another machine's.");
        }
        String host = request.getHeader("Host");
        if (host != null && !own(host)) {
            return Optional.of("The request is for '" + host + "', which is no name of this machine's own. Ask under"
                    + " 127.0.0.1 or localhost, or name it in HONE_HOSTS.");
        }
        if (!READS.contains(request.getMethod())) {
            String origin = request.getHeader("Origin");
            String site = request.getHeader("Sec-Fetch-Site");
            if ((origin != null && !sameOrigin(origin, host))
                    || (site != null && !site.equals("same-origin") && !site.equals("none"))) {
                return Optional.of("The request comes from a page of another site (Origin: " + origin + ").");
            }
        }
        return Optional.empty();
    }

    private boolean own(String host) {
        String name = host.replaceFirst(":\\d*$", "").toLowerCase(Locale.ROOT);
        return OWN_NAME.matcher(name).matches() || hosts.contains(name);
    }

    private static boolean sameOrigin(String origin, @Nullable String host) {
        try {
            return host != null && host.equalsIgnoreCase(URI.create(origin).getAuthority());
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean loopback(String address) {
        try {
            return InetAddress.ofLiteral(address).isLoopbackAddress();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
