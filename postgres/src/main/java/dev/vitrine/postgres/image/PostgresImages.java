package dev.vitrine.postgres.image;

import dev.vitrine.identity.Author;
import dev.vitrine.identity.Caller;
import dev.vitrine.identity.Cause;
import dev.vitrine.identity.ImageId;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.identity.UserId;
import dev.vitrine.image.Image;
import dev.vitrine.image.Image.StoredData;
import dev.vitrine.image.ImageQuery;
import dev.vitrine.image.ImageStatus;
import dev.vitrine.image.ImageStore;
import dev.vitrine.image.ProjectQuotas;
import dev.vitrine.image.Quotas.Used;
import dev.vitrine.postgres.engine.CallerState;
import dev.vitrine.postgres.engine.Database;
import dev.vitrine.postgres.engine.Rows;
import dev.vitrine.postgres.sharing.ImageEventInserts;
import dev.vitrine.postgres.sharing.ImageLock;
import dev.vitrine.postgres.sharing.Membership;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Images in tables {@code image}, {@code image_task} and {@code deleted_image}. */
public final class PostgresImages implements ImageStore {
  /**
   * Columns that {@link #image} reads by position, so each statement selects them first. Reading
   * them by name would cost a list a twelfth of its time.
   */
  public static final String COLUMNS = columns("i.image_id", "i.created_at");

  /** The columns, with id and creation time taken from the index that gives the order. */
  static String columns(String imageId, String createdAt) {
    return imageId
        + """
        , i.owner, i.name, i.status, i.visibility, i.protected, i.hidden, i.min_disk, i.min_ram, \
        i.disk_format, i.container_format, i.blob_key, i.size, i.virtual_size, i.md5, i.sha512, i.tags, \
        i.properties, i.enterprise_project_id,"""
        + (" " + createdAt + " as created_at, i.updated_at, i.active_at");
  }

  private final Database database;

  public PostgresImages(Database database) {
    this.database = database;
  }

  /** Uses primary keys only. Values: the caller's, image, project. */
  public static final String FIND =
      """
      with caller as (%s)
      select %s, caller.version, %s
      from caller
      left join image i on i.image_id = ?
      %s
      """
          .formatted(CallerState.VERSION, COLUMNS, Membership.OWN_STATUS, Membership.OWN);

  @Override
  public Found find(Caller caller, ImageId image) {
    return orNoStanding(database.firstInGroup(FIND, PostgresImages::found, forFind(caller, image)));
  }

  /** Locks first and reads in a second statement, which sees the state after the wait. */
  private Found findForChange(Database.Session session, Caller caller, ImageId image)
      throws SQLException {
    session.first(ImageLock.ALONE, row -> true, ImageLock.values(image));
    return orNoStanding(session.first(FIND, PostgresImages::found, forFind(caller, image)));
  }

  public @Nullable Object[] forFind(Caller caller, ImageId image) {
    return database.callers().values(caller, image.value(), Membership.member(caller));
  }

  @Override
  public Page list(Caller caller, boolean everything, ImageQuery query, @Nullable Image after) {
    return new ImageList(caller, everything, query, after).read(database);
  }

  public static final String WITH_MEMBERS =
      """
      select i.image_id from image i
      where i.image_id = any (?) and exists (select 1 from image_member m where m.image_id = i.image_id)
      """;

  /** Uses index {@code image_member_in_order}. */
  @Override
  public Set<ImageId> withMembers(Set<ImageId> images) {
    return new HashSet<>(
        database.allInGroup(
            WITH_MEMBERS,
            Rows::image,
            (Object) images.stream().map(ImageId::value).toArray(UUID[]::new)));
  }

  /** Uses index {@code image_by_owner}. Values: the caller's, project. */
  public static final String COUNT =
      """
      with caller as (%s)
      select caller.version, (select count(*) from image i where i.owner = ?) as images
      from caller
      """
          .formatted(CallerState.VERSION);

  @Override
  public Counted count(Caller caller) {
    Counted counted =
        database.first(
            COUNT,
            row -> new Counted(CallerState.standing(row), row.getLong("images")),
            database.callers().values(caller, CallerState.project(caller)));
    return counted == null ? new Counted(null, 0) : counted;
  }

  /** Uses index {@code image_by_owner}. Values: project. */
  public static final String BYTES = "select sum(size) from image where owner = ?";

  @Override
  public long bytesOf(ProjectId owner) {
    return Objects.requireNonNull(database.first(BYTES, row -> row.getLong(1), owner.value()));
  }

