package dev.vitrine.access;

import dev.vitrine.operation.Action;
import dev.vitrine.operation.Operation;
import dev.vitrine.refusal.Refusal;
import java.util.List;

/** Whether an operation is allowed, and why: a value, not an exception. */
public sealed interface Decision {
  /** The operation that was asked for. */
  Operation operation();

  /** The reason for each of its actions, in the row's order. */
  List<Reason> reasons();

  /** Whether the operation is allowed. */
  default boolean allowed() {
    return this instanceof Allowed;
  }

  /** The actions that are not allowed, in the row's order. */
  default List<Action> missing() {
    return reasons().stream().filter(reason -> !reason.allows()).map(Reason::action).toList();
  }

  /** What a caller gets to see of a decision that is not {@link #allowed}. */
  default Refusal refusal() {
    return new Refusal.NotPermitted(operation(), missing());
  }

  /** An operation is allowed if each of its actions is. */
  static Decision of(Operation operation, List<Reason> reasons) {
    return reasons.stream().allMatch(Reason::allows)
        ? new Allowed(operation, reasons)
        : new Denied(operation, reasons);
  }

  /** Every action of the operation's row is allowed. */
  record Allowed(Operation operation, List<Reason> reasons) implements Decision {}

  /** At least one action is not. */
  record Denied(Operation operation, List<Reason> reasons) implements Decision {}

  /** The reason why one action is allowed or not. */
  sealed interface Reason {
    /** The action in question. */
    Action action();

    /** Whether it is allowed. */
    default boolean allows() {
      return !(this instanceof DeniedByGrant || this instanceof NothingAllows);
    }

    /** The caller is the account user of the domain, who may do everything in it. */
    record AccountOwner(Action action) implements Reason {}

    /** A statement allows it, and none denies it. */
    record AllowedByGrant(Action action, Authorization.Grant grant, Policy.Statement statement)
        implements Reason {}

    /** A statement denies it. No Allow overrides a Deny. */
    record DeniedByGrant(Action action, Authorization.Grant grant, Policy.Statement statement)
        implements Reason {}

    /** No grant that counts here names it: denied by default. */
    record NothingAllows(Action action) implements Reason {}
  }
}
