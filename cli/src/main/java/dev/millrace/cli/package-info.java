/**
 * The command line: {@code millrace each}, and a command for each verb of a queue. {@link dev.millrace.cli.Main} finds
 * the command; {@link dev.millrace.cli.EachJob} is the heart of {@code each}.
 *
 * <p>What users type is bytes: file names need not be text. So the command line is kept as bytes, one char a byte,
 * until an option says what it wants ({@link dev.millrace.cli.RawArguments}).
 */
@NullMarked
package dev.millrace.cli;

import org.jspecify.annotations.NullMarked;
