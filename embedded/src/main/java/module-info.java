/** The embedded engine. */
module dev.millrace.embedded {
    requires dev.millrace.api;
    requires dev.millrace.core;
    requires dev.millrace.journal;
    requires static org.jspecify;

    provides dev.millrace.api.engine.EngineProvider with
            dev.millrace.embedded.EmbeddedProvider;
    provides dev.millrace.api.engine.StoreDoctor with
            dev.millrace.embedded.FolderDoctor;
}
