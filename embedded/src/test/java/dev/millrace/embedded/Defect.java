package dev.millrace.embedded;

import dev.millrace.api.ErrorCode;
import dev.millrace.api.KeyMode;
import dev.millrace.api.MillraceException;
import dev.millrace.api.OpenOptions;
import dev.millrace.api.Put;
import dev.millrace.api.engine.Answer;
import dev.millrace.api.engine.Command;
import dev.millrace.core.CoreSettings;
import dev.millrace.core.Outcome;
import dev.millrace.core.QueueConfig;
import dev.millrace.core.State;
import dev.millrace.core.TaskMachine;
import dev.millrace.core.TaskRecord;
import dev.millrace.core.TaskReplay;
import dev.millrace.journal.Disk;
import dev.millrace.journal.DiskFile;
import dev.millrace.journal.Journal;
import dev.millrace.journal.JournalException;
import dev.millrace.journal.JournalOptions;
import dev.millrace.journal.Recovered;
import dev.millrace.testkit.model.Event;
import dev.millrace.testkit.model.Subject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Something that an engine might do wrong, built in on purpose at one of its seams: beneath the journal, between the
 * state machine and its store, or between the engine and those who use it.
 *
 * @param name what is wrong
 * @param workload where it shows
 * @param seams where it is built in, made for each engine
 */
record Defect(String name, Workload workload, Supplier<Seams> seams) {
    private static final long SECTOR = 512;

    static List<Defect> all() {
        List<Defect> all = new ArrayList<>(beneathTheJournal());
        all.addAll(atTheStore());
        all.addAll(atTheEngine());
        all.addAll(FreeingDefects.all());
        all.addAll(FullDiskDefects.all());
        return all;
    }

    /** An engine with this defect. */
    Subject build(OpenOptions options, SimulatedDisk simulated) {
        Seams built = seams.get();
        return built.subject(new DiskSubject(options, simulated, (disk, now) -> open(built, disk, now)));
    }

    private Shard open(Seams built, SimulatedDisk simulated, OpenOptions options) {
        CoreSettings settings = new CoreSettings(
                options.waitersMax(), options.producersMax(), options.producerKeepMs(), options.idleQueuesMax(),
                options.engineDeathsMax(), 1, 2,
                failures -> options.backoff().delay(failures).toMillis());
        JournalOptions journalOptions = DiskSubject.journalOptions(options, workload);
        TaskRecords.Reader reader = new TaskRecords.Reader(
                (createdMs, firstSegment) -> new TaskReplay(settings, createdMs, firstSegment));
        long wallMs = options.timeSource().wallMs();
        Journal journal;
        try {
            journal = Journal.open(
                    built.disk(simulated), journalOptions, wallMs, DiskSubject.FOLDER_ID, built.replay(reader));
        } catch (JournalException e) {
            throw Conversions.opening(e);
        } catch (TaskRecords.BadRecordException e) {
            throw new MillraceException(ErrorCode.CORRUPT, String.valueOf(e.getMessage()), e);
        }
        Recovered recovered = journal.recovered();
        Store wrapped = built.store(new JournalStore(journal, journalOptions.durability()));
        Outbox outbox = new Outbox(wrapped);
        long nowMs = Math.max(wallMs, recovered.lastTimeMs());
        TaskMachine<ByteBuffer> machine;
        try {
            machine = reader.replay().machine(recovered.closedCleanly(), recovered.nextId(), nowMs, wrapped, outbox);
            wrapped.write(machine.nowMs(), machine.nextId(), true);
            wrapped.makeDurable();
        } catch (JournalException e) {
            throw Conversions.opening(e);
        }
        return new Shard(options, wrapped, machine, outbox);
    }

    // --- Beneath the journal

    private static Defect beneath(String name, Function<Disk, WrappedDisk> wrapping) {
        return new Defect(name, Workload.USUAL, () -> new Seams() {
            @Override
            Disk disk(Disk disk) {
                return wrapping.apply(disk);
            }
        });
    }

