package dev.vitrine.history;

import dev.vitrine.identity.Cause;
import dev.vitrine.identity.DomainId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.UserId;
import dev.vitrine.operation.Operation;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One change of what somebody may do, or of how much a project may own, recorded in the transaction
 * that made it (ADR 49).
 *
 * @param domain of what was changed; null: it belongs to all domains
 * @param number of the event, its place in the history of the domain
 * @param project where a grant is made or removed, where an application credential acts, whose
 *     limit is changed, or which itself is changed; else null
 * @param before JSON: what it was; null: it did not exist, or is a secret
 * @param after JSON: what it is; null: it does not exist any more
 * @param actor null: the start of a server, a command on its machine, or an unknown author
 * @param cause the request; or the word {@code start}, or the name of the command; null: unknown
 * @param at by the clock of the database, in microseconds
 */
public record AccessEvent(
    @Nullable DomainId domain,
    long number,
    Kind kind,
    @Nullable ProjectId project,
    @Nullable String before,
    @Nullable String after,
    @Nullable UserId actor,
    @Nullable Cause cause,
    Instant at) {

  /** What an event is about, as the answers name it. */
  public enum Kind {
    GRANT_CREATED("grant.created", Operation.LIST_ROLE_ASSIGNMENTS),
    GRANT_REMOVED("grant.removed", Operation.LIST_ROLE_ASSIGNMENTS),
    POLICY_CREATED("policy.created", Operation.LIST_CUSTOM_POLICIES),
    POLICY_CHANGED("policy.changed", Operation.LIST_CUSTOM_POLICIES),
    POLICY_DELETED("policy.deleted", Operation.LIST_CUSTOM_POLICIES),
    ROLE_CREATED("role.created", Operation.LIST_ROLES),
    ROLE_CHANGED("role.changed", Operation.LIST_ROLES),
    ROLE_DELETED("role.deleted", Operation.LIST_ROLES),
    GROUP_CREATED("group.created", Operation.LIST_GROUPS),
    GROUP_CHANGED("group.changed", Operation.LIST_GROUPS),
    GROUP_DELETED("group.deleted", Operation.LIST_GROUPS),
    MEMBER_ADDED("group.member_added", Operation.LIST_USERS_IN_GROUP),
    MEMBER_REMOVED("group.member_removed", Operation.LIST_USERS_IN_GROUP),
    USER_CREATED("user.created", Operation.LIST_USERS),
    USER_CHANGED("user.changed", Operation.LIST_USERS),
    USER_ENABLED("user.enabled", Operation.LIST_USERS),
    USER_DISABLED("user.disabled", Operation.LIST_USERS),
    PASSWORD_CHANGED("user.password_changed", Operation.LIST_USERS),
    USER_DELETED("user.deleted", Operation.LIST_USERS),
    PROJECT_CREATED("project.created", Operation.LIST_PROJECTS),
    PROJECT_CHANGED("project.changed", Operation.LIST_PROJECTS),
    PROJECT_ENABLED("project.enabled", Operation.LIST_PROJECTS),
    PROJECT_DISABLED("project.disabled", Operation.LIST_PROJECTS),
    PROJECT_DELETED("project.deleted", Operation.LIST_PROJECTS),
    DOMAIN_CREATED("domain.created", Operation.SHOW_DOMAIN),
    DOMAIN_CHANGED("domain.changed", Operation.SHOW_DOMAIN),
    DOMAIN_ENABLED("domain.enabled", Operation.SHOW_DOMAIN),
    DOMAIN_DISABLED("domain.disabled", Operation.SHOW_DOMAIN),
    DOMAIN_DELETED("domain.deleted", Operation.SHOW_DOMAIN),
    ENTERPRISE_PROJECT_CREATED("enterprise_project.created", Operation.LIST_ENTERPRISE_PROJECTS),
    ENTERPRISE_PROJECT_CHANGED("enterprise_project.changed", Operation.LIST_ENTERPRISE_PROJECTS),
    ENTERPRISE_PROJECT_ENABLED("enterprise_project.enabled", Operation.LIST_ENTERPRISE_PROJECTS),
    ENTERPRISE_PROJECT_DISABLED("enterprise_project.disabled", Operation.LIST_ENTERPRISE_PROJECTS),
    ENTERPRISE_PROJECT_DELETED("enterprise_project.deleted", Operation.LIST_ENTERPRISE_PROJECTS),
    ACCESS_KEY_CREATED("access_key.created", Operation.LIST_ACCESS_KEYS),
    ACCESS_KEY_ENABLED("access_key.enabled", Operation.LIST_ACCESS_KEYS),
    ACCESS_KEY_DISABLED("access_key.disabled", Operation.LIST_ACCESS_KEYS),
    ACCESS_KEY_DELETED("access_key.deleted", Operation.LIST_ACCESS_KEYS),
    APPLICATION_CREDENTIAL_CREATED(
        "application_credential.created", Operation.LIST_APPLICATION_CREDENTIALS),
    APPLICATION_CREDENTIAL_DELETED(
        "application_credential.deleted", Operation.LIST_APPLICATION_CREDENTIALS),
    // Whoever has a token lists the limits of its project; these are those of all in the domain.
    LIMIT_CREATED("limit.created", Operation.LIST_PROJECTS),
    LIMIT_CHANGED("limit.changed", Operation.LIST_PROJECTS),
    LIMIT_DELETED("limit.deleted", Operation.LIST_PROJECTS);

    private final String word;
    private final Operation reader;

    Kind(String word, Operation reader) {
      this.word = word;
      this.reader = reader;
    }

    /** As written on the wire. */
    public String word() {
      return word;
    }

    /**
     * Whoever may carry out this operation in a domain may read the domain's events of this kind.
     */
    public Operation reader() {
      return reader;
    }

    /** The kind of this word; null if there is none. */
    public static @Nullable Kind of(String word) {
      for (Kind kind : values()) {
        if (kind.word.equals(word)) {
          return kind;
        }
      }
      return null;
    }
  }
}
