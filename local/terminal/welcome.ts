import { DEFAULT_DATA, type Instance } from "../data/instance";
import { quoted } from "./quoted";
import type { SampleCalls } from "./sample-calls";

/** What a person at a terminal is told at the start. */
export interface Welcome {
  readonly instance: Instance;
  /** `/before-create-user` */
  readonly paths: readonly string[];
  /** Where the calls to try go, and what they are. */
  readonly tryAt: string;
  readonly calls: SampleCalls;
  /** The policy's folder as people name it; undefined for the default one. */
  readonly policy: string | undefined;
  readonly warnings: readonly string[];
  /** Undefined if the list was there already. */
  readonly samplesLoaded: number | undefined;
  /** Data goes at the end. */
  readonly ephemeral: boolean;
}

/** Of what stands before an address or a secret. */
const NAME_WIDTH = 20;

/** What a named gate's connectors show. */
function gateLines({ gates = {} }: Instance): readonly string[] {
  return Object.entries(gates).flatMap(([name, { username, password }]) => [
    "",
    `  ${`Gate ${name}`.padEnd(NAME_WIDTH)} /${name}/…`,
    `  ${"User name".padEnd(NAME_WIDTH)} ${username}`,
    `  ${"Password".padEnd(NAME_WIDTH)} ${password}`,
  ]);
}

export function welcomeText({ instance, paths, tryAt, calls, policy, warnings, samplesLoaded, ephemeral }: Welcome): string {
  const { apiUrl, username, password, eventsFile, outboxDir } = instance;
  const { consoleUrl, simulatorUrl, approvalsUrl, extension, data } = instance;
  const call = (body: object) =>
    `  curl -u ${quoted(`${username}:${password}`)} -H "Content-Type: application/json" \\\n    -d ${quoted(JSON.stringify(body))} ${apiUrl}${tryAt}`;
  const at = data === DEFAULT_DATA ? "" : ` --data ${quoted(data)}`;
  return [
    "",
    policy === undefined ? "Gatehouse runs on this machine." : `Gatehouse runs on this machine, by the policy ${policy}.`,
    "",
    ...paths.map((each) => `  ${each.slice(1).padEnd(NAME_WIDTH)} ${apiUrl}${each}`),
    `  ${"User name".padEnd(NAME_WIDTH)} ${username}`,
    `  ${"Password".padEnd(NAME_WIDTH)} ${password}`,
    ...gateLines(instance),
    "",
    `Sign up in the browser, as people do at Entra: ${simulatorUrl}`,
    `Operator console: ${consoleUrl}`,
    `Call it as an external tenant does: ${extension.url}`,
    `  with a token of ${extension.tokenUrl}`,
    ...(approvalsUrl === undefined ? [] : [`Decide on requests from another system: ${approvalsUrl}`]),
    "",
    calls.says,
    "",
    ...calls.bodies.map(call),
    "",
    "Someone whom an external tenant asks about, with a token in place of the password:",
    "",
    `  echo '{"issuer":"mail","email":"kim@contoso.com"}' | \\`,
    `    npx --no-install entra-gatehouse simulate - --as external-tenant --local${at}`,
    "",
    "Save a policy file or change the access list; the next answer goes by it:",
    "",
    `  npx --no-install entra-gatehouse list add partner.example --effect allow --local${at}`,
    `  npx --no-install entra-gatehouse list show --local${at}`,
    "",
    "Every answer is an event, as other systems get it:",
    "",
    `  tail -f ${quoted(eventsFile)}`,
    "",
    `Mail goes nowhere but to ${outboxDir}.`,
    ...(samplesLoaded === undefined
      ? []
      : [`The tables start with rows of samples/: ${samplesLoaded} in the access list, and a few profiles and reference data.`]),
    ephemeral ? `Data is in ${data} and goes at the end.` : `Data is kept in ${data}.`,
    ...warnings.map((warning) => `Warning: ${warning}`),
    "Ctrl-C stops it.",
    "",
  ].join("\n");
}
