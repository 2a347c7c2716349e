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
 * The input of all decisions about one user in one scope, compiled from its grants, groups and
 * roles. The part that follows from the policies alone is computed once for each requirement, and
 * cached.
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
   * @param version of the {@code Standing} that it was read with; it is valid for no other version
   * @param domain of the scope, where an administrator of identities may act; null without a scope
   * @param at the kind of scope: a project or a domain
   * @param accountOwner whether the user is the account user of the scope's domain, who may do
   *     everything in it (ruling 1)
   * @param cloudAdmin whether the role {@code admin} makes the user a cloud administrator,
   *     independently of policies (ruling 2)
   * @param service whether the role {@code service} makes the user a service, independently of
   *     policies
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

  /** For a caller that is not a service. */
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

  /** The names that conditions can compare with; null for those that the caller does not have. */
  public record Names(@Nullable String user, @Nullable String domain, @Nullable String project) {
    /** The names of no caller. */
    public static final Names NONE = new Names(null, null, null);
  }

  /**
   * A grant of one role that applies to the caller.
   *
   * @param place id of the project, enterprise project or domain
   * @param inherited whether it is granted at all projects of the domain
   * @param holder the user or group that it is granted to
   */
  public record Grant(
      GrantScope scope,
      String place,
      boolean inherited,
      Principal holder,
      RoleId role,
      Policy policy) {}

  /**
   * What one grant says about one action, before conditions are evaluated.
   *
   * @param unmet roles that it depends on and that its holder lacks; if there are any, the whole
   *     grant has no effect
   * @param statements numbers, from 0, of the statements that name the action
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
   * A role that another depends on must itself be in effect. A custom policy never satisfies a
   * dependency, even if it has the name of a role: users choose the names of policies (contract:
   * policies have no dependencies).
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

  /**
   * Whether the same user or group holds both at the same place. All grants that apply to a project
   * count as one place.
   */
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

  /** Whether the user is the account user of the scope's domain (ruling 1). */
  public boolean accountOwner() {
    return accountOwner;
  }

  /**
   * Whether the user is a cloud administrator. Only the role {@code admin} makes it one; no policy
   * does (ruling 2).
   */
  public boolean cloudAdmin() {
    return cloudAdmin;
  }

  /**
   * Whether it may validate the tokens of other users: it is a service or a cloud administrator.
   */
  public boolean mayValidateTokens() {
    return service || cloudAdmin;
  }

  Names names() {
    return names;
  }

  /** All grants, including those that do not count for an operation. */
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
   * Whether an identity operation that is allowed may change this domain; null means all domains.
   */
  public boolean extendsTo(@Nullable DomainId other) {
    return cloudAdmin || (domain != null && Objects.equals(domain, other));
  }
}
