import type { Command } from "commander";
import { defaultCommandOf } from "../cli/command";
import { exitCodes, exitMeanings, pathOf } from "../cli/exit-codes";
import { programFor } from "../cli/main";
import { outputTo } from "../cli/output";

/** The page that says more of a group, by its name. */
const pages: Readonly<Record<string, string>> = {
  init: "install.md",
  start: "simulator.md",
  doctor: "doctor.md",
  list: "lists.md",
  data: "lists.md#profiles-and-reference-data",
  invite: "invitations.md",
  codes: "lists.md#invitation-codes",
  decisions: "explain.md",
  explain: "explain.md",
  preview: "explain.md#find-who-a-change-lets-in",
  approvals: "approvals.md",
  access: "access.md",
  incident: "incidents.md",
  posture: "posture.md",
  partners: "partners.md",
  audit: "console.md#changes",
  terms: "recipes/terms.md#show-a-proof",
  person: "data-protection.md",
  simulate: "simulator.md",
  conform: "conform.md",
  smoke: "smoke.md",
  standby: "second-region.md",
  test: "cases.md",
  entra: "connect-entra.md",
  backup: "backup.md",
  restore: "backup.md#what-a-restore-does",
  credentials: "connect-entra.md#change-the-password",
  completion: "#completion",
};

/** Every command of the program, group by group, with the exit codes that say more than done and failed. */
export async function commandsList(): Promise<string> {
  const nowhere = { write: () => true };
  const streams = { stdout: nowhere, stderr: nowhere };
  const { program, loadAll } = programFor({ output: outputTo(streams), exitCode: exitCodes.done }, streams);
  await loadAll();
  return program.commands.map(groupOf).join("\n\n");
}

function groupOf(group: Command): string {
  const page = pages[group.name()];
  if (page === undefined) throw new Error(`scripts/commands-list.ts names no page for the command ${group.name()}.`);
  const heading = `**[${group.name()}](${page})**`;
  const leaves = leavesOf(group);
  if (leaves.length === 1 && leaves[0] === group) return `${heading}: ${wordsOf(group, group)}`;
  return [`${heading}: ${group.summary()}`, "", ...leaves.map((command) => lineOf(command, group))].join("\n");
}

/** The commands below one that do something; the command itself, if it does. */
function leavesOf(command: Command): readonly Command[] {
  if (command.commands.length === 0) return [command];
  const doesSomething = command.options.length > 0;
  return [...(doesSomething ? [command] : []), ...command.commands.flatMap(leavesOf)];
}

function lineOf(command: Command, group: Command): string {
  const path = pathOf(command);
  const names = [...(defaultCommandOf(group) === command ? [group.name()] : []), path].map((name) => `\`${name}\``);
  return `- ${names.join(", ")}: ${wordsOf(command, group)}`;
}

/** What it does, and the exit codes that say more than those of every command. */
function wordsOf(command: Command, group: Command): string {
  const codes = exitMeanings[pathOf(command)]?.replace(/^0 [^,]*, 1 failed, (?=2 )/, "");
  const does = command === group ? firstSentence(command.description()) : command.summary() || firstSentence(command.description());
  return `${does.replace(/\.$/, "")}${codes === undefined ? "" : `. Exit ${codes.replace(/\b(\d+) /g, "$1: ")}`}`;
}

function firstSentence(text: string): string {
  return /^.*?\.(?=\s|$)/s.exec(text)?.[0] ?? text;
}
