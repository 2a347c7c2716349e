package dev.vitrine.login;

import dev.vitrine.directory.Reference;
import dev.vitrine.identity.ApplicationCredentialId;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.UserId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where application credentials are kept; their secrets hashed. */
public interface ApplicationCredentialStore {
  /**
   * Stores a new credential.
   *
   * @throws dev.vitrine.refusal.Refused {@link dev.vitrine.refusal.Refusal.NameTaken} if its user
   *     has one of that name, {@link dev.vitrine.refusal.Refusal.Unauthenticated} if its user or
   *     project does not exist any more
   */
  void add(ApplicationCredential credential, String secretHash);

  /** Null: this user has no such credential. */
  @Nullable ApplicationCredential find(UserId user, ApplicationCredentialId id);

  /**
   * The oldest first.
   *
   * @param name null: any
   */
  List<ApplicationCredential> ofUser(UserId user, @Nullable String name);

  /** Deletes one; its tokens end. Returns whether it was there. */
  boolean delete(UserId user, ApplicationCredentialId id);

  /** How a client names a credential when it logs in. */
  sealed interface Reference {
    /** By its id. */
    record ById(String id) implements Reference {}

    /** By its name among its user's. */
    record ByName(String name, dev.vitrine.directory.Reference user) implements Reference {}
  }

  /**
   * A credential about to log in.
   *
   * @param roles how many it was given
   * @param readAt when this was read, by the database's clock
   */
  record Candidate(
      UserId user,
      ProjectId project,
      Caller.ByApplication application,
      int roles,
      String secretHash,
      @Nullable Instant expiresAt,
      Instant readAt) {}

  /** The credential of that name, null if there is none. */
  @Nullable Candidate candidate(Reference reference);
}
