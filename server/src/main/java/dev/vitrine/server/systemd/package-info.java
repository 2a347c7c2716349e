/** The service manager that started this process (ADR 38). */
@NullMarked
package dev.vitrine.server.systemd;

import org.jspecify.annotations.NullMarked;
