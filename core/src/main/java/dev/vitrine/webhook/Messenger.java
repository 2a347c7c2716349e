package dev.vitrine.webhook;

import dev.vitrine.identity.DomainId;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sends a notice to a receiver, once. */
public interface Messenger {
  /** Whether there are receivers that may be reached without TLS. */
  boolean allowsPlainHttp();

  /**
   * Sends it and waits for the answer, 15 s at most. What the receiver does wrong is in the result.
   *
   * @param account whose webhook it is; what is scarce is shared by accounts
   * @param secrets that sign it, the newest first
   */
  Answer send(DomainId account, WebhookUrl url, Notice notice, List<String> secrets);

  /**
   * What came back.
   *
   * @param status null: no answer
   * @param failure null: it was delivered
   * @param retryAfter how long the receiver asks to wait; null: it does not
   */
  record Answer(
      @Nullable Integer status, @Nullable Failure failure, @Nullable Duration retryAfter) {
    private static final int GONE = 410;

    /** In words; null: it was delivered. */
    public @Nullable String error() {
      return failure == null ? null : failure.sentence(status);
    }

    boolean isGone() {
      return status != null && status == GONE;
    }
  }
}
