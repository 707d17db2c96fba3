import { requireVariable, type Variables } from "../aws/environment";

/** The tag by which a stack knows its own mails: others may send by the same configuration set. */
export const STACK_TAG = "gatehouse";

export const mailEnvironment = {
  /** A BCP 47 tag. */
  approverLanguage: "APPROVER_LANGUAGE",
  /** This variable of the console's function is set if the deployment sends mail. */
  sendsMail: "SENDS_MAIL",
  consoleUrl: "CONSOLE_URL",
  /** The name of the SES configuration set whose events reach the stack. */
  configurationSet: "MAIL_CONFIGURATION_SET",
  /** Address, without a query, of the page to which the links in approvers' mails lead. */
  decideUrl: "DECIDE_URL",
  /** The local address that replaces `decideUrl`. npm start sets it. */
  localDecideUrl: "GATEHOUSE_DECIDE_URL",
  /**
   * JSON object with texts that replace Gatehouse's own, URI-encoded for the shell. The bundler inserts the texts into the code: all
   * variables of a function together hold only 4 KB.
   */
  texts: "MAIL_TEXTS",
  /** The address in npm start's own console that replaces `consoleUrl`. npm start sets it. */
  localConsoleUrl: "GATEHOUSE_CONSOLE_URL",
  /** The CLI's options that select the running `npm start`, which sets this variable. */
  place: "GATEHOUSE_CLI_PLACE",
} as const;

/** Returns what approvers' and sponsors' mail takes from the deployment. */
export function mailPlace(settings: Variables) {
  const stack = () => `--stack ${requireVariable("POWERTOOLS_SERVICE_NAME", settings)} --region ${requireVariable("AWS_REGION", settings)}`;
  return {
    place: settings[mailEnvironment.place] ?? stack(),
    language: settings[mailEnvironment.approverLanguage] ?? "en",
    consoleUrl: settings[mailEnvironment.localConsoleUrl] ?? settings[mailEnvironment.consoleUrl],
  };
}

/** Returns the address, without a query, of the page for links in mails; undefined if there is none. */
export function decideUrlIn(settings: Variables): string | undefined {
  return settings[mailEnvironment.localDecideUrl] ?? settings[mailEnvironment.decideUrl];
}

const ID_PLACE = "{id}";

export function hasIdPlace(consoleUrl: string): boolean {
  return consoleUrl.includes(ID_PLACE);
}

export function idInPlace(consoleUrl: string, id: string): string {
  return consoleUrl.replaceAll(ID_PLACE, encodeURIComponent(id));
}
