import { quoteShellWord } from "../../engine/characters";
import { DEFAULT_DATA, type Instance } from "../data/instance";

export interface Welcome {
  readonly instance: Instance;
  /** Paths such as `/before-create-user`. */
  readonly paths: readonly string[];
  /** The path of the calls to try. */
  readonly tryAt: string;
  readonly calls: readonly object[];
  /** The policy's folder as people type it; undefined for the default one. */
  readonly policy: string | undefined;
  readonly warnings: readonly string[];
  /** The number of loaded sample rows. Undefined if the list was already filled. */
  readonly samplesLoaded: number | undefined;
  /** True if data is deleted at the end. */
  readonly ephemeral: boolean;
  /** The milliseconds that the start took, without the installation. `buildMs` is undefined if nothing had to be built. */
  readonly took: { readonly totalMs: number; readonly buildMs: number | undefined };
  /** Repeats the request that was the latest one before a restart. */
  readonly replay?: (() => Promise<void>) | undefined;
}

const NAME_WIDTH = 20;

function gateLines({ gates = {} }: Instance): readonly string[] {
  return Object.entries(gates).flatMap(([name, { username, password }]) => [
    "",
    `  ${`Gate ${name}`.padEnd(NAME_WIDTH)} /${name}/…`,
    `  ${"User name".padEnd(NAME_WIDTH)} ${username}`,
    `  ${"Password".padEnd(NAME_WIDTH)} ${password}`,
  ]);
}

/** A longer start is explained, because people wonder about it. */
const LONG_MS = 4_000;

function timeLines({ totalMs, buildMs }: Welcome["took"]): readonly string[] {
  if (totalMs < LONG_MS) return [];
  const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;
  const build =
    buildMs === undefined ? "" : `, of which building took ${seconds(buildMs)}. The next start builds only if something has changed`;
  return [`The start took ${seconds(totalMs)}${build}.`];
}

/** Returns the lines that are printed last, because the end of the output stays visible in a terminal. */
export function pageLines({ simulatorUrl, consoleUrl }: Pick<Instance, "simulatorUrl" | "consoleUrl">): readonly string[] {
  return [
    ...(simulatorUrl === undefined ? [] : [`Simulator, click a person to sign them up: ${simulatorUrl}`]),
    ...(consoleUrl === undefined ? [] : [`Operator console: ${consoleUrl}`]),
  ];
}

export function welcomeText({ instance, paths, tryAt, calls, policy, warnings, samplesLoaded, ephemeral, took }: Welcome): string {
  const { apiUrl, username, password, consoleUrl, eventsFile, outboxDir } = instance;
  const { approvalsUrl, extension, data } = instance;
  const call = (body: object) =>
    `  curl -u ${quoteShellWord(`${username}:${password}`)} -H "Content-Type: application/json" \\\n    -d ${quoteShellWord(JSON.stringify(body))} ${apiUrl}${tryAt}`;
  const at = data === DEFAULT_DATA ? "" : ` --data ${quoteShellWord(data)}`;
  return [
    "",
    policy === undefined ? "Gatehouse runs on this machine." : `Gatehouse runs on this machine, with the policy ${policy}.`,
    "",
    ...paths.map((each) => `  ${each.slice(1).padEnd(NAME_WIDTH)} ${apiUrl}${each}`),
    `  ${"User name".padEnd(NAME_WIDTH)} ${username}`,
    `  ${"Password".padEnd(NAME_WIDTH)} ${password}`,
    ...gateLines(instance),
    "",
    ...(extension === undefined ? [] : [`External tenants call: ${extension.url}`, `  with a token of ${extension.tokenUrl}`]),
    ...(approvalsUrl === undefined ? [] : [`Decide on requests from another system: ${approvalsUrl}`]),
    "",
    "Two sign-ups to try. The policy and the tables decide about each:",
    ...calls.map(call),
    "",
    ...(extension === undefined
      ? []
      : [
          "A sign-up of an external tenant, with a token in place of the password:",
          `  echo '{"issuer":"mail","email":"kim@contoso.com"}' | \\`,
          `    npm run gate -- simulate - --as external-tenant --local${at}`,
          "",
        ]),
    `${consoleUrl === undefined ? "Change" : "Save a policy file or change"} the access list; the next answer uses it:`,
    `  npm run gate -- list allow partner.example --local${at}`,
    `  npm run gate -- list show --local${at}`,
    "",
    "Each answer is an event. Other systems get them in this form:",
    `  tail -f ${quoteShellWord(eventsFile)}`,
    "",
    `Mail is not sent. It is in ${outboxDir}.`,
    ...(samplesLoaded === undefined
      ? []
      : [`The tables start with rows of samples/: ${samplesLoaded} in the access list, and a few profiles and reference data.`]),
    ephemeral ? `Data is in ${data} and is deleted at the end.` : `Data is kept in ${data}.`,
    ...warnings.map((warning) => `Warning: ${warning}`),
    ...timeLines(took),
    "",
    ...pageLines(instance),
    "Ctrl-C stops it.",
    "",
  ].join("\n");
}
