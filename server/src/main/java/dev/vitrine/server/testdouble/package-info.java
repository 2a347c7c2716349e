/** What a test double has and a server does not: seeds, faults, and the requests that steer it. */
@NullMarked
package dev.vitrine.server.testdouble;

import org.jspecify.annotations.NullMarked;
