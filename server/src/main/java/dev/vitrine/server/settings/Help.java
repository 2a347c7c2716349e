package dev.vitrine.server.settings;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/** The help texts of the program. */
public final class Help {
  /** Columns. */
  private static final int DESCRIPTION_WIDTH = 75;

  private Help() {}

  /** Commands, settings, exit codes. */
  public static String text() {
    return """
        Vitrine shares images between the projects of an OpenStack cloud.

          vitrine up                            try it: everything beside the launcher, two demo tenants
          vitrine up --ephemeral [--seed FILE]  a double for tests, which keeps nothing: docs/double.md
          vitrine serve --listen HOST:PORT --data DIR    in production
          vitrine backup DIR [--quick] [--data DIR]      back up a server, also while it runs; again: what is new
          vitrine restore DIR --data NEW        a new data directory from the last backup in DIR
          vitrine verify [--quick] [--repair]   whether database, keys and image data belong together
          vitrine admin reset-password [--user NAME] [--domain NAME]    a new password for a user
          vitrine keys rotate | list            new keys for tokens and secrets, while all nodes run
          vitrine audit verify [--anchors FILE] | anchors    whether somebody changed the history
          vitrine help | version
          vitrine train                         what the launcher records, for fast starts

        In the source tree:

          vitrine test                          run the whole test suite
          vitrine bench                         measure it, beside another server if you like: bench --help
          vitrine package                       build a .deb and a .tar.gz

        The launcher is also a client of a server that runs; COMMAND --help says more of each:

          vitrine login | logout | image | share | unshare | inbox | accept | reject | access
          vitrine history | webhook | why | policy | grant | key | job | completion | manual

        Give each setting as --NAME VALUE, as an environment variable (sharing.max-members is
        VITRINE_SHARING_MAX_MEMBERS), or as NAME=VALUE in the file of config. Options override
        variables, and variables override the file. [Defaults] are in brackets.

        %s
        Options for the virtual machine go into VITRINE_JAVA_OPTS.
        Exit codes: 0 stopped as asked, 1 could not start, 2 command or settings refused, 3 database lost,
        4 image data missing, damaged or stray, or a history that was changed.
        The log goes to standard error, each event on one line."""
        .formatted(Setting.GROUPS.stream().map(Help::group).collect(Collectors.joining("\n")));
  }

  private static String group(SettingGroup group) {
    return group.settings().stream()
        .map(Help::lines)
        .collect(Collectors.joining("\n", group.title().plain() + "\n", "\n"));
  }

  private static String lines(Setting<?> setting) {
    Words otherwise = setting.otherwise().words();
    String description =
        setting.about().plain() + (otherwise == null ? "" : " [" + otherwise.plain() + "]");
    String option = "--" + setting.name() + " " + setting.type().form();
    StringJoiner lines = new StringJoiner("\n");
    String left = option;
    for (String line : wrapped(description)) {
      lines.add("  %-42s %s".formatted(left, line));
      left = "";
    }
    return lines.toString();
  }

  /** Breaks a text between words. */
  private static List<String> wrapped(String text) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : text.split(" ", -1)) {
      if (!line.isEmpty() && line.length() + 1 + word.length() > DESCRIPTION_WIDTH) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines;
  }

  /** What a test double says when it is ready. */
  public static String ephemeral(URI url, Path clouds) {
    return """

        Vitrine is at %1$s and keeps nothing (Ctrl-C stops it). Its clouds are in %2$s.

          export OS_CLIENT_CONFIG_FILE=%2$s
          curl -X POST %1$s/vitrine/v1/test/reset    everything as it is now
        """
        .formatted(url, clouds);
  }

  /** The next steps after the first start. */
  public static String firstShare(URI url, Path clouds, boolean console) {
    return """

        %3$sVitrine is at %1$s (Ctrl-C stops it). Its clouds admin, alice and bob are in %2$s.
        A first share, in another terminal:

          export OS_CLIENT_CONFIG_FILE=%2$s
          openstack --os-cloud alice image create --shared --file /etc/os-release demo
          bob=$(openstack --os-cloud bob token issue -f value -c project_id)
          openstack --os-cloud alice image add project demo $bob
          openstack --os-cloud bob image list --shared --member-status pending
          openstack --os-cloud bob image set --accept $(openstack --os-cloud alice image show -f value -c id demo)
        """
        .formatted(
            url,
            clouds,
            console
                ? "Open %s/ in a browser: the console. The login page says how to sign in.\n"
                    .formatted(url)
                : "");
  }
}
