/** Names of the variables that the stack sets for the function that sends mail. */
export const mailEnvironment = {
  /** What approvers read: a BCP 47 tag. */
  approverLanguage: "APPROVER_LANGUAGE",
  /** Where requests can be decided on in a browser. */
  consoleUrl: "CONSOLE_URL",
  /** JSON object, URI-encoded for the shell it passes through: texts that go before ours. Put in while bundling, as variables hold 4 KB in all. */
  texts: "MAIL_TEXTS",
  /** Set by npm start: where its own console's requests are, in place of the deployed one's. */
  localConsoleUrl: "GATEHOUSE_CONSOLE_URL",
  /** Set by npm start: the CLI's options that find it. */
  place: "GATEHOUSE_CLI_PLACE",
} as const;
