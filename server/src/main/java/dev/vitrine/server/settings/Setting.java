package dev.vitrine.server.settings;

import dev.vitrine.directory.Passwords;
import dev.vitrine.image.Inspect;
import dev.vitrine.login.RequestSignature;
import dev.vitrine.server.bus.BusAddress;
import dev.vitrine.server.bus.BusSettings;
import dev.vitrine.server.http.Network;
import dev.vitrine.server.http.Rate;
import dev.vitrine.server.http.TrustedProxies;
import dev.vitrine.sharing.Consent;
import dev.vitrine.sharing.NativeApi;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A setting. The list here is the only source for reading settings, {@code help}, the tables in the
 * READMEs, and the suggestions for mistyped names.
 *
 * @param about one sentence for operators, without its full stop
 */
public record Setting<T>(String name, ValueType<T> type, Default otherwise, Words about) {

  public static final Setting<List<ListenAddress>> LISTEN =
      new Setting<>(
          "listen",
          ValueType.LISTEN,
          Default.described("up: `127.0.0.1:9292`", "up：`127.0.0.1:9292`"),
          new Words(
              "addresses to listen on, `HOST:PORT`, with commas between them; port 0: any free port",
              "监听地址 `HOST:PORT`，多个地址用逗号分隔；端口为 0 表示任意空闲端口"));
  static final Setting<URI> PUBLIC_URL =
      new Setting<>(
          "public-url",
          ValueType.ORIGIN,
          Default.described(
              "`http://LISTEN`, or `https://LISTEN` with `tls.certificate`",
              "`http://LISTEN`；设置 `tls.certificate` 时为 `https://LISTEN`"),
          new Words(
              "URL at which clients reach this server: scheme, host and port",
              "客户端访问本服务的地址：协议、主机和端口"));

  static final Setting<List<Network>> TRUSTED_PROXIES =
      new Setting<>(
          "trusted-proxies",
          ValueType.NETWORKS,
          Default.NONE,
          new Words(
              "addresses or ranges (CIDR) of the proxies in front of this server, with commas between"
                  + " them: what they say about a client's address is believed",
              "本服务前面的代理的地址或网段（CIDR），用逗号分隔：采信它们给出的客户端地址"));
  static final Setting<TrustedProxies.Header> TRUSTED_PROXIES_HEADER =
      new Setting<>(
          "trusted-proxies.header",
          ValueType.oneOf("HEADER", List.of(TrustedProxies.Header.values())),
          Default.of("x-forwarded-for"),
          new Words(
              "the header in which they say it: `x-forwarded-for` or `forwarded` (RFC 7239)",
              "代理用来给出客户端地址的请求头：`x-forwarded-for` 或 `forwarded`（RFC 7239）"));

  static final Setting<Path> TLS_CERTIFICATE =
      new Setting<>(
          "tls.certificate",
          ValueType.FILE,
          Default.NONE,
          new Words(
              "PEM file with the certificate and its chain, or PKCS#12 file with the key as well;"
                  + " turns TLS on. A changed file is used within 10 seconds, without a restart",
              "PEM 文件（证书及证书链），或同时包含私钥的 PKCS#12 文件；设置后启用 TLS。文件更新后 10 秒内生效，无需重启"));
  static final Setting<Path> TLS_KEY =
      new Setting<>(
          "tls.key",
          ValueType.FILE,
          Default.NONE,
          new Words(
              "PEM file with the private key of that certificate, not encrypted",
              "PEM 文件，上述证书的私钥（未加密）"));
  static final Setting<String> TLS_PASSWORD =
      new Setting<>(
          "tls.password",
          ValueType.SECRET,
          Default.NONE,
          new Words("password of the PKCS#12 file", "PKCS#12 文件的密码"));

  static final Setting<Served> CONSOLE =
      new Setting<>(
          "console",
          ValueType.oneOf(List.of(Served.values())),
          Default.of("on"),
          new Words("`off`: no console for browsers at `/`", "`off`：不在 `/` 为浏览器提供控制台"));