  /** Uses the unique index of {@code project_limit}. Values: project, setting, project, setting. */
  private static final String LIMITS =
      """
      select quota_of(?, 'image_count_total', ?) as images, quota_of(?, 'image_size_total', ?) as bytes
      """;

  @Override
  public ProjectQuotas limits(ProjectId owner, ProjectQuotas settings) {
    String project = owner.value();
    return Objects.requireNonNull(
        database.firstInGroup(
            LIMITS,
            row ->
                new ProjectQuotas(
                    ifLimited(row.getLong("images")), ifLimited(row.getLong("bytes"))),
            project,
            number(settings.images()),
            project,
            number(settings.bytes())));
  }

  private static OptionalLong ifLimited(long quota) {
    return quota == UNLIMITED ? OptionalLong.empty() : OptionalLong.of(quota);
  }

  private static long number(OptionalLong setting) {
    return setting.orElse(UNLIMITED);
  }

  /** As a number: any number may be owned. */
  private static final long UNLIMITED = -1;

  @Override
  public @Nullable Used lockImages(ProjectId owner, OptionalLong setting) {
    return lock(IMAGES_BY_QUOTA, owner, setting);
  }

  @Override
  public @Nullable Used lockBytes(ProjectId owner, OptionalLong setting) {
    return lock(BYTES_BY_QUOTA, owner, setting);
  }

  private @Nullable Used lock(String sql, ProjectId owner, OptionalLong setting) {
    return database.with(
        session -> used(session.numbers(List.of(sql), owner.value(), number(setting))));
  }

  /**
   * @param numbers whose last two are what is owned, and the quota
   */
  private static @Nullable Used used(List<Long> numbers) {
    int last = numbers.size() - 1;
    return numbers.get(last) == UNLIMITED
        ? null
        : new Used(numbers.get(last - 1), numbers.get(last));
  }

  private static final String INSERT =
      """
      with created as (
        insert into image as i (owner, name, status, visibility, protected, hidden, min_disk, min_ram,
          disk_format, container_format, tags, properties, enterprise_project_id, image_id, created_at, updated_at)
        select ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?, ?, t.now, t.now
        from (select clock_timestamp() as now) t
        on conflict (image_id) do nothing
        returning %s
      ), event as (
        %s
      )
      select * from created
      """
          .formatted(
              COLUMNS,
              ImageEventInserts.ofImage(
                  ImageEventInserts.BY_REQUEST,
                  "(select *, 'created' as change, null as previous from created) c"));

  /** The event of the image that was just inserted, the last of its id. Values: image, image. */
  private static final String UNDO_CREATED =
      """
      delete from image_event where image_id = ? and event_id = (
        select max(event_id) from image_event where image_id = ?)
      """;

  private static final String TIMES_DELETED =
      "select count(*) from deleted_image where image_id = ?";

  /**
   * Locks and counts, if there is a quota. Uses the unique index of {@code project_limit}, and
   * index {@code image_by_owner}. Values: project, setting.
   */
  private static final String IMAGES_BY_QUOTA = "select owned, quota from images_by_quota(?, ?)";

  /** As {@link #IMAGES_BY_QUOTA}. */
  private static final String BYTES_BY_QUOTA = "select owned, quota from bytes_by_quota(?, ?)";

  /**
   * Looks for the id among the deleted ones after the insert: by then the insert has waited for a
   * concurrent deletion of the same id. Looks for a quota and counts after the insert as well: that
   * takes no round trip of its own, and the lock is held for a shorter time.
   */
  @Override
  public @Nullable Image insert(Caller caller, Image image, Cause cause, @Nullable Check check) {
    UUID id = image.id().value();
    return database.<@Nullable Image>inTransaction(
        session -> {
          Image inserted =
              session.first(
                  INSERT, PostgresImages::image, with(values(image), by(caller.user(), cause)));
          List<Long> numbers =
              check == null
                  ? session.numbers(List.of(TIMES_DELETED), id)
                  : session.numbers(
                      List.of(TIMES_DELETED, IMAGES_BY_QUOTA),
                      id,
                      owner(image),
                      number(check.setting()));
          if (numbers.getFirst() == 0) {
            if (check != null && inserted != null) {
              check.judge().accept(used(numbers));
            }
            return inserted;
          }
          session.change(UNDO_CREATED, id, id);
          session.change("delete from image where image_id = ?", id);
          return null;
        });
  }

