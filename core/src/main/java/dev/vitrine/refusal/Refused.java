package dev.vitrine.refusal;

/**
 * Carries a {@link Refusal} to the protocol, which answers it. It is not an error: it has no stack
 * trace and is never logged.
 */
public final class Refused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Refusal refusal;

  Refused(Refusal refusal) {
    super(refusal.toString(), null, false, false);
    this.refusal = refusal;
  }

  /** The rule that refused. */
  public Refusal refusal() {
    return refusal;
  }
}