  public static final Setting<Path> DATA =
      new Setting<>(
          "data",
          ValueType.DIRECTORY,
          Default.described("up: `data` beside the launcher", "up：启动脚本旁的 `data`"),
          new Words(
              "directory of all data that this server keeps; one server at a time uses it",
              "本服务保存数据的目录；同一时刻只能由一个服务使用"));
  static final Setting<Path> CONFIG =
      new Setting<>(
          "config",
          ValueType.FILE,
          Default.derived("DATA/vitrine.properties"),
          new Words("Java properties file with settings", "存放设置的 Java properties 文件"));
  static final Setting<Path> BLOBS =
      new Setting<>(
          "blobs",
          ValueType.DIRECTORY,
          Default.derived("DATA/blobs"),
          new Words(
              "directory of image data; all nodes of one database share it",
              "镜像内容的目录；同一数据库的所有节点必须共用"));
  static final Setting<DataSize> BLOBS_RESERVE =
      new Setting<>(
          "blobs.reserve",
          ValueType.SIZE,
          Default.of("256MiB"),
          new Words(
              "free space that uploads leave on the disk of `blobs`, for the database; an upload"
                  + " that needs it is refused",
              "上传为 `blobs` 所在磁盘保留的可用空间（供数据库使用）；需要占用该空间的上传会被拒绝"));
  static final Setting<Path> KEYS =
      new Setting<>(
          "keys",
          ValueType.FILE,
          Default.derived("DATA/keys"),
          new Words(
              "file with the signing and encryption keys; the same on all nodes of one database",
              "签名和加密密钥的文件；同一数据库的所有节点必须相同"));

  public static final Setting<String> DB =
      new Setting<>(
          "db",
          ValueType.JDBC_URL,
          Default.described("embedded, in `DATA`", "内嵌的，在 `DATA` 中"),
          new Words("JDBC URL of a PostgreSQL, 15 or newer", "PostgreSQL（15 或更新）的 JDBC URL"));
  static final Setting<String> DB_USER =
      new Setting<>(
          "db.user", ValueType.TEXT, Default.NONE, new Words("user of the database", "登录数据库的用户"));
  static final Setting<String> DB_PASSWORD =
      new Setting<>(
          "db.password",
          ValueType.SECRET,
          Default.NONE,
          new Words(
              "password of that user; better in a variable or the file, because other users of the"
                  + " machine can see command-line options",
              "该用户的密码；最好用环境变量或文件给出：命令行选项会被同机的其他人看到"));
  static final Setting<Integer> DB_CONNECTIONS =
      new Setting<>(
          "db.connections",
          ValueType.POSITIVE,
          Default.of("10"),
          new Words(
              "maximum number of connections to the database, beside one that watches it",
              "同时最多使用的数据库连接数，另有一个连接用于监测数据库"));

  static final Setting<String> REGION =
      new Setting<>(
          "region",
          ValueType.NAME,
          Default.of("RegionOne"),
          new Words("region in the service catalogue", "服务目录中的区域"));
  static final Setting<Duration> TOKEN_LIFETIME =
      new Setting<>(
          "token.lifetime",
          ValueType.DURATION,
          Default.of("24h"),
          new Words("lifetime of a token", "令牌的有效期"));
  public static final Setting<Integer> PASSWORD_MIN_LENGTH =
      new Setting<>(
          "password.min-length",
          ValueType.POSITIVE,
          new Default("8", new Words("`8`; up --ephemeral: `1`", "`8`；up --ephemeral：`1`")),
          new Words("minimum length of a new password, in characters", "新密码的最小长度（字符数）"));
  public static final Setting<Common> PASSWORD_COMMON =
      new Setting<>(
          "password.common",
          ValueType.oneOf(List.of(Common.values())),
          new Default(
              "refuse",
              new Words("`refuse`; up --ephemeral: `allow`", "`refuse`；up --ephemeral：`allow`")),
          new Words(
              "`refuse`: a new password is not one of the 30,000 most common ones",
              "`refuse`：新密码不得是最常用的 30,000 个密码之一"));
  public static final Setting<Integer> PASSWORD_ITERATIONS =
      new Setting<>(
          "password.iterations",
          ValueType.between(Passwords.MIN_ITERATIONS, Passwords.MAX_ITERATIONS),
          new Default(
              Integer.toString(Passwords.ITERATIONS),
              new Words(
                  "`%1$d`; up --ephemeral: `%2$d`"
                      .formatted(Passwords.ITERATIONS, Passwords.MIN_ITERATIONS),
                  "`%1$d`；up --ephemeral：`%2$d`"
                      .formatted(Passwords.ITERATIONS, Passwords.MIN_ITERATIONS))),
          new Words("PBKDF2 iterations of the hash of a new password", "新密码哈希的 PBKDF2 迭代次数"));
  static final Setting<Boolean> ADMIN_MUST_CHANGE =
      new Setting<>(
          "admin.must-change",
          ValueType.BOOLEAN,
          Default.of("false"),
          new Words(
              "`true`: a password set by the first start or by `admin reset-password` must be changed"
                  + " before the first login",
              "`true`：首次启动为 `admin` 生成的密码，以及 `admin reset-password` 设置的密码，必须先修改才能登录"));
  static final Setting<Set<RequestSignature.Required>> SIGNATURE_REQUIRE =
      new Setting<>(
          "signature.require",
          ValueType.listOf(List.of(RequestSignature.Required.values())),
          Default.NONE,
          new Words(
              "what clients must sign besides the date: `host`, `project` or `host,project`",
              "除日期外，客户端必须签名的内容：`host`、`project` 或 `host,project`"));