  /**
   * Values: those of the image, those of {@link ImageEventInserts#BY_REQUEST}, whether no other
   * event tells of the change.
   */
  private static final String UPDATE =
      """
      with updated as (
        update image i set owner = ?, name = ?, status = ?, visibility = ?, protected = ?, hidden = ?,
          min_disk = ?, min_ram = ?, disk_format = ?, container_format = ?, tags = ?, properties = ?::jsonb,
          enterprise_project_id = ?, updated_at = t.now
        from (select clock_timestamp() as now) t
        where image_id = ?
        returning %s
      ), event as (
        %s
      )
      select * from updated
      """
          .formatted(
              COLUMNS,
              ImageEventInserts.ofImage(
                  ImageEventInserts.BY_REQUEST,
                  "(select *, 'updated' as change, null as previous from updated where ?) c"));

  /** Also for an image that is already private: batches accepted before must see the intent. */
  private static final String SAY_PRIVATE =
      "update image set private_in = pg_current_xact_id() where image_id = ?";

  @Override
  public Image update(Caller caller, ImageId id, Cause cause, Function<Found, Edited> change) {
    return database.inTransaction(
        session -> {
          Found found = findForChange(session, caller, id);
          Edited edited = change.apply(found);
          if (edited.saysPrivate()) {
            session.change(SAY_PRIVATE, id.value());
          }
          Image image = edited.image();
          if (image.equals(found.image())) {
            return image;
          }
          Image before = Objects.requireNonNull(found.image());
          List<Change> changes = changes(before, image);
          @Nullable Object[] by = by(caller.user(), cause);
          Image updated =
              Objects.requireNonNull(
                  session.first(
                      UPDATE,
                      PostgresImages::image,
                      with(with(values(image), by), changes.isEmpty())));
          if (!changes.isEmpty()) {
            record(session, id, changes, owner(before), by);
          }
          return updated;
        });
  }

  private static final String RECORD =
      """
      with event as (
        %s
        returning image_id, event_id, change, previous, visibility, at
      )
      %s
      """
          .formatted(
              ImageEventInserts.ofImage(
                  ImageEventInserts.BY_REQUEST,
                  """
                  (
                    select i.image_id, t.change, t.previous, i.visibility, i.status,
                      case when t.change = 'owner_changed' then i.owner else coalesce(?::text, i.owner) end as owner
                    from unnest(?::text[], ?::text[]) with ordinality t(change, previous, place)
                    join image i on i.image_id = ?
                    order by t.place
                  ) c
                  """),
              ImageEventInserts.told(
                  "event",
                  "image_member",
                  "m.image_id = ? and " + ImageEventInserts.CHANGES_ACCESS));

  /** What an event says: columns change and previous. */
  private record Change(String change, @Nullable String previous) {}

  /**
   * The changes with kinds of their own. A new owner is last: members are told the events before,
   * and need not learn whose the image is then.
   */
  private static List<Change> changes(Image before, Image after) {
    List<Change> changes = new ArrayList<>();
    if (before.visibility() != after.visibility()) {
      changes.add(new Change("visibility_changed", before.visibility().word()));
    }
    if (before.status() != after.status()) {
      changes.add(
          new Change(
              after.status() == ImageStatus.DEACTIVATED ? "deactivated" : "reactivated",
              before.status().word()));
    }
    if (!Objects.equals(before.owner(), after.owner())) {
      changes.add(new Change("owner_changed", owner(before)));
    }
    return changes;
  }

  /**
   * Writes an event for each change, under the lock of the image, which keeps its members as they
   * are.
   *
   * @param owner before them; null: there was none, or they do not change it
   * @param by the values of {@link ImageEventInserts#BY_REQUEST}
   */
  private static void record(
      Database.Session session,
      ImageId image,
      List<Change> changes,
      @Nullable String owner,
      @Nullable Object[] by)
      throws SQLException {
    session.change(
        RECORD,
        with(
            by,
            owner,
            changes.stream().map(Change::change).toArray(String[]::new),
            changes.stream().map(Change::previous).toArray(String[]::new),
            image.value(),
            image.value()));
  }

  private static final String DEACTIVATE =
      """
      update image set status = 'deactivated', updated_at = t.now
      from (select clock_timestamp() as now) t
      where image_id = ? and status = 'active'
      """;

  /**
   * Takes an active image out of use: its data can no longer be read, until an administrator
   * reactivates it.
   *
   * @param author a command on the machine
   */
  static void deactivate(Database database, ImageId id, Author author) {
    database.inTransaction(
        session -> {
          session.first(ImageLock.ALONE, row -> true, ImageLock.values(id));
          if (session.change(DEACTIVATE, id.value()) > 0) {
            record(
                session,
                id,
                List.of(new Change("deactivated", ImageStatus.ACTIVE.word())),
                null,
                by(author.user(), Objects.requireNonNull(author.cause())));
          }
          return null;
        });
  }

