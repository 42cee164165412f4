package trial;

import io.deephaven.auth.AuthContext;
import io.deephaven.auth.BasicAuthMarshaller;
import java.util.Optional;

/** Lets Alice in by her password. */
public class TrialPassword extends BasicAuthMarshaller {
    public TrialPassword() {
        super((user, password) -> user.equals("alice") && password.equals("p\u00e4ssword:1")
                ? Optional.of(new AuthContext.SuperUser()) : Optional.empty());
    }
}