  static final Setting<Inspect> IMAGES_INSPECT =
      new Setting<>(
          "images.inspect",
          ValueType.oneOf(List.of(Inspect.values())),
          Default.of("strict"),
          new Words(
              "what happens to uploads that do not match their `disk_format`, or whose content refers"
                  + " to other files: `strict` refuses them, `warn` logs and stores them, `off` stores them",
              "与 `disk_format` 不符或引用其他文件的上传内容：`strict` 拒绝；`warn` 记录日志后保存；`off` 直接保存"));
  static final Setting<NativeApi> NATIVE =
      new Setting<>(
          "native",
          ValueType.oneOf(List.of(NativeApi.values())),
          Default.of("glance"),
          new Words(
              "the protocol that `/v2/images` follows where Glance and IMS conflict. With `ims`: new"
                  + " images are `private`, `zvhd2` and `bare` by default; adding a member to a"
                  + " private image makes it shared; a shared image without members is shown as"
                  + " `private`",
              "Glance 与 IMS 对 `/v2/images` 的要求冲突时以哪一方为准。`ims`：新建镜像默认为 `private`、`zvhd2`、`bare`；"
                  + "向私有镜像添加成员即共享该镜像；没有成员的共享镜像显示为 `private`"));

  static final Setting<OptionalLong> QUOTA_IMAGES =
      new Setting<>(
          "quota.images",
          ValueType.COUNT_OR_OFF,
          Default.of("off"),
          new Words(
              "maximum number of images that a project owns, unless it has a limit of its own; `off`: no"
                  + " limit. The same on all nodes",
              "单个项目拥有的镜像数上限，单独设置了限额的项目除外；`off` 表示不限。所有节点必须相同"));
  static final Setting<OptionalLong> QUOTA_BYTES =
      new Setting<>(
          "quota.bytes",
          ValueType.BYTES_OR_OFF,
          Default.of("off"),
          new Words(
              "maximum size of the data of all images that a project owns, such as `50GiB`, unless it has"
                  + " a limit of its own; `off`: no limit. The same on all nodes",
              "单个项目拥有的所有镜像的内容总大小上限，例如 `50GiB`，单独设置了限额的项目除外；`off` 表示不限。所有节点必须相同"));

  static final Setting<Consent> SHARING_CONSENT =
      new Setting<>(
          "sharing.consent",
          ValueType.oneOf(List.of(Consent.values())),
          Default.of("glance"),
          new Words(
              "`strict`: a member can read image data only after it has accepted",
              "`strict`：成员接受之前不能读取内容"));
  static final Setting<Recipients> SHARING_MEMBERS =
      new Setting<>(
          "sharing.members",
          ValueType.oneOf(List.of(Recipients.values())),
          Default.of("known"),
          new Words(
              "`known`: only existing projects become members; `any`: any id, as in Glance",
              "`known`：只有存在的项目才能成为成员；`any`：任意 ID，与 Glance 相同"));
  static final Setting<Integer> SHARING_MAX_MEMBERS =
      new Setting<>(
          "sharing.max-members",
          ValueType.INTEGER,
          Default.of("128"),
          new Words(
              "maximum number of members of an image; negative: no limit", "单个镜像的成员数上限；负数表示不限"));
  static final Setting<Integer> SHARING_MAX_MEMBERS_WHOLE_IMAGE =
      new Setting<>(
          "sharing.max-members-whole-image",
          ValueType.INTEGER,
          Default.of("10"),
          new Words(
              "maximum number of members of a whole-machine image, which contains all disks of a"
                  + " server",
              "整机镜像（包含一台服务器的所有磁盘）的成员数上限"));
  static final Setting<Encrypted> SHARING_ENCRYPTED =
      new Setting<>(
          "sharing.encrypted",
          ValueType.oneOf(List.of(Encrypted.values())),
          Default.of("refuse"),
          new Words("`allow`: encrypted images can be shared, too", "`allow`：加密镜像也可以共享"));

