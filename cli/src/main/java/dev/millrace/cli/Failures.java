package dev.millrace.cli;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.Millrace;
import dev.millrace.api.MillraceException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.function.Supplier;

/** Failures as sentences and exit codes. */
final class Failures {
    private Failures() {}

    static String told(MillraceException failure) {
        String told = withoutClassNames(failure.told());
        return failure.code() == ErrorCode.INTERNAL ? told + "; please report this" : told;
    }

    static String told(IOException failure) {
        String message = withoutClassNames(String.valueOf(failure.getMessage()));
        return switch (failure) {
            case NoSuchFileException missing -> missing.getFile() + " does not exist";
            case AccessDeniedException denied -> denied.getFile() + " is not accessible to this user";
            case NotDirectoryException file -> file.getFile() + " is a file, not a folder";
            case FileSystemException other when other.getReason() != null -> other.getFile() + ": " + other.getReason();
            default -> message;
        };
    }

    static int exitCode(MillraceException failure) {
        return switch (failure.code().kind()) {
            case MISTAKE, OPENING -> ExitCode.USAGE;
            case OUTCOME -> failure.code() == ErrorCode.OVERLOADED ? ExitCode.STOPPED : ExitCode.FAILED;
            case BROKEN -> ExitCode.STOPPED;
        };
    }

    /** A store that cannot be written is no engine that broke, nor a server that cannot be used: nothing has begun. */
    static Millrace opening(Supplier<Millrace> opening) {
        try {
            return opening.get();
        } catch (MillraceException failure) {
            boolean isOutcome = failure.code().kind() == ErrorCode.Kind.OUTCOME;
            if (isOutcome || failure.code() == ErrorCode.READ_ONLY) {
                throw RefusedException.usage(told(failure));
            }
            throw failure;
        }
    }

    /** A cause quoted within a message bears its Java class, which tells a person nothing. */
    static String withoutClassNames(String message) {
        return message.replaceAll("java\\.nio\\.file\\.AccessDeniedException: ([^\\s;]+)", "this user may not write there ($1)")
                .replaceAll("\\b(?:[a-z]+\\.)+[A-Z]\\w*(?:Exception|Error): ", "");
    }
}
