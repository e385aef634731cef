package dev.millrace.server;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Users whose passwords cost little to check. */
final class TestUsers {
    static final int ROUNDS = 1_000;
    static final String TOKEN = "0123456789abcdefghijklmnopqrstuv";

    /** Password {@code secret}: puts and takes what concerns mail, and looks at letters. */
    static final User ADA = user(
            "ada", List.of(password("secret")), List.of(Grant.of("mail*", List.of("put", "take")), Grant.of("letters", List.of("read"))));
    /** {@link #TOKEN}: looks at everything. */
    static final User BOB =
            user("bob", List.of(Credential.ofToken(TOKEN)), List.of(Grant.of("*", List.of("read"))));
    /** Password {@code all}: who logs in without a name, and may do everything. */
    static final User DEFAULT = user("default", List.of(password("all")), List.of(Grant.of("*", List.of("all"))));

    static final Users ALL = Users.of(List.of(ADA, BOB, DEFAULT));

    private TestUsers() {}

    static User user(String name, List<Credential> credentials, List<Grant> grants) {
        return new User(name, credentials, grants);
    }

    static Credential password(String password) {
        return Credential.ofPassword(password, "some salt".getBytes(StandardCharsets.US_ASCII), ROUNDS);
    }

    static ServerOptions in(ServerOptions options) {
        return options.withUsers(ALL);
    }
}