  static final Setting<Integer> BATCH_MAX_IMAGES =
      new Setting<>(
          "batch.max-images",
          ValueType.POSITIVE,
          Default.of("100"),
          new Words("maximum number of images in one batch", "一次批量请求的镜像数上限"));
  static final Setting<Integer> BATCH_MAX_MEMBERS =
      new Setting<>(
          "batch.max-members",
          ValueType.POSITIVE,
          Default.of("128"),
          new Words("maximum number of projects in one batch", "一次批量请求的项目数上限"));
  static final Setting<Integer> JOBS_WORKERS =
      new Setting<>(
          "jobs.workers",
          ValueType.NATURAL,
          Default.of("2"),
          new Words(
              "maximum number of jobs that this node carries out at a time; 0: only other nodes do",
              "本节点同时执行的任务数；0 表示由其他节点执行"));
  static final Setting<Duration> JOBS_KEPT =
      new Setting<>(
          "jobs.kept",
          ValueType.DURATION,
          Default.of("30d"),
          new Words("how long ended jobs can be queried", "已结束的任务保留多久"));

  static final Setting<Served> WEBHOOKS =
      new Setting<>(
          "webhooks",
          ValueType.oneOf(List.of(Served.values())),
          Default.of("on"),
          new Words(
              "`off`: no webhooks; nothing is sent to receivers that projects name",
              "`off`：不提供 webhook，不向项目指定的接收地址发送任何内容"));
  static final Setting<List<Network>> WEBHOOKS_ALLOW =
      new Setting<>(
          "webhooks.allow",
          ValueType.NETWORKS,
          Default.NONE,
          new Words(
              "addresses or ranges (CIDR), with commas between them, that webhooks may be sent to"
                  + " although they are private, and without TLS",
              "允许 webhook 发送到的私有地址或网段（CIDR），用逗号分隔；发送到这些地址可以不用 TLS"));

  static final Setting<BusAddress> BUS_URL =
      new Setting<>(
          "bus.url",
          ValueType.AMQP_URL,
          Default.NONE,
          new Words(
              "URL of the RabbitMQ to which Glance's notifications are sent, for the OpenStack"
                  + " services that listen there; without it, none are sent",
              "接收 Glance 通知的 RabbitMQ 的 URL，供在其上监听的 OpenStack 服务使用；不设置则不发送"));
  static final Setting<Path> BUS_CA =
      new Setting<>(
          "bus.ca",
          ValueType.FILE,
          Default.described("those that the Java runtime trusts", "Java 运行环境信任的证书颁发机构"),
          new Words(
              "PEM file with the authorities that sign the certificate of the bus, for `amqps`",
              "PEM 文件，签发消息总线证书的证书颁发机构，用于 `amqps`"));
  static final Setting<String> BUS_USER =
      new Setting<>(
          "bus.user", ValueType.TEXT, Default.NONE, new Words("user of the bus", "登录消息总线的用户"));
  static final Setting<String> BUS_PASSWORD =
      new Setting<>(
          "bus.password",
          ValueType.SECRET,
          Default.NONE,
          new Words(
              "password of that user; better in a variable or the file, as `db.password`",
              "该用户的密码；与 `db.password` 一样，最好用环境变量或文件给出"));
  static final Setting<String> BUS_EXCHANGE =
      new Setting<>(
          "bus.exchange",
          ValueType.NAME,
          Default.of("glance"),
          new Words(
              "the exchange, `control_exchange` of Glance", "交换机，即 Glance 的 `control_exchange`"));
  static final Setting<String> BUS_TOPIC =
      new Setting<>(
          "bus.topic",
          ValueType.NAME,
          Default.of("notifications"),
          new Words("the topic of the notifications", "通知的主题（topic）"));
  static final Setting<BusSettings.Queues> BUS_QUEUES =
      new Setting<>(
          "bus.queues",
          ValueType.oneOf(List.of(BusSettings.Queues.values())),
          Default.of("transient"),
          new Words(
              "how exchange and queue are made if they are missing, as the listeners make them:"
                  + " `transient`, `durable` (`amqp_durable_queues`) or `quorum` (`rabbit_quorum_queue`)",
              "缺少交换机和队列时如何创建，须与监听方一致：`transient`、`durable`（`amqp_durable_queues`）"
                  + "或 `quorum`（`rabbit_quorum_queue`）"));

