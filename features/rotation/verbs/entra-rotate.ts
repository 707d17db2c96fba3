import { type Command, InvalidArgumentError, Option } from "commander";
import { type CommandContext, withPairs } from "../../../cli/command";
import { verb } from "../../entra/verbs/commands";

/** `entra-gatehouse entra rotate`. */
export function registerRotate(entra: Command, session: CommandContext): void {
  const rotate = verb(entra, "rotate", "give the connectors a new password, or another certificate", [
    "--user-flow B2X_1_Partner",
    "--user-flow B2X_1_Partner --wait 1h",
    "--user-flow B2X_1_Partner --certificate next.pfx",
  ]);
  withPairs(rotate, [{ option: "--wait", not: "--certificate" }])
    .description(
      "Makes a new password, sends it to the API connectors that call the gate, waits for a call of each step that shows it, " +
        "and drops the old one after ten quiet minutes, beyond what the gateway remembers. Until then both pass, so no sign-up fails. If you interrupt it, the same command continues.",
    )
    .option(
      "--certificate <file>",
      "add this certificate (.pfx) to connectors that show one, instead; its passphrase in GATEHOUSE_PFX_PASSPHRASE",
    )
    .addOption(
      new Option("--wait <time>", "how long to wait for these calls: 30s, 10m, 1h, 0").argParser(readWait).default(readWait("30m"), "30m"),
    )
    .action(async (options) => (await import("./rotate")).rotateInTenant(options, session));
}

const unitMs = { s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** A length of time as typed, in milliseconds. */
function readWait(text: string): number {
  const [, count, unit] = /^(\d{1,4})([smh])$/.exec(text) ?? [];
  if (unit !== undefined) return Number(count) * unitMs[unit as keyof typeof unitMs];
  if (text === "0") return 0;
  throw new InvalidArgumentError("Write 30s, 10m, 1h or 0.");
}
