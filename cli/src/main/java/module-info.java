/** The command line. Engines are found at run time, by URI scheme. */
@org.jspecify.annotations.NullMarked
@SuppressWarnings("requires-automatic") // JLine and tomlj have no module descriptors.
module dev.millrace.cli {
    requires dev.millrace.api;
    requires dev.millrace.pool;
    requires dev.millrace.server;
    requires info.picocli;
    requires me.tongfei.progressbar;
    requires org.jline.terminal;
    requires org.tomlj;
    requires tools.jackson.core;
    // JLine reaches sun.misc.Signal by reflection; without this the module would not be resolved.
    requires jdk.unsupported;
    requires static org.jspecify;

    provides System.LoggerFinder with
            dev.millrace.cli.PlainLoggers;

    opens dev.millrace.cli to
            info.picocli;
}
