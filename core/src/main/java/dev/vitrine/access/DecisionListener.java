package dev.vitrine.access;

import dev.vitrine.identity.Caller;

/** Receives every decision, once, on the thread that asked for it. */
@FunctionalInterface
public interface DecisionListener {
  void decided(Caller caller, Decision decision);
}
