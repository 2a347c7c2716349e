/**
 * The embedded PostgreSQL: unpacking, creating, starting, adopting and stopping it.
 *
 * <p>It is a production server: every commit is on disk before it is acknowledged, unless it is
 * {@linkplain dev.vitrine.postgres.embedded.Durability#EPHEMERAL ephemeral}. {@link
 * dev.vitrine.postgres.embedded.EmbeddedPostgres} runs it, and {@link
 * dev.vitrine.postgres.embedded.OnlineBackup} backs it up while it runs. Its directory contains:
 *
 * <ul>
 *   <li>{@code lock}: locked by the Java process that uses the directory;
 *   <li>{@code binaries-VERSION}: PostgreSQL itself;
 *   <li>{@code data}: the cluster;
 *   <li>{@code password}: the password of the role {@code vitrine};
 *   <li>{@code postgres.log}, {@code postgres.log.1}: the server's log;
 *   <li>{@code reserve}: keeps space for PostgreSQL on a disk that others fill.
 * </ul>
 *
 * <p>A file or folder that takes more than one step to write gets a name that ends in {@code .new}.
 * It is renamed when it is complete and on disk. So a final name is always complete, and a {@code
 * .new} may always be deleted.
 */
@NullMarked
package dev.vitrine.postgres.embedded;

import org.jspecify.annotations.NullMarked;
