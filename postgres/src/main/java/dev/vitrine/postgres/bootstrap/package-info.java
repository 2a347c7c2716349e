/** The first start: the shipped roles, the administrator, the demo tenants. */
@NullMarked
package dev.vitrine.postgres.bootstrap;

import org.jspecify.annotations.NullMarked;
