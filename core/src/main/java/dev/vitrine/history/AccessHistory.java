package dev.vitrine.history;

import dev.vitrine.access.Access;
import dev.vitrine.access.Authorization;
import dev.vitrine.directory.Authority;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.DomainId;
import dev.vitrine.operation.Operation;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who changed what somebody may do (ADR 49). Whoever may list the grants of a domain may read what
 * happened to them, and the same holds for each {@link AccessEvent.Kind}: no separate right is
 * needed to read the history.
 *
 * <p>All methods throw {@link dev.vitrine.refusal.Refused}.
 */
public final class AccessHistory {
  private final AccessEventStore events;
  private final Access access;

  public AccessHistory(AccessEventStore events, Access access) {
    this.events = events;
    this.access = access;
  }

  /**
   * Events of these kinds, the newest first. Refused if the caller may not read all of them.
   *
   * @param kinds at least one
   * @param asked null: the domain of the caller's scope. Others are for cloud administrators
   */
  public List<AccessEvent> list(
      Caller caller,
      @Nullable DomainId asked,
      Set<AccessEvent.Kind> kinds,
      AccessEventStore.Query query) {
    DomainId domain = asked;
    for (Operation reader : EnumSet.copyOf(kinds.stream().map(AccessEvent.Kind::reader).toList())) {
      domain = Authority.require(access, caller, reader).domain(asked);
    }
    return domain == null ? List.of() : events.ofDomain(domain, kinds, query);
  }

  /**
   * Events of all kinds that the caller may read, the newest first. Refused if it asks for a domain
   * and may read none.
   *
   * @param asked as for {@link #list}
   */
  public List<AccessEvent> listReadable(
      Caller caller, @Nullable DomainId asked, AccessEventStore.Query query) {
    Authorization authorization = access.authorization(caller);
    DomainId domain = asked == null ? authorization.domain() : asked;
    if (domain == null || !authorization.extendsTo(domain)) {
      return noneReadable(caller, asked, query);
    }
    Map<Operation, Boolean> allowed = new EnumMap<>(Operation.class);
    Set<AccessEvent.Kind> kinds = EnumSet.noneOf(AccessEvent.Kind.class);
    for (AccessEvent.Kind kind : AccessEvent.Kind.values()) {
      if (allowed.computeIfAbsent(
          kind.reader(), reader -> access.allows(caller, authorization, reader))) {
        kinds.add(kind);
      }
    }
    return kinds.isEmpty()
        ? noneReadable(caller, asked, query)
        : events.ofDomain(domain, kinds, query);
  }

  private List<AccessEvent> noneReadable(
      Caller caller, @Nullable DomainId asked, AccessEventStore.Query query) {
    return asked == null
        ? List.of()
        : list(caller, asked, EnumSet.allOf(AccessEvent.Kind.class), query);
  }
}