  static final Setting<Optional<Duration>> HISTORY_KEPT =
      new Setting<>(
          "history.kept",
          ValueType.DAYS_OR_EVER,
          Default.of("ever"),
          new Words(
              "how long the history of images and rights, and refused requests, are kept; the signed"
                  + " daily hashes (anchors) stay",
              "镜像和权限的历史记录以及被拒绝的请求保留多久；每日的签名哈希（锚点）始终保留"));

  static final Setting<DataSize> HTTP_MAX_BODY =
      new Setting<>(
          "http.max-body",
          ValueType.SIZE,
          Default.of("1MiB"),
          new Words("maximum size of a request body, except image data", "请求体的大小上限（镜像内容除外）"));
  static final Setting<DataSize> HTTP_MIN_RATE =
      new Setting<>(
          "http.min-rate",
          ValueType.SIZE,
          Default.of("4KiB"),
          new Words(
              "minimum average rate, per second, at which a client sends a request body and reads an"
                  + " answer, after the first 30 seconds; `0B`: any rate",
              "客户端发送请求体和读取响应的最低平均速率（每秒，30 秒之后起算）；`0B` 表示不限"));
  static final Setting<Duration> HTTP_IDLE =
      new Setting<>(
          "http.idle",
          ValueType.DURATION,
          Default.of("5m"),
          new Words(
              "how long a connection stays open while nothing is sent on it in either direction;"
                  + " longer than a proxy keeps idle connections",
              "双向均无数据时连接保持的时间；应长于代理保持空闲连接的时间"));
  static final Setting<Integer> CONNECTIONS_MAX =
      new Setting<>(
          "connections.max",
          ValueType.POSITIVE,
          Default.of("2500"),
          new Words(
              "maximum number of open connections; a further one is closed at once",
              "同时打开的连接数上限；超出的连接立即关闭"));
  static final Setting<Integer> CONNECTIONS_PER_ADDRESS =
      new Setting<>(
          "connections.per-address",
          ValueType.POSITIVE,
          Default.of("500"),
          new Words(
              "the same for one address, except the addresses of `trusted-proxies`",
              "单个地址的连接数上限（`trusted-proxies` 中的地址除外）"));
  static final Setting<Integer> LOGIN_FAILURES =
      new Setting<>(
          "login.failures",
          ValueType.NATURAL,
          Default.of("5"),
          new Words(
              "how many wrong passwords an hour for one user from one address cost nothing; each"
                  + " further one doubles the wait for the next attempt. 0: any number",
              "同一地址对同一用户每小时允许的密码错误次数；超过后每错一次，下次尝试前的等待时间加倍。0 表示不限"));
  static final Setting<Integer> LOGIN_ADDRESS_FAILURES =
      new Setting<>(
          "login.address-failures",
          ValueType.NATURAL,
          Default.of("100"),
          new Words(
              "the same from one address for all users together, except those who have logged in from"
                  + " there. 0: any number",
              "同一地址对所有用户合计的次数，规则相同；曾从该地址成功登录的用户不受影响。0 表示不限"));
  static final Setting<Optional<Rate>> RATE_ADDRESS =
      new Setting<>(
          "rate.address",
          ValueType.RATE_OR_OFF,
          Default.of("off"),
          new Words(
              "maximum rate of requests of one address, such as `100/s`, `600/m` or `1000/h`, with"
                  + " a burst of the same number; `off`: any rate",
              "单个地址的请求速率上限，例如 `100/s`、`600/m` 或 `1000/h`，并允许同等数量的突发请求；`off` 表示不限"));
  static final Setting<Optional<Rate>> RATE_CALLER =
      new Setting<>(
          "rate.caller",
          ValueType.RATE_OR_OFF,
          Default.of("off"),
          new Words(
              "the same for one user, all tokens and access keys together; `off`: any rate",
              "单个用户（所有令牌和访问密钥合计）的请求速率上限；`off` 表示不限"));
  static final Setting<Duration> SHUTDOWN_DELAY =
      new Setting<>(
          "shutdown.delay",
          ValueType.AT_MOST_AN_HOUR,
          Default.of("0s"),
          new Words(
              "how long a stop goes on serving while health checks already fail, so that a load"
                  + " balancer stops sending requests first; at most `1h`",
              "停止前继续服务的时间（最长 `1h`）：此时健康检查已失败，负载均衡器得以先停止转发请求"));
  static final Setting<Duration> SHUTDOWN_GRACE =
      new Setting<>(
          "shutdown.grace",
          ValueType.DURATION,
          Default.of("30s"),
          new Words("how long a stop waits for requests in progress", "停止时等待正在处理的请求的时间"));

