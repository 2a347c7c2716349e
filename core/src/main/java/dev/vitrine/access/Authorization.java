package dev.vitrine.access;

import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.RoleGrant.Principal;
import dev.vitrine.identity.RoleId;
import dev.vitrine.operation.GrantScope;
import dev.vitrine.operation.Requirement;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Everything that can decide for one user in one scope, compiled from its grants, groups and roles.
 * What follows from the policies alone is worked out once for each requirement and kept.
 */
public final class Authorization {
  private final long version;
  private final @Nullable DomainId domain;
  private final GrantScope at;
  private final boolean accountOwner;
  private final boolean cloudAdmin;
  private final boolean service;
  private final Names names;
  private final List<Grant> grants;
  private final Map<Requirement, List<Voice>> voices = new ConcurrentHashMap<>();

  /**
   * @param version the {@code Standing} it was read with; good for no other
   * @param domain of the scope, where an administrator of identities may act; null without a scope
   * @param at what the scope is: a project, or else its domain
   * @param accountOwner the user is the domain's account: everything in this domain (ruling 1)
   * @param cloudAdmin a flag beside the policies, carried by the role {@code admin} alone (ruling
   *     2)
   * @param service another, carried by the role {@code service} alone
   */
  public Authorization(
      long version,
      @Nullable DomainId domain,
      GrantScope at,
      boolean accountOwner,
      boolean cloudAdmin,
      boolean service,
      Names names,
      List<Grant> grants) {
    this.version = version;
    this.domain = domain;
    this.at = at;
    this.accountOwner = accountOwner;
    this.cloudAdmin = cloudAdmin;
    this.service = service;
    this.names = names;
    this.grants = List.copyOf(grants);
  }

  /** For a caller without the service flag. */
  public Authorization(
      long version,
      @Nullable DomainId domain,
      GrantScope at,
      boolean accountOwner,
      boolean cloudAdmin,
      Names names,
      List<Grant> grants) {
    this(version, domain, at, accountOwner, cloudAdmin, false, names, grants);
  }

  /** What conditions know of the caller by name; null for what there is not. */
  public record Names(@Nullable String user, @Nullable String domain, @Nullable String project) {
    /** Of nobody. */
    public static final Names NONE = new Names(null, null, null);
  }

  /**
   * One role, granted somewhere that reaches the caller.
   *
   * @param place id of the project, enterprise project or domain
   * @param inherited made at all projects of the domain
   * @param holder who it was granted to
   */
  public record Grant(
      GrantScope scope,
      String place,
      boolean inherited,
      Principal holder,
      RoleId role,
      Policy policy) {}

  /**
   * What one grant has to say of one action, conditions aside.
   *
   * @param unmet the roles it depends on that its holder has not; none of it is in effect unless
   *     there are none
   * @param statements numbers, from 0, of those that speak of the action
   */
  record Voice(Grant grant, List<String> unmet, List<Integer> statements) {}

  List<Voice> voices(Requirement requirement) {
    List<Voice> known = voices.get(requirement);
    return known == null
        ? voices.computeIfAbsent(
            requirement, asked -> grants.stream().map(grant -> voice(grant, asked)).toList())
        : known;
  }

  private Voice voice(Grant grant, Requirement requirement) {
    List<Policy.Statement> statements = grant.policy().statements();
    List<Integer> covering =
        IntStream.range(0, statements.size())
            .filter(i -> statements.get(i).covers(requirement))
            .boxed()
            .toList();
    return new Voice(grant, unmet(grant, new HashSet<>()), covering);
  }

  /**
   * A role that is depended on must itself be in effect. A policy is no role, whatever it is
   * called: the names of policies are free (contract: policies have no dependencies).
   */
  private List<String> unmet(Grant grant, Set<String> asking) {
    return grant.policy().depends().stream()
        .filter(role -> asking.contains(role) || !isInEffect(role, grant, asking))
        .toList();
  }

  private boolean isInEffect(String role, Grant beside, Set<String> asking) {
    Set<String> deeper = new HashSet<>(asking);
    deeper.add(beside.policy().name());
    return grants.stream()
        .filter(other -> other.policy().isRole() && other.policy().name().equals(role))
        .filter(other -> isBeside(other, beside))
        .anyMatch(other -> unmet(other, deeper).isEmpty());
  }

  /** Held by the same user or group in the same place; all grants of projects meet in one. */
  private static boolean isBeside(Grant one, Grant other) {
    return one.holder().equals(other.holder())
        && one.scope() == other.scope()
        && (one.scope() == GrantScope.PROJECT || one.place().equals(other.place()));
  }

  public long version() {
    return version;
  }

  public @Nullable DomainId domain() {
    return domain;
  }

  GrantScope at() {
    return at;
  }

  /** The user is the account of the scope's domain (ruling 1). */
  public boolean accountOwner() {
    return accountOwner;
  }

  /** A flag beside the policies, carried by the role {@code admin} alone (ruling 2). */
  public boolean cloudAdmin() {
    return cloudAdmin;
  }

  /**
   * Whether others' tokens may be shown to it: it is a service that asks who its users are, or a
   * cloud administrator.
   */
  public boolean mayValidateTokens() {
    return service || cloudAdmin;
  }

  Names names() {
    return names;
  }

  /** All that was granted, whether it counts or not. */
  public List<Grant> grants() {
    return grants;
  }

  /** The enterprise projects that something was granted at. */
  Set<String> enterpriseProjects() {
    return grants.stream()
        .filter(grant -> grant.scope() == GrantScope.ENTERPRISE_PROJECT)
        .map(Grant::place)
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Whether an identity operation that is allowed may touch this domain, null being all of them.
   */
  public boolean extendsTo(@Nullable DomainId other) {
    return cloudAdmin || (domain != null && Objects.equals(domain, other));
  }
}
