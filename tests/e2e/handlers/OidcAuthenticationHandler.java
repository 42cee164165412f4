package io.deephaven.authentication.oidc;

import io.deephaven.auth.AuthContext;
import io.deephaven.auth.AuthenticationRequestHandler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Lets in who sends the token that the file of -Dtrial.token holds at that time. */
public class OidcAuthenticationHandler implements AuthenticationRequestHandler {
    public String getAuthType() {
        return OidcAuthenticationHandler.class.getName();
    }

    public void initialize(String url) {}

    public Optional<AuthContext> login(long version, ByteBuffer payload,
            HandshakeResponseListener listener) {
        return login(StandardCharsets.UTF_8.decode(payload).toString(), null);
    }

    public Optional<AuthContext> login(String payload, MetadataResponseListener listener) {
        String token;
        try {
            token = Files.readString(Path.of(System.getProperty("trial.token"))).trim();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return payload.equals(token) ? Optional.of(new AuthContext.SuperUser())
                : Optional.empty();
    }
}
