import type { Command } from "commander";

/** If a command has more exit codes than 0 and 1, `exitMeanings` explains them. */
export const exitCodes = {
  done: 0,
  /** The command failed, or was used in the wrong way. */
  failed: 1,
  /** `doctor`: there is a fault. */
  faults: 1,
  /** The person is refused. */
  denied: 2,
  /**
   * The command left something out: rows that somebody edited meanwhile, accounts that Graph did not enable, or people that another
   * incident keeps out.
   */
  kept: 2,
  /** Something needs attention. */
  findings: 2,
  /** Incomplete until the same command runs again, or a second person confirms. */
  unproven: 2,
  /** There are changes to apply. */
  changes: 2,
  /** An answer breaks Entra's contract. */
  contractBroken: 3,
  /** The URL does not respond. */
  unreachable: 3,
  /** Ended by Ctrl-C. Shells use the same code. */
  interrupted: 130,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

const KEPT = "0 done, 1 failed, 2 done, but for rows that somebody else edited meanwhile";
const REFUSED = "0 let in, 1 failed, 2 refused";

/** Meanings of exit codes, by command. A command is absent if it has only 0 for success and 1 for failure. */
export const exitMeanings: Readonly<Record<string, string>> = {
  "expiry adopt": "0 done, 1 failed, 2 there are people to take in (without --yes)",
  "audit verify": "0 the trail holds, 1 failed, 2 an entry is missing or altered",
  "entra conform": "0 every rule holds, 1 failed, 2 some rules do not hold, 3 nothing answers at the URL",
  "table import": KEPT,
  deploy: "0 done, 1 failed: the same command goes on, 2 something is left to do",
  doctor: "0 nothing is wrong, 1 something is",
  "entra check": "0 no findings, 1 failed, 2 findings",
  "entra plan": "0 nothing to do, 1 failed or something is in the way, 2 there are changes to apply",
  "entra rotate": "0 the new password is proven at every step, 1 failed, 2 both passwords still pass: repeat the command to continue",
  "incident act": "0 done, 1 failed, 2 a second person has to confirm",
  "incident undo":
    "0 done, 1 failed, 2 done, but for rows edited meanwhile, accounts that Graph did not enable, or people that another incident keeps out",
  "list check": REFUSED,
  "list import": KEPT,
  "list lint": "0 no row needs attention, 1 failed, 2 some rows need attention",
  "list revert": KEPT,
  "partners check": "0 every record is found, 1 failed, 2 some records are missing",
  preview: "0 nobody is treated differently, 1 failed, 2 more people are treated differently than --fail-on and --allow let pass",
  "backup restore": "0 done, 1 failed, 2 there is something to restore (--dry-run), or the restored trail does not hold together",
  simulate: "0 account created, 1 failed, 2 refused or asked to correct, 3 an answer broke the contract",
  smoke: "0 all is well, 1 the test could not run, 2 there is something to fix",
  "audit terms check": "0 no difference, 1 failed, 2 a difference",
  test: "0 every case is right, 1 a case is wrong, or the policy or a case cannot be read, 2 a rule or reason is not covered (--require-coverage)",
  why: "0 let in, or a code explained, 1 failed, 2 an address refused now",
};

export function exitCodesHelp(command: Command): string {
  const help = command.createHelp();
  const path = formatCommandPath(command);
  const special = Object.keys(exitMeanings).filter((each) => each.startsWith(`${path} `));
  const more = exitMeanings[path] === undefined && special.length > 0 ? ` More in the help of ${special.join(", ")}.` : "";
  const text = `Exit codes: ${exitMeanings[path] ?? "0 done, 1 failed"}, 130 interrupted.${more}`;
  return help.boxWrap(text, help.helpWidth ?? HELP_WIDTH);
}

/** The width of Commander's help if the terminal reports no width. */
const HELP_WIDTH = 80;

export const EXIT_CODES = `
Exit codes: 0 done or allowed, 1 failed or used in the wrong way, 2 refused or something needs attention, 3 broken contract or nothing there,
130 interrupted. The help of each command says what its own mean. Set GATEHOUSE_DEBUG=1 to see where an error comes from.`;

export function formatCommandPath(command: Command): string {
  const names: string[] = [];
  for (let each: Command | null = command; each?.parent; each = each.parent) names.unshift(each.name());
  return names.join(" ");
}
