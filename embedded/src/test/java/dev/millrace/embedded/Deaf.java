package dev.millrace.embedded;

import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.EndReason;
import dev.millrace.api.engine.Outlet;
import dev.millrace.api.engine.Push;

/** Hears nothing. */
final class Deaf implements Outlet<String> {
    @Override
    public void answer(String token, Answer answer) {}

    @Override
    public void push(Push push) {}

    @Override
    public void flush() {}

    @Override
    public void ended(EndReason reason) {}
}
