/** What a program uses, and the engine interface beneath it. */
module dev.millrace.api {
    requires static transitive org.jspecify;

    exports dev.millrace.api;
    exports dev.millrace.api.engine;

    uses dev.millrace.api.engine.EngineProvider;
    uses dev.millrace.api.engine.StoreDoctor;
}