    private static List<Defect> beneathTheJournal() {
        return List.of(
                beneath("an fsync that does nothing", disk -> new WrappedDisk(disk) {
                    @Override
                    void sync(DiskFile file) {}
                }),
                beneath("an fsync error ignored", disk -> new WrappedDisk(disk) {
                    @Override
                    void sync(DiskFile file) throws IOException {
                        ignoring(file::sync);
                    }
                }),
                beneath("a write error ignored", disk -> new WrappedDisk(disk) {
                    @Override
                    void write(DiskFile file, ByteBuffer bytes, long offset) throws IOException {
                        ignoring(() -> file.write(bytes, offset));
                    }
                }),
                beneath("new files not made durable", disk -> new WrappedDisk(disk) {
                    @Override
                    public void sync() {}
                }),
                beneath("a write cut at a sector", disk -> new WrappedDisk(disk) {
                    @Override
                    void write(DiskFile file, ByteBuffer bytes, long offset) throws IOException {
                        long end = (offset + bytes.remaining()) / SECTOR * SECTOR;
                        if (offset >= 4_096 && end > offset && bytes.remaining() > SECTOR) {
                            bytes.limit(bytes.position() + (int) (end - offset));
                        }
                        file.write(bytes, offset);
                    }
                }));
    }

    @FunctionalInterface
    private interface DiskStep {
        void run() throws IOException;
    }

    private static void ignoring(DiskStep step) throws IOException {
        try {
            step.run();
        } catch (SimulatedDisk.CrashException e) {
            throw e;
        } catch (IOException e) {
            // The defect.
        }
    }

    // --- Between the state machine and its store

    private static Defect at(String name, Function<Store, WrappedStore> wrapping) {
        return at(name, Workload.USUAL, wrapping);
    }

    private static Defect at(String name, Workload workload, Function<Store, WrappedStore> wrapping) {
        return new Defect(name, workload, () -> new Seams() {
            @Override
            Store store(Store store) {
                return wrapping.apply(store);
            }
        });
    }

    private static List<Defect> atTheStore() {
        List<Defect> all = new ArrayList<>(recordsSpoiled());
        all.add(at("answers before their commit", store -> new WrappedStore(store) {
            private int rounds;

            @Override
            public void write(long nowMs, long nextId, boolean isIdle) {
                if (++rounds % 2 == 0) {
                    store.write(nowMs, nextId, isIdle);
                }
            }
        }));
        all.add(at("answers before their fsync", store -> new WrappedStore(store) {
            @Override
            public void makeDurable() {}
        }));
        all.add(at("a batch that may be torn", store -> new WrappedStore(store) {
            @Override
            public void together(int records, long bytes) {}
        }));
        all.add(at("a segment freed while something in it lives", store -> new WrappedStore(store) {
            @Override
            public long task(TaskRecord task, ByteBuffer payload) {
                long position = store.task(task, payload);
                store.retire(position);
                return position;
            }

            @Override
            public void retire(long position) {}
        }));
        all.add(at("a copied task's home left where it was", Workload.CLEANING, store -> new WrappedStore(store) {
            @Override
            public long copy(TaskRecord task, long home, boolean keyed) {
                store.copy(task, home, keyed);
                return home;
            }
        }));
        return all;
    }

    private static List<Defect> recordsSpoiled() {
        return List.of(
                at("acks not recorded", store -> new WrappedStore(store) {
                    @Override
                    public void gone(long id, long home, int attempt, Outcome outcome) {
                        if (outcome != Outcome.ACKED) {
                            store.gone(id, home, attempt, outcome);
                        }
                    }
                }),
                at("takes not recorded", store -> new WrappedStore(store) {
                    @Override
                    public void take(long id, long home, int attempt) {}
                }),
                at("failures not recorded", store -> new WrappedStore(store) {
                    @Override
                    public void move(Move move) {
                        if (move.failures() == 0) {
                            store.move(move);
                        }
                    }
                }),
                at("reasons of burials not recorded", store -> new WrappedStore(store) {
                    @Override
                    public void move(Move m) {
                        store.move(new Move(
                                m.id(), m.home(), m.state(), m.dueMs(), m.attempts(), m.failures(), m.engineDeaths(),
                                m.keyLost(), null));
                    }
                }),
                at("purges not recorded", store -> new WrappedStore(store) {
                    @Override
                    public void purge(int queue, long throughId) {}
                }),
                at("forgotten producers not recorded", store -> new WrappedStore(store) {
                    @Override
                    public void forget(int queue, String producer) {}
                }),
                at("settings not recorded", store -> new WrappedStore(store) {
                    @Override
                    public long queue(int number, String name, QueueConfig config) {
                        return store.queue(number, name, QueueConfig.DEFAULT);
                    }
                }),
                at("delays not recorded", store -> new WrappedStore(store) {
                    @Override
                    public long task(TaskRecord t, ByteBuffer payload) {
                        State state = t.firstId() == 0 && t.state() == State.DELAYED ? State.READY : t.state();
                        return store.task(
                                new TaskRecord(
                                        t.queue(), t.id(), state, 0, t.expiresMs(), t.ttrMs(), t.priority(), t.maxAttempts(),
                                        t.attempts(), t.failures(), t.engineDeaths(), t.key(), t.group(), t.groupLimit(),
                                        t.firstId(), t.producer(), t.sequence(), t.reason()),
                                payload);
                    }
                }),
                at("keys not recorded", store -> new WrappedStore(store) {
                    @Override
                    public long task(TaskRecord task, ByteBuffer payload) {
                        return store.task(task.firstId() == 0 ? task.withKey(null) : task, payload);
                    }
                }));
    }

