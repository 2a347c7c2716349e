/** What operators watch: health, metrics and the access log (ADR 34). */
@NullMarked
package dev.vitrine.server.management;

import org.jspecify.annotations.NullMarked;
