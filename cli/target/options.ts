import { type Command, Option } from "commander";
import { type TenantKind, tenantKinds } from "../../engine/sign-up/sign-up";
import { type GateOption, type OptionPair, withGate, withPairs } from "../command";
import { CommandError } from "../failure";

/** `both` means the two steps that can refuse a person. */
const stepChoices = ["after-sign-in", "before-create-user", "before-sending-token", "both"] as const;

/**
 * The options with the connector's credentials. They are not needed with --local: the command knows the credentials of a running npm start.
 */
const CONNECTOR_OPTIONS = ["--username", "--password-stdin"];
export const EXTENSION_OPTIONS = ["--tenant", "--audience", "--token-url", "--client-id"];

/** The options of commands that play Entra. */
export interface TargetOptions extends GateOption {
  readonly as: TenantKind;
  readonly local?: boolean;
  readonly data?: string;
  readonly step?: (typeof stepChoices)[number];
  readonly username?: string;
  readonly passwordStdin?: boolean;
  readonly tokenUrl?: string;
  readonly tenant?: string;
  readonly audience?: string;
  readonly clientId?: string;
}

/** @param steps describes --step */
export function withTarget(command: Command, steps: string): Command {
  const pairs: readonly OptionPair[] = [
    { option: "--data", needs: "--local" },
    ...[...CONNECTOR_OPTIONS, ...EXTENSION_OPTIONS].map((option) => ({ option, not: "--local" })),
    ...CONNECTOR_OPTIONS.map((option) => ({ option, not: "--as external-tenant" })),
  ];
  return withGate(withPairs(command, pairs), "with --local: call")
    .addOption(new Option("--as <kind>", "the kind of tenant to play").choices(tenantKinds).default("workforce"))
    .addOption(
      new Option(
        "--step <step>",
        `${steps}; both means after-sign-in and before-create-user (default: both for a URL with {step}; all of the policy's with --local)`,
      ).choices(stepChoices),
    )
    .option("--local", "use a running npm start instead")
    .option("--data <dir>", "with --local: the data folder given to npm start")
    .option("--username <name>", "the connector's user name (default: the variable GATEHOUSE_USERNAME)")
    .option("--password-stdin", "read the connector's password from standard input (default: the variable GATEHOUSE_PASSWORD)")
    .option("--tenant <id>", "of an external tenant")
    .option("--audience <id>", "the client id of the extension's app registration")
    .option("--token-url <url>", "where tokens for it are issued (in place of all three: a token in the variable GATEHOUSE_TOKEN)")
    .option("--client-id <id>", "the application to get tokens as; its secret is in the variable GATEHOUSE_CLIENT_SECRET");
}

/** The option `--url` is accepted too. */
export function withUrl(command: Command): Command {
  return command
    .argument("[url]", "the endpoint; {step} becomes after-sign-in and before-create-user, or an extension's own names")
    .addOption(new Option("--url <url>").hideHelp())
    .hook("preAction", (_, acting) => {
      const { url } = acting.opts<{ url?: string }>();
      if (url === undefined) return;
      if (acting.processedArgs.at(-1) !== undefined) acting.error("error: --url is another name of the argument url: leave it out.");
      acting.configureOutput().writeErr?.("Write the URL without --url.\n");
    });
}

/** Calls to this machine may be unencrypted, because nobody can overhear them. */
const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Throws for a URL that would send credentials unencrypted. */
export function assertCallable(url: string): void {
  if (!URL.canParse(url)) throw new CommandError(`${url} is not a URL: write it whole, https://gate.example.com/{step}`);
  const { protocol, hostname, username, password } = new URL(url);
  if (username !== "" || password !== "")
    throw new CommandError("Credentials do not belong in the URL: use --username and --password-stdin.");
  if (protocol === "https:" || (protocol === "http:" && loopback.test(hostname))) return;
  throw new CommandError("The URL must begin with https://, as for Entra; http works only for 127.0.0.1.");
}
