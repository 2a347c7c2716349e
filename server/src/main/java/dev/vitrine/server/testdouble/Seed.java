package dev.vitrine.server.testdouble;

import dev.vitrine.sharing.MemberStatus;
import dev.vitrine.sharing.Visibility;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The state that a test double begins with, and returns to. {@link SeedReader} validates it. */
public record Seed(
    List<OfDomain> domains,
    List<OfProject> projects,
    List<OfUser> users,
    List<OfGrant> grants,
    List<OfImage> images,
    List<OfShare> shares) {

  /** Where an entry is: its path in the file and its line. */
  public record Place(String path, int line) {
    @Override
    public String toString() {
      return "line %d: %s".formatted(line, path);
    }
  }

  /** A domain, a project, or a user, by its domain's name and its own. */
  public record Name(String domain, String name) {
    @Override
    public String toString() {
      return domain + "/" + name;
    }
  }

  /**
   * A domain.
   *
   * @param id null: a random one
   */
  public record OfDomain(Place place, String name, @Nullable String id) {}

  /**
   * A project.
   *
   * @param id null: a random one
   */
  public record OfProject(Place place, Name name, @Nullable String id) {}

  /**
   * A user.
   *
   * @param id null: a random one
   * @param project its default project
   */
  public record OfUser(
      Place place, Name name, @Nullable String id, String password, @Nullable Name project) {}

  /** A role of a user: at a project, or at a domain. */
  public record OfGrant(
      Place place, Name user, String role, @Nullable Name project, @Nullable String domain) {}

  /**
   * An image.
   *
   * @param key the name by which the file's shares call it
   * @param id null: a random one
   * @param content null: none was uploaded
   */
  public record OfImage(
      Place place,
      String key,
      @Nullable String id,
      Name project,
      Visibility visibility,
      String diskFormat,
      String containerFormat,
      List<String> tags,
      Map<String, String> properties,
      @Nullable Bytes content) {}

  /** What is uploaded. */
  public sealed interface Bytes {
    /** This text, in UTF-8. */
    record OfText(String text) implements Bytes {}

    /** So many zero bytes. */
    record OfSize(long size) implements Bytes {}
  }

  /** An image shared with a project. */
  public record OfShare(Place place, String image, Name project, MemberStatus status) {}
}