  public static final Setting<Optional<ListenAddress>> MANAGEMENT_LISTEN =
      new Setting<>(
          "management.listen",
          ValueType.LISTEN_OR_OFF,
          Default.described(
              "serve: `127.0.0.1:9293`; up: `off`", "serve：`127.0.0.1:9293`；up：`off`"),
          new Words(
              "address for operators only, without TLS and passwords: `/metrics`, `/live`, `/ready`,"
                  + " `/log-level`",
              "仅供运维人员使用的地址（无 TLS、无需密码）：`/metrics`、`/live`、`/ready`、`/log-level`"));
  static final Setting<DataSize> MANAGEMENT_MIN_FREE =
      new Setting<>(
          "management.min-free",
          ValueType.SIZE,
          Default.of("512MiB"),
          new Words(
              "free space on the disks of `data` and `blobs` below which the server is not ready",
              "`data` 和 `blobs` 所在磁盘的可用空间低于此值时，服务为未就绪"));
  static final Setting<Path> HEALTHCHECK_DISABLE_BY_FILE =
      new Setting<>(
          "healthcheck.disable-by-file",
          ValueType.FILE,
          Default.NONE,
          new Words(
              "while this file exists, `/healthcheck` answers 503, so that a load balancer sends no"
                  + " more clients",
              "此文件存在期间，`/healthcheck` 返回 503，负载均衡器便不再把新的客户端请求转发到本节点"));

  static final Setting<URI> TRACES_ENDPOINT =
      new Setting<>(
          "traces.endpoint",
          ValueType.URL,
          Default.NONE,
          new Words(
              "URL of an OpenTelemetry collector (OTLP over HTTP), such as"
                  + " `http://127.0.0.1:4318/v1/traces`, to which traces are sent",
              "接收链路追踪数据的 OpenTelemetry 收集器的 URL（OTLP/HTTP），例如 `http://127.0.0.1:4318/v1/traces`"));
  static final Setting<Double> TRACES_SAMPLE =
      new Setting<>(
          "traces.sample",
          ValueType.FRACTION,
          Default.of("1"),
          new Words(
              "the fraction of requests that are traced, `0` to `1`; a request that continues a"
                  + " trace is traced if the trace says so",
              "被追踪的请求所占的比例，`0` 到 `1`；若请求延续已有的追踪，则以该追踪的采样标志为准"));

  static final Setting<AccessLines> ACCESS_LOG =
      new Setting<>(
          "access-log",
          ValueType.oneOf(List.of(AccessLines.values())),
          Default.of("off"),
          new Words(
              "one line for each request, to standard output: `text` or `json`",
              "每个请求一行，输出到标准输出：`text` 或 `json`"));
  static final Setting<Level> LOG_LEVEL =
      new Setting<>(
          "log.level",
          ValueType.oneOf(List.of(Level.ERROR, Level.WARNING, Level.INFO, Level.DEBUG)),
          Default.of("info"),
          new Words(
              "`error`, `warning`, `info` or `debug`, to standard error",
              "`error`、`warning`、`info` 或 `debug`，输出到标准错误"));

