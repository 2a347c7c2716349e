package dev.vitrine.postgres.embedded;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The operating-system user that PostgreSQL runs as: our own, or another if we are root, because
 * PostgreSQL refuses root.
 *
 * @param switched whether this is not our own user, so that {@code setpriv} is needed
 */
record Account(int uid, int gid, boolean switched) {

  private static final int ROOT = 0;
  private static final int NOBODY = 65534;

  private static final int OWNER_ONLY = 0700;
  private static final int PERMISSION_BITS = 0777;

  /**
   * Our own user. For root: the owner of {@code data}, else of {@code home}, else {@code nobody}.
   */
  static Account forDirectory(Path home, Path data) throws IOException {
    Entry self = Entry.of(Path.of("/proc/self").toRealPath());
    if (self.uid != ROOT) {
      return new Account(self.uid, self.gid, false);
    }
    Entry owned = Entry.of(Files.exists(data) ? data : home);
    int uid = owned.uid == ROOT ? NOBODY : owned.uid;
    int gid = owned.uid == ROOT || owned.gid == ROOT ? NOBODY : owned.gid;
    return new Account(uid, gid, true);
  }

  /** The command that runs {@code command} as this user. */
  List<String> command(List<String> command) {
    if (!switched) {
      return command;
    }
    List<String> line =
        new ArrayList<>(
            List.of("setpriv", "--reuid=" + uid, "--regid=" + gid, "--clear-groups", "--"));
    line.addAll(command);
    return line;
  }

  /**
   * Lets this user reach {@code home}, a real path.
   *
   * @throws EmbeddedPostgresException if a parent folder denies access: we do not change its mode
   */
  void reach(Path home) throws IOException {
    if (!switched) {
      return;
    }
    for (Path folder = home.getParent(); folder != null; folder = folder.getParent()) {
      if (!mayTraverse(Entry.of(folder))) {
        throw new EmbeddedPostgresException(
            """
            PostgreSQL does not run as root, and user id %d, which it would run as, cannot enter %s. \
            Choose another --data, or run: chmod o+x %s"""
                .formatted(uid, folder, folder));
      }
    }
    Entry entry = Entry.of(home);
    if (!mayTraverse(entry)) {
      Files.setAttribute(home, "unix:mode", entry.permissions() | 0001);
    }
  }

  private boolean mayTraverse(Entry folder) {
    int bit = folder.uid == uid ? 0100 : folder.gid == gid ? 0010 : 0001;
    return (folder.mode & bit) != 0;
  }

  /**
   * Gives {@code tree} to this user and denies access to all others. PostgreSQL requires this.
   *
   * <p>Changes the root last: a root with the right owner means that all below it is done.
   *
   * @throws EmbeddedPostgresException if it belongs to another user and we may not change that
   */
  void own(Path tree) throws IOException {
    Entry root = Entry.of(tree);
    if (!switched && root.uid != uid) {
      throw new EmbeddedPostgresException(
          "%s belongs to user id %d, but we run as user id %d. Run: chown -R %d %s"
              .formatted(tree, root.uid, uid, uid, tree));
    }
    if (root.uid == uid && root.permissions() == OWNER_ONLY) {
      return;
    }
    Files.walkFileTree(
        tree,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            ownOne(file, 0600);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            ownOne(folder, OWNER_ONLY);
            return FileVisitResult.CONTINUE;
          }
        });
    Files.setAttribute(tree, "unix:mode", OWNER_ONLY);
  }

  private void ownOne(Path path, int atLeast) throws IOException {
    Entry entry = Entry.of(path);
    if (entry.gid != gid && switched) {
      Files.setAttribute(path, "unix:gid", gid, NOFOLLOW_LINKS);
    }
    if (!Files.isSymbolicLink(path) && (entry.mode & atLeast) != atLeast) {
      Files.setAttribute(path, "unix:mode", entry.permissions() | atLeast);
    }
    if (entry.uid != uid) {
      Files.setAttribute(path, "unix:uid", uid, NOFOLLOW_LINKS);
    }
  }

  private record Entry(int uid, int gid, int mode) {

    static Entry of(Path path) throws IOException {
      Map<String, Object> found = Files.readAttributes(path, "unix:uid,gid,mode", NOFOLLOW_LINKS);
      return new Entry(number(found, "uid"), number(found, "gid"), number(found, "mode"));
    }

    private static int number(Map<String, Object> attributes, String name) throws IOException {
      if (attributes.get(name) instanceof Integer number) {
        return number;
      }
      throw new IOException("The file system keeps no " + name);
    }

    int permissions() {
      return mode & PERMISSION_BITS;
    }
  }
}
