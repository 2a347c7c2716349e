package dev.vitrine.login;

import java.util.Map;

/** A store of secrets that {@link SecretCipher} has encrypted, each with its id. */
public interface SecretStore {
  /**
   * Up to so many secrets that are not encrypted with the keys of this generation, by their ids.
   */
  Map<String, EncryptedSecret> encryptedOtherwise(int generation, int limit);

  /**
   * Replaces the encrypted form of a secret.
   *
   * @param old the generation that it was encrypted with; if it is another one by now, or the
   *     secret is gone, nothing changes
   */
  void replaceSecret(String id, int old, EncryptedSecret fresh);
}
