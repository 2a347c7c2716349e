package dev.vitrine.refusal;

/** A store could not do what it should: it cannot be reached, or there is a bug. */
public abstract class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  protected StoreException(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * Whether the store cannot be reached or is too busy now, so that a retry may succeed. The store
   * itself logs this, once for all calls that fail.
   */
  public abstract boolean isUnavailable();
}
