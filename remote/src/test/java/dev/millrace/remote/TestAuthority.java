package dev.millrace.remote;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * An authority, and whom it vouches for, made by the JDK's keytool, so that nothing that expires lies among the
 * sources.
 */
final class TestAuthority {
    private static final String PASSWORD = "password";
    private static final String SELF = "authority";

    private final Path folder;
    private final Path store;

    /** A certificate and its key, in PEM files. */
    record Certified(Path certificate, Path key) {}

    private TestAuthority(Path folder, String name) {
        this.folder = folder;
        this.store = folder.resolve(name + ".p12");
    }

    static TestAuthority make(Path folder, String name) throws Exception {
        TestAuthority made = new TestAuthority(folder, name);
        made.keytool("-alias", SELF, "-dname", "CN=" + name, "-ext", "bc:c", "-validity", "30");
        made.pem(name, "CERTIFICATE", made.load().getCertificate(SELF).getEncoded());
        return made;
    }

    /** Its own certificate. */
    Path certificate() {
        return folder.resolve(store.getFileName().toString().replace(".p12", ".crt"));
    }

    /** A certificate for a host, such as {@code ip:127.0.0.1}, that counts from now on. */
    Certified certify(String name, String host) throws Exception {
        return certify(name, host, "-startdate", "-1d", "-validity", "2");
    }

    /** One that does not count any more. */
    Certified certifyUntilYesterday(String name, String host) throws Exception {
        return certify(name, host, "-startdate", "-3d", "-validity", "2");
    }

    private Certified certify(String name, String host, String... dates) throws Exception {
        List<String> words = new ArrayList<>(List.of("-alias", name, "-dname", "CN=" + name, "-ext", "san=" + host, "-signer", SELF));
        words.addAll(List.of(dates));
        keytool(words.toArray(String[]::new));
        KeyStore keys = load();
        return new Certified(
                pem(name, "CERTIFICATE", keys.getCertificate(name).getEncoded()),
                pem(name, "PRIVATE KEY", keys.getKey(name, PASSWORD.toCharArray()).getEncoded()));
    }

    private KeyStore load() throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        return keys;
    }

    private void keytool(String... words) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair", "-keyalg", "EC", "-groupname", "secp256r1", "-storetype", "PKCS12",
                "-keystore", store.toString(), "-storepass", PASSWORD));
        line.addAll(List.of(words));
        Process keytool = new ProcessBuilder(line).redirectErrorStream(true).start();
        String told = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (keytool.waitFor() != 0) {
            throw new IOException("keytool: " + told);
        }
    }

    private Path pem(String name, String kind, byte[] content) throws IOException {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        Path file = folder.resolve(name + (kind.equals("CERTIFICATE") ? ".crt" : ".key"));
        return Files.writeString(file, "-----BEGIN " + kind + "-----\n" + base64 + "\n-----END " + kind + "-----\n");
    }
}
