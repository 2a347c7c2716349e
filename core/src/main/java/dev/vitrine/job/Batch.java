package dev.vitrine.job;

import dev.vitrine.operation.Operation;
import dev.vitrine.sharing.MemberId;
import dev.vitrine.sharing.MemberStatus;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One change to the membership of every image with every member (mission: rows 6 to 8).
 *
 * @param images as the client wrote their ids
 * @param status the member's answer to the offers; only of {@link Kind#UPDATE}
 * @param vault the vault to which the member restores whole-machine images; null: not given
 * @param atomic all pairs or none
 */
public record Batch(
    Kind kind,
    List<String> images,
    List<MemberId> members,
    @Nullable MemberStatus status,
    @Nullable String vault,
    boolean atomic) {

  /** The change that is made to each pair. */
  public enum Kind {
    ADD(Operation.BATCH_ADD_MEMBERS),
    UPDATE(Operation.BATCH_UPDATE_MEMBERS),
    REMOVE(Operation.BATCH_DELETE_MEMBERS);

    private final Operation operation;

    Kind(Operation operation) {
      this.operation = operation;
    }

    public Operation operation() {
      return operation;
    }

    /** As written in the database. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
