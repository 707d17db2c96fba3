import { tables } from "../../adapters/tables/tables";
import type { GrantPlace } from "../../cli/permissions";
import { type VerbGroup, verbGroups } from "../../scripts/permissions/policies";
import type { AwsCall } from "../support/aws-calls";

/** Throws where a command asks AWS for what the documented policies do not grant it: every suite of commands looks. */
export function assertPermitted(args: readonly string[], calls: readonly AwsCall[]): void {
  const group = groupOf(args);
  const missing = calls.flatMap(({ action, on }) =>
    (on.length === 0 ? [undefined] : on).flatMap((resource) => refused(args, group, action, resource)),
  );
  if (missing.length > 0)
    throw new Error(
      `No policy of docs/permissions grants: ${[...new Set(missing)].join("; ")}. Write it into verbs/feature.ts of the feature, then npm run docs.`,
    );
}

function refused(args: readonly string[], group: VerbGroup | undefined, action: string, resource: string | undefined): readonly string[] {
  const place = resource === undefined ? undefined : placeOf(resource);
  const granted = Object.entries(group?.allows ?? {}).some(
    ([each, actions]) => actions.includes(action) && (place === undefined || each === place || isOfAll(each, place)),
  );
  // The secrets of the policy's own rules: docs/permissions.md says so in words, as nobody knows their names beforehand.
  const isOfPolicy = args.includes("--call") && action === "secretsmanager:GetSecretValue";
  return granted || isOfPolicy ? [] : [`${action} on ${place ?? "the account"} to ${args.slice(0, 2).join(" ")}`];
}

function groupOf(args: readonly string[]): VerbGroup | undefined {
  const named = ({ commands }: VerbGroup) =>
    Math.max(0, ...commands.map((command) => (`${args.join(" ")} `.startsWith(`${command} `) ? command.length : 0)));
  // "approvals approve" is not "approvals", which lists.
  const group = verbGroups.toSorted((a, b) => named(b) - named(a))[0];
  return group && named(group) > 0 ? group : undefined;
}

/** A secret is among all secrets. */
function isOfAll(granted: string, place: string): boolean {
  return granted === "all secrets of the stack" && (place === "the credentials" || place === "the key of hashes");
}

/** The place of a table or secret, by the names that tests give them; undefined of what bears another. */
function placeOf(resource: string): GrantPlace | undefined {
  if (resource.includes("CredentialsSecret")) return "the credentials";
  if (resource.includes("PersonKey")) return "the key of hashes";
  const [name = "", index] = resource.split("/index/");
  const table = (Object.keys(tables) as (keyof typeof tables)[]).find((each) => name.startsWith(hyphened(each)));
  return table && (index === undefined ? table : `${table} indexes`);
}

/** accessList -> access-list */
function hyphened(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
