import type { Command } from "commander";
import { getDefaultCommand } from "../cli/command";
import { exitCodes, exitMeanings, formatCommandPath } from "../cli/exit-codes";
import { programFor } from "../cli/main";
import { outputTo } from "../cli/output";

/** The pages of docs/ with more about a group, by the group's name. */
const pages: Readonly<Record<string, string>> = {
  init: "install.md",
  start: "simulator.md",
  doctor: "doctor.md",
  deploy: "install.md#deploy",
  secrets: "install.md#deploy",
  list: "lists.md",
  invite: "invitations.md",
  decisions: "explain.md",
  why: "explain.md",
  preview: "explain.md#find-who-a-change-lets-in",
  approvals: "approvals.md",
  expiry: "expiry.md",
  table: "lists.md#profiles-and-reference-data",
  incident: "incidents.md",
  gate: "posture.md",
  partners: "partners.md",
  audit: "console.md#changes",
  person: "data-protection.md",
  simulate: "simulator.md",
  smoke: "smoke.md",
  test: "cases.md",
  entra: "connect-entra.md",
  backup: "backup.md",
  completion: "#completion",
};

/**
 * Lists the commands for docs/cli.md, with exit codes other than 0 (success) and 1 (failure). The help of each command has the other
 * details.
 */
export async function commandsList(): Promise<string> {
  const nowhere = { write: () => true };
  const streams = { stdout: nowhere, stderr: nowhere };
  const { program, loadAll } = programFor({ output: outputTo(streams), exitCode: exitCodes.done }, streams);
  await loadAll();
  const tasks = [...new Set(program.commands.map((command) => command.helpGroup()))];
  return tasks
    .map((task) => [task, "", ...program.commands.filter((command) => command.helpGroup() === task).map(formatGroup)].join("\n"))
    .join("\n\n");
}

function formatGroup(group: Command): string {
  const page = pages[group.name()];
  if (page === undefined) throw new Error(`scripts/commands-list.ts names no page for the command ${group.name()}.`);
  const leaves = listLeafCommands(group);
  const names = leaves.flatMap((command) => [...(getDefaultCommand(group) === command ? [group.name()] : []), formatCommandPath(command)]);
  const does = `${group.summary()} ([more](${page}))`;
  return `- ${namesText(names, group)}: ${[does, ...describeExitCodes(leaves, group)].join(". ")}`;
}

function namesText(names: readonly string[], group: Command): string {
  const short = (name: string) => name.replace(new RegExp(`^${group.name()} `), "");
  return names.map((name, index) => `\`${index === 0 ? name : short(name)}\``).join(", ");
}

function listLeafCommands(command: Command): readonly Command[] {
  if (command.commands.length === 0) return [command];
  const doesSomething = command.options.length > 0;
  return [...(doesSomething ? [command] : []), ...command.commands.flatMap(listLeafCommands)];
}

/** Leaves out 0 and 1, which docs/cli.md explains once for all commands. */
function describeExitCodes(commands: readonly Command[], group: Command): readonly string[] {
  const byCodes = new Map<string, string[]>();
  for (const path of commands.map(formatCommandPath)) {
    const codes = /\b2 .*/.exec(exitMeanings[path] ?? "")?.[0].replace(/\b(\d+) /g, "$1: ");
    if (codes !== undefined) byCodes.set(codes, [...(byCodes.get(codes) ?? []), path]);
  }
  return [...byCodes].map(([codes, paths]) => {
    if (commands.length === 1) return `Exit ${codes}`;
    const [code = "", meaning = ""] = /^\d+(?=: [^\d]*$)/.test(codes) ? codes.split(/: (.*)/) : ["", codes];
    return `Exit ${code}${code && " "}of ${namesText([group.name(), ...paths], group).replace(/^.*?, /, "")}: ${meaning}`;
  });
}