  /** All settings, grouped by owner. */
  static final List<SettingGroup> GROUPS =
      List.of(
          SettingGroup.of(
              "Listening",
              "监听",
              LISTEN,
              PUBLIC_URL,
              TRUSTED_PROXIES,
              TRUSTED_PROXIES_HEADER,
              CONSOLE),
          SettingGroup.of("TLS", "TLS", TLS_CERTIFICATE, TLS_KEY, TLS_PASSWORD),
          SettingGroup.of("Data", "数据", DATA, CONFIG, BLOBS, BLOBS_RESERVE, KEYS),
          SettingGroup.of("Database", "数据库", DB, DB_USER, DB_PASSWORD, DB_CONNECTIONS),
          SettingGroup.of(
              "Identity",
              "身份",
              REGION,
              TOKEN_LIFETIME,
              PASSWORD_MIN_LENGTH,
              PASSWORD_COMMON,
              PASSWORD_ITERATIONS,
              ADMIN_MUST_CHANGE,
              SIGNATURE_REQUIRE),
          SettingGroup.of("Images", "镜像", IMAGES_INSPECT, NATIVE, QUOTA_IMAGES, QUOTA_BYTES),
          SettingGroup.of(
              "Sharing",
              "共享",
              SHARING_CONSENT,
              SHARING_MEMBERS,
              SHARING_MAX_MEMBERS,
              SHARING_MAX_MEMBERS_WHOLE_IMAGE,
              SHARING_ENCRYPTED),
          SettingGroup.of(
              "Batches", "批量任务", BATCH_MAX_IMAGES, BATCH_MAX_MEMBERS, JOBS_WORKERS, JOBS_KEPT),
          SettingGroup.of("Webhooks", "Webhook", WEBHOOKS, WEBHOOKS_ALLOW),
          SettingGroup.of(
              "Message bus",
              "消息总线",
              BUS_URL,
              BUS_CA,
              BUS_USER,
              BUS_PASSWORD,
              BUS_EXCHANGE,
              BUS_TOPIC,
              BUS_QUEUES),
          SettingGroup.of("History", "历史记录", HISTORY_KEPT),
          SettingGroup.of(
              "Limits",
              "限制",
              LOGIN_FAILURES,
              LOGIN_ADDRESS_FAILURES,
              HTTP_MAX_BODY,
              HTTP_MIN_RATE,
              HTTP_IDLE,
              CONNECTIONS_MAX,
              CONNECTIONS_PER_ADDRESS,
              RATE_ADDRESS,
              RATE_CALLER,
              SHUTDOWN_DELAY,
              SHUTDOWN_GRACE),
          SettingGroup.of(
              "Watching",
              "监控",
              MANAGEMENT_LISTEN,
              MANAGEMENT_MIN_FREE,
              HEALTHCHECK_DISABLE_BY_FILE,
              TRACES_ENDPOINT,
              TRACES_SAMPLE),
          SettingGroup.of("Log", "日志", ACCESS_LOG, LOG_LEVEL));

  static final List<Setting<?>> ALL =
      GROUPS.stream().<Setting<?>>flatMap(group -> group.settings().stream()).toList();

  /**
   * Former names of settings. A former name is refused, and the refusal names the current one. So a
   * renamed setting neither loses its value silently nor keeps two names.
   */
  static final Map<String, Setting<?>> RENAMED = Map.of();

  /** Who can become a member: existing projects, or any id (Glance). */
  enum Recipients {
    KNOWN,
    ANY
  }

  /** Whether a common password can be chosen. */
  enum Common {
    REFUSE,
    ALLOW
  }

  /** Whether something is served. */
  enum Served {
    ON,
    OFF
  }

  /** Whether encrypted images can be shared. */
  enum Encrypted {
    REFUSE,
    ALLOW
  }

  /** The form of the access log. */
  public enum AccessLines {
    OFF,
    TEXT,
    JSON
  }

  static final String VARIABLE_PREFIX = "VITRINE_";

  /** A log level by the word of the setting; empty if there is none. */
  public static Optional<Level> logLevel(String word) {
    try {
      return Optional.of(LOG_LEVEL.type().parse(word));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The default value; only for settings with a fixed default. */
  T defaultValue() {
    return type.parse(Objects.requireNonNull(otherwise.value(), name));
  }

  /** The environment variable that sets it. */
  String variable() {
    return variable(name);
  }

  /** The environment variable for a name. */
  static String variable(String name) {
    return VARIABLE_PREFIX + name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }
}
