package dev.vitrine.postgres.engine;

import dev.vitrine.directory.Passwords;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.Cause;
import dev.vitrine.identity.ImageId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.UserId;
import dev.vitrine.image.Image;
import dev.vitrine.image.ImageStatus;
import dev.vitrine.postgres.bootstrap.Bootstrap;
import dev.vitrine.postgres.image.PostgresImages;
import dev.vitrine.sharing.SharingStore.Found;
import dev.vitrine.sharing.SharingStore.Premise;
import dev.vitrine.sharing.SharingStore.SharedImage;
import dev.vitrine.sharing.Visibility;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** The tenants alice and bob and the cloud's administrator, as callers of the stores. */
@NullMarked
public record Tenants(Caller alice, Caller bob, Caller admin) {

  public static Tenants in(Database database) {
    try (Passwords passwords = new Passwords(1)) {
      new Bootstrap(database, passwords)
          .run(List.of("alice", "bob"), "RegionOne", false, made -> {});
    }
    return new Tenants(
        caller(database, "alice"), caller(database, "bob"), caller(database, "admin"));
  }

  public static ProjectId project(Caller caller) {
    return Objects.requireNonNull(caller.project());
  }

  /** That all is as it was found. */
  public static Premise premise(Found found) {
    SharedImage image = Objects.requireNonNull(found.image());
    return new Premise(
        Objects.requireNonNull(found.standing()),
        image.owner(),
        image.visibility(),
        image.traits());
  }

  /** Creates an image as a request of alice. */
  public @Nullable Image insert(PostgresImages images, Image image) {
    return images.insert(alice, image, new Cause("create", null), null);
  }

  /** A shared image without bytes. */
  public static Image queued(ImageId id, @Nullable ProjectId owner) {
    return new Image(
        id,
        owner,
        null,
        ImageStatus.QUEUED,
        Visibility.SHARED,
        false,
        false,
        0,
        0,
        null,
        null,
        null,
        List.of(),
        Map.of(),
        Image.DEFAULT_ENTERPRISE_PROJECT,
        Instant.EPOCH,
        Instant.EPOCH,
        null);
  }

  private static Caller caller(Database database, String user) {
    Instant now = Instant.now().plusSeconds(1).truncatedTo(ChronoUnit.MICROS);
    return Objects.requireNonNull(
        database.first(
            "select user_id, default_project_id from user_account where name = ?",
            row ->
                new Caller(
                    new UserId(row.getString("user_id")),
                    new Caller.Scope.InProject(new ProjectId(row.getString("default_project_id"))),
                    "audit-of-" + user,
                    now,
                    now.plusSeconds(3600),
                    List.of("password")),
            user));
  }
}