  /** The values of {@link ImageEventInserts#BY_REQUEST}. */
  private static @Nullable Object[] by(@Nullable UserId user, Cause cause) {
    return new @Nullable Object[] {
      user == null ? null : user.value(), cause.request(), cause.client()
    };
  }

  private static @Nullable Object[] with(@Nullable Object[] values, @Nullable Object... more) {
    @Nullable Object[] all = Arrays.copyOf(values, values.length + more.length);
    System.arraycopy(more, 0, all, values.length, more.length);
    return all;
  }

  /** The attributes that a client can set, then the id. */
  private static @Nullable Object[] values(Image image) {
    return new @Nullable Object[] {
      owner(image),
      image.name(),
      image.status().word(),
      image.visibility().word(),
      image.isProtected(),
      image.hidden(),
      image.minDisk(),
      image.minRam(),
      image.diskFormat(),
      image.containerFormat(),
      image.tags().toArray(String[]::new),
      Properties.write(image.properties()),
      image.enterpriseProject(),
      image.id().value()
    };
  }

  private static final String STORE =
      """
      with stored as (
        update image i set status = ?, blob_key = ?, size = ?, virtual_size = ?, md5 = ?, sha512 = ?,
          updated_at = t.now, active_at = case when t.active then t.now end
        from (select clock_timestamp() as now, ?::boolean as active) t
        where i.image_id = ? and i.status = 'queued' and i.owner is not distinct from ?
          and i.disk_format is not distinct from ? and i.container_format is not distinct from ?
        returning i.image_id, case when t.active then 'activated' else 'staged' end as change,
          'queued' as previous, i.owner, i.visibility, i.status
      ), event as (
        %s
      )
      select image_id from stored
      """
          .formatted(ImageEventInserts.ofImage(ImageEventInserts.BY_REQUEST, "stored c"));

  @Override
  public boolean store(
      Caller caller,
      Image image,
      StoredData data,
      ImageStatus status,
      Cause cause,
      @Nullable Check check) {
    @Nullable Object[] values = with(forStore(image, data, status), by(caller.user(), cause));
    if (check == null) {
      return database.first(STORE, row -> true, values) != null;
    }
    return database.inTransaction(
        session -> {
          boolean isStored = session.first(STORE, row -> true, values) != null;
          if (isStored) {
            check
                .judge()
                .accept(
                    used(
                        session.numbers(
                            List.of(BYTES_BY_QUOTA), owner(image), number(check.setting()))));
          }
          return isStored;
        });
  }

  private static @Nullable Object[] forStore(Image image, StoredData data, ImageStatus status) {
    return new @Nullable Object[] {
      status.word(),
      data.key(),
      data.size(),
      data.virtualSize(),
      data.md5(),
      data.sha512(),
      status == ImageStatus.ACTIVE,
      image.id().value(),
      owner(image),
      image.diskFormat(),
      image.containerFormat()
    };
  }

  private static final String ACTIVATE_STAGED =
      """
      with active as (
        update image i set status = 'active', updated_at = t.now, active_at = t.now
        from (select clock_timestamp() as now) t
        where i.image_id = ? and i.status = 'uploading'
        returning i.image_id, 'activated' as change, 'uploading' as previous, i.owner, i.visibility, i.status
      ), task as (
        insert into image_task (image_id, task_id, owner, user_id, request_id, method)
        select image_id, ?, ?, ?, ?, ? from active
        returning image_id
      ), event as (
        %s
      )
      select image_id from task
      """
          .formatted(ImageEventInserts.ofImage(ImageEventInserts.BY_REQUEST, "active c"));

  @Override
  public boolean activateStaged(Caller caller, ImageId image, Task task, Cause cause) {
    return database.first(
            ACTIVATE_STAGED,
            row -> true,
            image.value(),
            task.id(),
            task.owner(),
            task.user(),
            task.request(),
            task.method(),
            caller.user().value(),
            cause.request(),
            cause.client())
        != null;
  }

  @Override
  public List<Task> tasks(ImageId image) {
    return database.all(
        """
        select task_id, owner, user_id, request_id, method, created_at, updated_at
        from image_task where image_id = ? order by created_at, task_id
        """,
        row ->
            new Task(
                row.getString("task_id"),
                row.getString("owner"),
                row.getString("user_id"),
                row.getString("request_id"),
                row.getString("method"),
                Rows.time(row, "created_at"),
                Rows.time(row, "updated_at")),
        image.value());
  }

