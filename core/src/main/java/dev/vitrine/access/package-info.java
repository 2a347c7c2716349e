/** Who may do what: policies and decisions. */
@NullMarked
package dev.vitrine.access;

import org.jspecify.annotations.NullMarked;
