/**
 * The reference model: what the contract says about tasks, as plainly as it can be written, to be run beside an engine
 * on the same steps. Nothing here is fast or clever on purpose, and nothing was taken from an engine: an error would
 * have to be made twice, in the same way, to go unseen.
 *
 * <p>{@link dev.millrace.testkit.model.Model} is the model itself, {@link dev.millrace.testkit.model.Worlds} several of
 * them where a crash left open what had happened, {@link dev.millrace.testkit.model.RandomSteps} makes steps from a
 * seed, and {@link dev.millrace.testkit.model.Shrinker} makes a failing sequence of them short.
 */
@NullMarked
package dev.millrace.testkit.model;

import org.jspecify.annotations.NullMarked;