  /**
   * Tells those of it from whom its request has taken the image. Values: image, those of {@link
   * ImageEventInserts#BY_REQUEST}, image, our id of the request.
   */
  private static final String BURY =
      """
      with dead as (
        delete from image where image_id = ?
        returning image_id, owner, name, visibility, blob_key, size, created_at
      ), buried as (
        insert into deleted_image (image_id, owner, name, blob_key, size, created_at)
        select image_id, owner, name, blob_key, size, created_at from dead
        returning image_id
      ), event as (
        %s
        returning image_id, event_id, at
      ), told as (
        %s
      )
      select image_id from buried
      """
          .formatted(
              ImageEventInserts.ofImage(
                  ImageEventInserts.BY_REQUEST,
                  """
                  (
                    select image_id, 'deleted' as change, visibility as previous, owner,
                      null as visibility, null as status
                    from dead
                  ) c
                  """),
              ImageEventInserts.told(
                  "event",
                  "image_event",
                  "m.image_id = ? and m.cause = ? and m.member_id is not null and m.to_status is null"));

  @Override
  public @Nullable String delete(
      Caller caller, ImageId id, Cause cause, Function<Found, Image> check) {
    return database.<@Nullable String>inTransaction(
        session -> {
          Image image = check.apply(findForChange(session, caller, id));
          Membership.removeAll(session, id, caller, cause);
          session.first(
              BURY,
              row -> true,
              id.value(),
              caller.user().value(),
              cause.request(),
              cause.client(),
              id.value(),
              cause.request());
          return image.data() == null ? null : image.data().key();
        });
  }

  private static final String USED =
      """
      insert into image_use as u (image_id, project_id) values (?, ?)
      on conflict (image_id, project_id) do update set used_at = excluded.used_at
      where u.used_at < excluded.used_at
      """;

  @Override
  public void used(ImageId image, ProjectId project) {
    database.change(USED, image.value(), project.value());
  }

  @Override
  public void blobRemoved(ImageId image) {
    database.change("update deleted_image set blob_key = null where image_id = ?", image.value());
  }

  /** Uses index {@code deleted_image_with_blob}. */
  @Override
  public List<Leftover> leftovers() {
    return database.all(
        "select image_id, blob_key from deleted_image where blob_key is not null order by deleted_at",
        row -> new Leftover(Rows.image(row), row.getString("blob_key")));
  }

  /** Uses index {@code image_by_blob}. */
  @Override
  public Set<String> referenced(Set<String> keys) {
    return new HashSet<>(
        database.all(
            "select blob_key from image where blob_key = any (?)",
            row -> row.getString("blob_key"),
            (Object) keys.toArray(String[]::new)));
  }

  private static Found orNoStanding(@Nullable Found found) {
    return found == null ? new Found(null, null, null) : found;
  }

  private static Found found(ResultSet row) throws SQLException {
    return new Found(CallerState.standing(row), imageIfAny(row), Membership.ownStatus(row));
  }

  static @Nullable Image imageIfAny(ResultSet row) throws SQLException {
    return row.getObject(1) == null ? null : image(row);
  }

  /** Reads {@link #COLUMNS} by position. */
  public static Image image(ResultSet row) throws SQLException {
    return new Image(
        new ImageId(row.getObject(1, UUID.class)),
        Rows.mapIfAny(row.getString(2), ProjectId::new),
        row.getString(3),
        Rows.imageStatus(row.getString(4)),
        Rows.visibility(row.getString(5)),
        row.getBoolean(6),
        row.getBoolean(7),
        row.getLong(8),
        row.getLong(9),
        row.getString(10),
        row.getString(11),
        data(row),
        List.of((String[]) row.getArray(17).getArray()),
        Properties.read(row.getString(18)),
        row.getString(19),
        Rows.time(row, 20),
        Rows.time(row, 21),
        Rows.timeIfAny(row, 22));
  }

  private static @Nullable StoredData data(ResultSet row) throws SQLException {
    String key = row.getString(12);
    return key == null
        ? null
        : new StoredData(
            key,
            row.getLong(13),
            row.getObject(14, Long.class),
            row.getString(15),
            row.getString(16));
  }

  private static @Nullable String owner(Image image) {
    return image.owner() == null ? null : image.owner().value();
  }
}
