package dev.vitrine.server.settings;

import java.net.URI;
import java.nio.file.Path;
import java.util.stream.Collectors;

/** What the program says about itself. */
public final class Help {
  private Help() {}

  /** Commands, settings, exit codes. */
  public static String text() {
    return """
        Vitrine shares images between the projects of an OpenStack cloud.

          vitrine up                            try it: everything beside the launcher, two demo tenants
          vitrine serve --listen HOST:PORT --data DIR    in production
          vitrine test                          run the whole test suite
          vitrine bench                         measure it, beside another server if you like: bench --help
          vitrine help | version
          vitrine train                         what the launcher records after a build, for fast starts

        Settings, each as --NAME VALUE, as an environment variable (sharing.max-members is
        VITRINE_SHARING_MAX_MEMBERS), or as NAME=VALUE in the file; what comes first here counts:

        %s

        Options for the virtual machine go into VITRINE_JAVA_OPTS.
        Exit codes: 0 stopped as asked, 1 could not start, 2 command or settings refused, 3 database lost.
        The log goes to standard error, each event on one line."""
        .formatted(Setting.ALL.stream().map(Help::line).collect(Collectors.joining("\n")));
  }

  private static String line(Setting<?> setting) {
    String standard = setting.standard() == null ? "" : " [" + setting.standard() + "]";
    return "  %-46s %s%s"
        .formatted("--" + setting.name() + " " + setting.type().form(), setting.about(), standard);
  }

  /** What to do next, for somebody who has just started it for the first time. */
  public static String firstShare(URI url, Path clouds) {
    return """

        Vitrine is at %1$s (Ctrl-C stops it). Its clouds admin, alice and bob are in %2$s.
        A first share, in another terminal:

          export OS_CLIENT_CONFIG_FILE=%2$s
          openstack --os-cloud alice image create --shared --file /etc/os-release demo
          bob=$(openstack --os-cloud bob token issue -f value -c project_id)
          openstack --os-cloud alice image add project demo $bob
          openstack --os-cloud bob image list --shared --member-status pending
          openstack --os-cloud bob image set --accept $(openstack --os-cloud alice image show -f value -c id demo)
        """
        .formatted(url, clouds);
  }
}
