package dev.vitrine.history;

import dev.vitrine.access.Access;
import dev.vitrine.history.RefusalStore.Entry;
import dev.vitrine.history.RefusalStore.Query;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.operation.Operation;
import java.util.List;
import java.util.Objects;

/**
 * Which requests were refused (ADR 49): those of one's own project; all for cloud administrators.
 */
public final class Refusals {
  private final RefusalStore store;
  private final Access access;

  public Refusals(RefusalStore store, Access access) {
    this.store = store;
    this.access = access;
  }

  /**
   * The newest first. Throws {@link dev.vitrine.refusal.Refused}.
   *
   * @param query if its project is null, the refusals of the caller's project are listed; for cloud
   *     administrators, all
   */
  public List<Entry> list(Caller caller, Query query) {
    if (access.require(caller, Operation.LIST_REFUSALS).cloudAdmin()) {
      return store.list(query);
    }
    ProjectId own = Objects.requireNonNull(caller.project());
    ProjectId asked = query.project();
    if (asked != null && !asked.equals(own)) {
      return List.of(); // as of a project that never existed
    }
    return store.list(
        new Query(query.since(), query.until(), own, query.user(), query.after(), query.limit()));
  }
}
