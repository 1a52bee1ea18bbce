package io.redistributed.system;

import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of commands that ask a service with TLS. */
public final class TlsOptions {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--certificate-authority",
            paramLabel = "FILE",
            description = "PEM file with the authorities to trust instead of those of the JVM.")
    private Path authority;

    @Option(
            names = "--client-certificate",
            paramLabel = "FILE",
            description = "PEM file with the certificate to present, for services that require one.")
    private Path certificate;

    @Option(
            names = "--client-key",
            paramLabel = "FILE",
            description = "PEM file with the private key of --client-certificate, in PKCS #8.")
    private Path key;

    /** Returns the contents of the files, which are valid. */
    public ClientTls files() throws MachineFault {
        if ((certificate == null) != (key == null)) {
            throw new ParameterException(
                    command.commandLine(), "--client-certificate and --client-key must be given together");
        }
        if (authority == null && certificate == null) {
            return ClientTls.NONE;
        }
        byte[] trusted = read(authority);
        check(new ClientTls(trusted, null, null), "--certificate-authority: must be a PEM file with certificates");
        ClientTls files = new ClientTls(trusted, read(certificate), read(key));
        check(
                files,
                "--client-certificate and --client-key: must be a certificate and its private key in PKCS #8"
                        + " without a password, as PEM files");
        return files;
    }

    private static byte[] read(Path file) throws MachineFault {
        return file == null ? null : LocalFiles.read(file, 1);
    }

    private void check(ClientTls files, String allowed) {
        try {
            files.context();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), allowed, e);
        }
    }
}
