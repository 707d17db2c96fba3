/** Names of the variables that the stack sets and the console's function reads. */
export const consoleVariables = {
  /** The issuer of operators' sign-ins: `https://login.microsoftonline.com/<tenant>/v2.0`. */
  consoleIssuer: "CONSOLE_ISSUER",
  consoleClientId: "CONSOLE_CLIENT_ID",
  /** "dangerous" if dangerous edits of the list need a second person. */
  consoleSecondPerson: "CONSOLE_SECOND_PERSON",
  /** JSON with clientSecret. */
  consoleClientSecret: "CONSOLE_CLIENT_SECRET",
  /** The stack whose alarms the console shows. Unset by `npm start`, which has no alarms. */
  alarmStack: "ALARM_STACK",
  /** The secret from which the keys of the console's cookies are derived. */
  consoleSessionKey: "CONSOLE_SESSION_KEY",
} as const;
