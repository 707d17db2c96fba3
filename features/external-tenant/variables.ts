/** Names of the environment variables about an external tenant. The stack sets them, and functions read them. */
export const extensionVariables = {
  /**
   * The external tenant that calls. The two variables below contain the client id of the gate's app registration, and the client id of an
   * application for tests if there is one.
   */
  externalTenant: "EXTERNAL_TENANT",
  extensionAudience: "EXTENSION_AUDIENCE",
  extensionTestCaller: "EXTENSION_TEST_CALLER",
  /** Set if a step of the gates' policies adds claims to tokens. Accounts are then traced to the people that the gate let in. */
  accountTracing: "ACCOUNT_TRACING",
  /** The external tenant whose accounts are traced, for workers that create accounts. Unset if no accounts are traced. */
  tracedTenant: "TRACED_TENANT",
  /** The attribute that holds a person's address in place of `email`, by its short name. */
  addressAttribute: "ADDRESS_ATTRIBUTE",
} as const;
