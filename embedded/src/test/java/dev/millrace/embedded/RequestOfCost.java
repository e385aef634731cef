package dev.millrace.embedded;

/** A request that only takes room. */
final class RequestOfCost extends Request {
    private final int cost;

    RequestOfCost(int cost) {
        this.cost = cost;
    }

    @Override
    int cost() {
        return cost;
    }

    @Override
    void apply(Shard shard) {}

    @Override
    void tooLate() {}
}
