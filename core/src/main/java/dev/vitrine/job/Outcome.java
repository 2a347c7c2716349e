package dev.vitrine.job;

import dev.vitrine.refusal.Limit;
import dev.vitrine.refusal.Refusal;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The result for one pair of image and member. */
public enum Outcome {
  SUCCESS,
  IMAGE_NOT_FOUND,
  NOT_OWNER,
  NOT_SHARED,
  NOT_ACTIVE,
  ENCRYPTED,
  WHOLE_MACHINE,
  VAULT_MISSING,
  FOREIGN_PROJECT,
  UNKNOWN_PROJECT,
  MEMBER_LIMIT,
  MEMBER_NOT_FOUND,
  /**
   * A later change superseded the batch: after it was accepted, the membership was removed, offered
   * again or answered, or the image was made private, given to another owner or deleted (ruling
   * 29).
   */
  SUPERSEDED,
  /** The batch was atomic, and another pair failed. */
  ROLLED_BACK,
  /** An internal error, after more than one attempt. */
  ERROR;

  /** The outcome of all pairs of an image that a rule refuses. */
  static Outcome of(Refusal.OfSharing refusal) {
    return switch (refusal) {
      case Refusal.ImageNotFound _ -> IMAGE_NOT_FOUND;
      case Refusal.NotOwner _ -> NOT_OWNER;
      case Refusal.NotShared _ -> NOT_SHARED;
      case Refusal.NotActive _ -> NOT_ACTIVE;
      case Refusal.Encrypted _ -> ENCRYPTED;
      case Refusal.WholeMachine _ -> WHOLE_MACHINE;
      case Refusal.VaultMissing _ -> VAULT_MISSING;
      case Refusal.ForeignProject _ -> FOREIGN_PROJECT;
      case Refusal.MemberNotFound _ -> MEMBER_NOT_FOUND;
      case Refusal.NotTheMember _, Refusal.NotAccepted _ ->
          throw new IllegalStateException("not a rule of batches: " + refusal);
    };
  }

  /** How a request for the pair alone would be refused; null: by no rule of sharing. */
  public @Nullable Class<? extends Refusal> refusal() {
    return switch (this) {
      case IMAGE_NOT_FOUND -> Refusal.ImageNotFound.class;
      case NOT_OWNER -> Refusal.NotOwner.class;
      case NOT_SHARED -> Refusal.NotShared.class;
      case NOT_ACTIVE -> Refusal.NotActive.class;
      case ENCRYPTED -> Refusal.Encrypted.class;
      case WHOLE_MACHINE -> Refusal.WholeMachine.class;
      case VAULT_MISSING -> Refusal.VaultMissing.class;
      case FOREIGN_PROJECT -> Refusal.ForeignProject.class;
      case MEMBER_NOT_FOUND -> Refusal.MemberNotFound.class;
      case SUCCESS, UNKNOWN_PROJECT, MEMBER_LIMIT, SUPERSEDED, ROLLED_BACK, ERROR -> null;
    };
  }

  /** The limit that refused the pair; null: none did. */
  public @Nullable Limit limit() {
    return this == MEMBER_LIMIT ? Limit.MEMBERS : null;
  }

  /** As written in the database. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The one that is written so. */
  public static Outcome of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
