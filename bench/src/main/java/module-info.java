/** Benchmarks of the engines through the public API. */
module dev.millrace.bench {
    requires dev.millrace.api;
    requires java.management;
    requires static org.jspecify;
}
