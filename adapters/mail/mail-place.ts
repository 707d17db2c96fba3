import { requireVariable, type Variables } from "../aws/environment";

/** Names of the variables that the stack sets for the function that sends mail, and for the console. */
export const mailEnvironment = {
  /** A BCP 47 tag. */
  approverLanguage: "APPROVER_LANGUAGE",
  /** Set on the console where mail is sent. */
  sendsMail: "SENDS_MAIL",
  /** Where requests can be decided on in a browser. */
  consoleUrl: "CONSOLE_URL",
  /** The page where the link of a mail decides, without a query. */
  decideUrl: "DECIDE_URL",
  /** Set by npm start: where that page is, in place of the deployed one. */
  localDecideUrl: "GATEHOUSE_DECIDE_URL",
  /** JSON object, URI-encoded for the shell it passes through: texts that go before ours. Put in while bundling, as variables hold 4 KB in all. */
  texts: "MAIL_TEXTS",
  /** Set by npm start: where its own console's requests are, in place of the deployed one's. */
  localConsoleUrl: "GATEHOUSE_CONSOLE_URL",
  /** Set by npm start: the CLI's options that find it. */
  place: "GATEHOUSE_CLI_PLACE",
} as const;

/** The deployment's facts in mail to approvers and sponsors: where they decide, and their language. */
export function mailPlace(settings: Variables) {
  const stack = () => `--stack ${requireVariable("POWERTOOLS_SERVICE_NAME", settings)} --region ${requireVariable("AWS_REGION", settings)}`;
  return {
    place: settings[mailEnvironment.place] ?? stack(),
    language: settings[mailEnvironment.approverLanguage] ?? "en",
    consoleUrl: settings[mailEnvironment.localConsoleUrl] ?? settings[mailEnvironment.consoleUrl],
  };
}

/** The page where the links of mail decide, without a query; undefined where there is none. */
export function decideUrlIn(settings: Variables): string | undefined {
  return settings[mailEnvironment.localDecideUrl] ?? settings[mailEnvironment.decideUrl];
}

/** Where the address of one request has its id. */
const ID_PLACE = "{id}";

export function hasIdPlace(consoleUrl: string): boolean {
  return consoleUrl.includes(ID_PLACE);
}

/** The address of one request. */
export function idInPlace(consoleUrl: string, id: string): string {
  return consoleUrl.replaceAll(ID_PLACE, encodeURIComponent(id));
}
