package dev.vitrine.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.operation.Operation;
import dev.vitrine.operation.Protocol;
import dev.vitrine.server.glance.GlanceProtocol;
import dev.vitrine.server.glance.Versions;
import dev.vitrine.server.iam.IamProtocol;
import dev.vitrine.server.ims.ImsProtocol;
import dev.vitrine.server.keystone.KeystoneProtocol;
import dev.vitrine.server.own.VitrineProtocol;
import dev.vitrine.server.start.Composition;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The protocol that a path leads to is the one that the operation's row names. */
class ProtocolOfOperationTest {
  private static final String URL = "http://127.0.0.1";

  @ParameterizedTest
  @EnumSource
  void isThatOfItsProtocol(Operation operation) {
    Class<?> owner =
        Composition.protocols(URL, new Versions(URL)).stream()
            .filter(one -> one.owns(operation.path()))
            .findFirst()
            .orElseThrow()
            .getClass();

    assertThat(owner).isEqualTo(ownerOf(operation.protocol()));
  }

  private static Class<?> ownerOf(Protocol protocol) {
    return switch (protocol) {
      case GLANCE -> GlanceProtocol.class;
      case IMS -> ImsProtocol.class;
      case KEYSTONE -> KeystoneProtocol.class;
      case VITRINE -> VitrineProtocol.class;
      case IAM -> IamProtocol.class;
    };
  }
}
