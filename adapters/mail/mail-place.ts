import { requireVariable, type Variables } from "../aws/environment";

/** Names of the variables that the stack sets for the function that sends mail, and for the console. */
export const mailEnvironment = {
  /** A BCP 47 tag. */
  approverLanguage: "APPROVER_LANGUAGE",
  /** Set on the console if mail is sent. */
  sendsMail: "SENDS_MAIL",
  /** The console's address, where requests are decided in a browser. */
  consoleUrl: "CONSOLE_URL",
  /** The address of the page on which a mail's link decides, without a query. */
  decideUrl: "DECIDE_URL",
  /** Set by npm start: the local address that replaces `decideUrl`. */
  localDecideUrl: "GATEHOUSE_DECIDE_URL",
  /**
   * JSON object with texts that replace Gatehouse's own. It is URI-encoded because it passes through the shell. The bundler inserts it into
   * the code, because all variables of a function together hold only 4 KB.
   */
  texts: "MAIL_TEXTS",
  /** Set by npm start: the address in npm start's own console that replaces `consoleUrl`. */
  localConsoleUrl: "GATEHOUSE_CONSOLE_URL",
  /** Set by npm start: the CLI's options that select this npm start. */
  place: "GATEHOUSE_CLI_PLACE",
} as const;

/**
 * Returns the parts of mail to approvers and sponsors that depend on the deployment: the CLI's options that select it, the language, and
 * the console's address.
 */
export function mailPlace(settings: Variables) {
  const stack = () => `--stack ${requireVariable("POWERTOOLS_SERVICE_NAME", settings)} --region ${requireVariable("AWS_REGION", settings)}`;
  return {
    place: settings[mailEnvironment.place] ?? stack(),
    language: settings[mailEnvironment.approverLanguage] ?? "en",
    consoleUrl: settings[mailEnvironment.localConsoleUrl] ?? settings[mailEnvironment.consoleUrl],
  };
}

/** Returns the page on which the links of mails decide, without a query; undefined if there is none. */
export function decideUrlIn(settings: Variables): string | undefined {
  return settings[mailEnvironment.localDecideUrl] ?? settings[mailEnvironment.decideUrl];
}

/** Placeholder for the id in the address of one request. */
const ID_PLACE = "{id}";

export function hasIdPlace(consoleUrl: string): boolean {
  return consoleUrl.includes(ID_PLACE);
}

/** Returns the address of one request. */
export function idInPlace(consoleUrl: string, id: string): string {
  return consoleUrl.replaceAll(ID_PLACE, encodeURIComponent(id));
}
