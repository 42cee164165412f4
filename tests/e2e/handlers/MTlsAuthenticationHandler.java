package io.deephaven.authentication.mtls;

import io.deephaven.auth.AuthContext;
import io.deephaven.auth.AuthenticationRequestHandler;
import io.deephaven.grpc.MTlsCertificate;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/** Lets in whose certificate is Alice's, by the type of login that client certificates have. */
public class MTlsAuthenticationHandler implements AuthenticationRequestHandler {
    public String getAuthType() {
        return MTlsAuthenticationHandler.class.getName();
    }

    public void initialize(String url) {}

    public Optional<AuthContext> login(long version, ByteBuffer payload,
            HandshakeResponseListener listener) {
        return login("", null);
    }

    public Optional<AuthContext> login(String payload, MetadataResponseListener listener) {
        List<X509Certificate> chain = MTlsCertificate.CLIENT_CERTIFICATES.get();
        if (chain == null || chain.isEmpty()
                || !chain.get(0).getSubjectX500Principal().getName().contains("CN=alice"))
            return Optional.empty();
        return Optional.of(new AuthContext.SuperUser());
    }
}