    // --- Between the engine and those who use it

    private static Defect facing(String name, Function<Subject, WrappedSubject> wrapping) {
        return new Defect(name, Workload.USUAL, () -> new Seams() {
            @Override
            Subject subject(Subject subject) {
                return wrapping.apply(subject);
            }
        });
    }

    /** One command in place of another: what an engine would do that misread it. */
    private static Defect misreading(String name, UnaryOperator<Command> reading) {
        return facing(name, subject -> new WrappedSubject(subject) {
            @Override
            Command instead(Command command) {
                return reading.apply(command);
            }
        });
    }

    private static Defect misreadingPuts(String name, UnaryOperator<Put> reading) {
        return misreading(
                name,
                command -> command instanceof Command.Put put
                        ? new Command.Put(put.queue(), put.payload(), reading.apply(put.options()))
                        : command);
    }

    private static List<Defect> atTheEngine() {
        List<Defect> all = new ArrayList<>(misreadings());
        all.add(facing("a wake-up dropped, one in ten", subject -> new WrappedSubject(subject) {
            private int wakeUps;

            @Override
            List<Event> instead(List<Event> said) {
                List<Event> left = new ArrayList<>(said);
                left.removeIf(event -> event instanceof Event.Answered answered
                        && answered.answer() instanceof Answer.Taken
                        && ++wakeUps % 10 == 0);
                return left;
            }
        }));
        all.add(facing("a wake-up given twice, one in ten", subject -> new WrappedSubject(subject) {
            private int wakeUps;

            @Override
            List<Event> instead(List<Event> said) {
                List<Event> more = new ArrayList<>();
                for (Event event : said) {
                    more.add(event);
                    if (event instanceof Event.Answered(long session, long token, Answer.Taken taken) && ++wakeUps % 10 == 0) {
                        more.add(event);
                    }
                }
                return more;
            }
        }));
        all.add(facing("a cancellation ignored", subject -> new WrappedSubject(subject) {
            @Override
            public void cancel(long session, long token) {}
        }));
        all.add(facing("a round wanted a millisecond too late", subject -> new WrappedSubject(subject) {
            @Override
            public long nextEventMs() {
                long atMs = subject.nextEventMs();
                return atMs == Long.MAX_VALUE ? atMs : atMs + 1;
            }
        }));
        all.add(facing("a clock that is a millisecond fast", subject -> new WrappedSubject(subject) {
            @Override
            public void begin(long nowMs) {
                subject.begin(nowMs + 1);
            }
        }));
        return all;
    }

    private static List<Defect> misreadings() {
        return List.of(
                misreading("an older receipt accepted", command -> switch (command) {
                    case Command.Ack ack -> new Command.Ack(ack.queue(), ack.id(), 0);
                    case Command.Release r -> new Command.Release(r.queue(), r.id(), 0, r.delayMs());
                    case Command.Touch touch -> new Command.Touch(touch.queue(), touch.id(), 0);
                    default -> command;
                }),
                misreading("another's task deleted without force", command -> command instanceof Command.Delete delete
                        ? new Command.Delete(delete.queue(), delete.id(), true)
                        : command),
                misreading("an ack that releases", command -> command instanceof Command.Ack ack
                        ? new Command.Release(ack.queue(), ack.id(), ack.attempt(), 0)
                        : command),
                misreadingPuts("a group's slots off by one", put -> put.group() == null
                        ? put
                        : put.withGroup(put.group(), put.groupLimit() + 1)),
                misreadingPuts("a time to live off by one", put -> put.ttlMs() == 0
                        ? put
                        : put.withTtl(Duration.ofMillis(put.ttlMs() + 1))),
                misreadingPuts("a time to run off by one", put -> put.ttrMs() == 0
                        ? put
                        : put.withTtr(Duration.ofMillis(put.ttrMs() + 1))),
                misreadingPuts("a kept key replaced", put -> put.key() == null || put.keyMode() != KeyMode.KEEP
                        ? put
                        : put.withKey(put.key(), KeyMode.REPLACE)),
                misreadingPuts("failures off by one before a burial", put -> put.maxAttempts() == 0
                        ? put
                        : put.withMaxAttempts(put.maxAttempts() + 1)));
    }
}
