/** Codecs for JSON. */
module dev.millrace.json {
    requires transitive dev.millrace.api;
    requires static org.jspecify;
    requires tools.jackson.core;
    requires transitive tools.jackson.databind;

    exports dev.millrace.json;
}
