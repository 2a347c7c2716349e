package dev.vitrine.conformance;

import java.net.URI;

/** A running server, with the settings that the table to be played asks for already in force. */
interface ServerUnderTest {

  /** Keystone's root, such as {@code http://127.0.0.1:5000/v3}, without a slash at the end. */
  URI identityUrl();

  /**
   * A user of domain {@code Default} who holds the role {@code admin} in {@link #adminProject()}.
   */
  String adminUser();

  String adminPassword();

  String adminProject();
}
