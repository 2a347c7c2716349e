/** Who may do what: operations, actions, policies and decisions. */
@NullMarked
package dev.vitrine.access;

import org.jspecify.annotations.NullMarked;
