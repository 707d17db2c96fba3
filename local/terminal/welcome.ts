import type { Instance } from "../data/instance";

/** What a person at a terminal is told at the start. */
export interface Welcome {
  readonly instance: Instance;
  /** `/before-create-user` */
  readonly paths: readonly string[];
  readonly warnings: readonly string[];
  /** Undefined if the list was there already. */
  readonly samplesLoaded: number | undefined;
  /** Data goes at the end. */
  readonly ephemeral: boolean;
}

export function welcomeText({ instance, paths, warnings, samplesLoaded, ephemeral }: Welcome): string {
  const { apiUrl, username, password, dynamodbEndpoint, aws, tables, eventsFile, outboxDir, consoleUrl, simulatorUrl, approvalsUrl, data } =
    instance;
  const path = paths.at(-1) ?? "";
  const call = (email: string) =>
    `  curl -u ${quoted(`${username}:${password}`)} -H "Content-Type: application/json" \\\n    -d '{"email":"${email}"}' ${apiUrl}${path}`;
  const item = `{"entry":{"S":"partner.example"},"effect":{"S":"allow"}}`;
  return [
    "",
    "Gatehouse runs on this machine.",
    "",
    ...paths.map((each) => `  ${each.slice(1).padEnd(20)} ${apiUrl}${each}`),
    `  ${"User name".padEnd(20)} ${username}`,
    `  ${"Password".padEnd(20)} ${password}`,
    "",
    `Sign up in the browser, as people do at Entra: ${simulatorUrl}`,
    `See to it as an operator, in the console: ${consoleUrl}`,
    ...(approvalsUrl === undefined ? [] : [`Decide on requests from another system: ${approvalsUrl}`]),
    "",
    "Someone who may sign up, and someone who may not:",
    "",
    call("kim@contoso.com"),
    call("blocked@contoso.com"),
    "",
    "Change the access list; the next answer goes by it:",
    "",
    `  AWS_ACCESS_KEY_ID=${aws.accessKeyId} AWS_SECRET_ACCESS_KEY=${aws.secretAccessKey} \\`,
    `    aws dynamodb put-item --endpoint-url ${dynamodbEndpoint} \\`,
    `    --region ${aws.region} --table-name ${tables.accessList} --item '${item}'`,
    "  npx entra-gatehouse list show --local",
    "",
    "Every answer is an event, as other systems get it:",
    "",
    `  tail -f ${quoted(eventsFile)}`,
    "",
    `Mail goes nowhere but to ${outboxDir}.`,
    ...(samplesLoaded === undefined ? [] : [`The access list starts with ${samplesLoaded} rows of samples/access-list.csv.`]),
    ephemeral ? `Data is in ${data} and goes at the end.` : `Data is kept in ${data}.`,
    ...warnings.map((warning) => `Warning: ${warning}`),
    "Ctrl-C stops it.",
    "",
  ].join("\n");
}

/** For a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
