import { resolve } from "node:path";
import { Command, CommanderError, InvalidArgumentError } from "commander";
import type { UserPassword } from "../../adapters/aws/credentials";
import { appRoot } from "../../lib/app-root";
import { RELEASE_POLICY } from "../../lib/release/release";
import { MAX_PORT } from "../aws/server";
import { DEFAULT_DATA } from "../data/instance";

export interface Options {
  /** The port; 0 for any free one. */
  readonly port: number;
  /** Absolute path; undefined for a temporary folder that is removed at the end. */
  readonly data: string | undefined;
  /** Path relative to the project. */
  readonly policy: string;
  /** Absolute path of a release's folder, whose template is served instead of an app; undefined for none. */
  readonly release: string | undefined;
  /** URLs of outside systems that are called instead of our stand-ins, by the system's name. */
  readonly endpoints: ReadonlyMap<string, string>;
  readonly json: boolean;
  /** True if a saved policy file is reloaded. */
  readonly reload: boolean;
  /** True if the gateway applies the stage's limits, as AWS does. */
  readonly throttle: boolean;
  /** Another policy for the simulator to compare with: a folder, or `git:` and a version; empty for none. */
  readonly compare: string;
  readonly credentials: Partial<UserPassword>;
}

/** The default of `--policy`. With this default, the app itself chooses its policy folder. */
export const DEFAULT_POLICY = "policy";
const DEFAULT_PORT = 7071;
const endpointNames = ["idology", "experian", "oauth", "graph", "login", "dns", "webhooks"];

/** Reads the command line. Ends the process for --help; for invalid input, prints the reason and ends the process with code 1. */
export function readOptions(argv: readonly string[], env: Readonly<Record<string, string | undefined>>, name = "npm start --"): Options {
  const command = new Command(name)
    .description("Runs Gatehouse on this machine, with an embedded DynamoDB.")
    .option("--port <number>", "port of the API; 0 takes any free one", readPort, DEFAULT_PORT)
    .option("--data <dir>", "where data is kept (default: .local)")
    .option("--ephemeral", "keep data in a temporary folder that is removed at the end")
    .option("--policy <dir>", "policy folder, relative to the project", DEFAULT_POLICY)
    .option("--release <dir>", "serve the template in the folder of a release, as it is deployed, in place of a policy")
    .option(
      "--compare <dir|git:version>",
      "another policy, whose answers the simulator shows beside this one's: drafts/strict, git:main",
      "",
    )
    .option(
      "--endpoint <name=url>",
      `call this address in place of a stand-in: ${endpointNames.join(", ")}, or the name of a service or http() source of the policy; may be repeated`,
      endpointReader(endpointNames, true),
    )
    .option("--throttle", "apply the limits of the deployed stage to calls")
    .option("--no-reload", "do not reload the policy when one of its files is saved")
    .option("--json", "print one line of JSON when ready, and all else to stderr")
    .addHelpText(
      "after",
      "\nEnvironment:\n  GATEHOUSE_USERNAME, GATEHOUSE_PASSWORD  set the API's credentials (default: generated at the first start)",
    )
    .exitOverride();
  try {
    command.parse(argv, { from: "user" });
    const { port, data, ephemeral = false, policy, release, endpoint = new Map(), json = false } = command.opts();
    const { throttle = false, reload, compare } = command.opts();
    if (ephemeral && data !== undefined) command.error("error: --data and --ephemeral exclude each other");
    if (release !== undefined && policy !== DEFAULT_POLICY) command.error("error: --policy and --release exclude each other");
    const credentials = readCredentials(env);
    if (credentials.username?.includes(":"))
      command.error("error: GATEHOUSE_USERNAME must not hold a colon: basic auth ends the user name there");
    const folder = data === undefined ? DEFAULT_DATA : resolve(appRoot, data);
    const served = release === undefined ? { policy, release } : { policy: RELEASE_POLICY, release: resolve(appRoot, release) };
    return { port, data: ephemeral ? undefined : folder, ...served, endpoints: endpoint, json, reload, throttle, compare, credentials };
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exit(error.exitCode);
  }
}

export function readPort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > MAX_PORT) throw new InvalidArgumentError(`A port is a number from 0 to ${MAX_PORT}.`);
  return port;
}

/** An empty variable counts as unset. */
function readCredentials({ GATEHOUSE_USERNAME, GATEHOUSE_PASSWORD }: Readonly<Record<string, string | undefined>>): Partial<UserPassword> {
  return {
    ...(GATEHOUSE_USERNAME && { username: GATEHOUSE_USERNAME }),
    ...(GATEHOUSE_PASSWORD && { password: GATEHOUSE_PASSWORD }),
  };
}

/**
 * Returns a reader of the option `--endpoint NAME=URL`, which may be repeated.
 * @param others true if other well-formed names are accepted, because only the policy knows them
 */
export function endpointReader(names: readonly string[], others = false) {
  const isName = (name: string) => names.includes(name) || (others && /^[a-z][a-z0-9-]*$/.test(name));
  return (text: string, before: ReadonlyMap<string, string> = new Map()): ReadonlyMap<string, string> => {
    const [, name, url] = /^([^=]*)=(.*)$/.exec(text) ?? [];
    if (name === undefined || url === undefined || !isName(name)) {
      throw new InvalidArgumentError(`Write one of ${names.join(", ")}, = and a URL: ${names[0]}=http://127.0.0.1:9000`);
    }
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
      throw new InvalidArgumentError(`${url} is not an http or https URL.`);
    return new Map([...before, [name, url]]);
  };
}
