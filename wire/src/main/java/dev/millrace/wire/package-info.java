/**
 * The native wire, both halves: what the server reads and writes ({@link dev.millrace.wire.RequestParser}, {@link
 * dev.millrace.wire.CommandReader}, {@link dev.millrace.wire.AnswerWriter}) and what the engine on its other end does
 * ({@link dev.millrace.wire.CommandWriter}, {@link dev.millrace.wire.ReplyParser}, {@link
 * dev.millrace.wire.AnswerReader}). The one list of commands is {@link dev.millrace.wire.Verb}; docs/PROTOCOL.md is
 * made from it.
 *
 * <p>Netty's buffers are the one library here: server and remote get their bytes in them, and reading in place spares a
 * copy. Nothing here is safe for use by several threads unless it says so.
 */
@NullMarked
package dev.millrace.wire;

import org.jspecify.annotations.NullMarked;
