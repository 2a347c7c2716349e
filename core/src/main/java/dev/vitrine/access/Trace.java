package dev.vitrine.access;

import dev.vitrine.access.Authorization.Grant;

/** Receives what the evaluation of one action finds, grant by grant. */
@FunctionalInterface
interface Trace {
  /** Ignores everything. */
  Trace NONE = (grant, finding) -> {};

  void found(Grant grant, Finding finding);
}
