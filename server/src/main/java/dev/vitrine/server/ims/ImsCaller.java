package dev.vitrine.server.ims;

import dev.vitrine.identity.Caller;
import dev.vitrine.identity.ProjectId;
import dev.vitrine.refusal.Refusal;
import dev.vitrine.server.http.Request;

/** The caller of an IMS request, who needs a project (contract/ims.md 1.0.4, 1.10). */
final class ImsCaller {
  private ImsCaller() {}

  /**
   * The caller of a request; {@link dev.vitrine.refusal.Refused} if its token has no project, or
   * another project than the path.
   */
  static Caller of(Request request) {
    ProjectId project = request.caller().project();
    if (project == null) {
      throw new Refusal.Unauthenticated().asException();
    }
    String named = request.parameterIfAny("project_id");
    if (named != null && !named.equals(project.value())) {
      throw new Refusal.ForeignProject(named).asException();
    }
    return request.caller();
  }
}
