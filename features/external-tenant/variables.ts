/** Names of the variables that the stack sets and functions read of an external tenant. */
export const extensionVariables = {
  /** The external tenant that calls, the client id of the gate's app registration, and of an application for tests if there is one. */
  externalTenant: "EXTERNAL_TENANT",
  extensionAudience: "EXTENSION_AUDIENCE",
  extensionTestCaller: "EXTENSION_TEST_CALLER",
  /** Set if a step of the gates' policies adds claims to tokens: accounts are then traced to the people that the gate let in. */
  accountTracing: "ACCOUNT_TRACING",
  /** For workers that make accounts: the external tenant whose accounts are traced this way. Otherwise unset. */
  tracedTenant: "TRACED_TENANT",
  /** The attribute that holds a person's address in place of `email`, by its short name. */
  addressAttribute: "ADDRESS_ATTRIBUTE",
} as const;
