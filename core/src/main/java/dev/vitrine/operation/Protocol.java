package dev.vitrine.operation;

/** The protocol that an operation belongs to: whose rules it follows, and who answers it. */
public enum Protocol {
  /** OpenStack's Image API, and the versions and health check beside it. */
  GLANCE,
  /**
   * Huawei's Image Management Service. It gives cloud administrators no special rights (ruling 2).
   */
  IMS,
  /** OpenStack's Identity API. */
  KEYSTONE,
  /** Huawei's IAM below {@code /v3.0}, and enterprise projects. */
  IAM,
  /** Our own additions. */
  VITRINE
}
