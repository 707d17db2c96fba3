import type { ActionNeeds, GrantPlace, VerbPermissions } from "../../cli/permissions";
import { permissions } from "../../features/lists/permissions";
import { iamActions } from "./policy-document";

/** A command's AWS actions, by place. */
type Allowed = Readonly<Partial<Record<GrantPlace, readonly string[]>>>;

/** Commands that need the same AWS actions. */
export interface VerbGroup extends Pick<VerbPermissions, "commands" | "looks"> {
  readonly allows: Allowed;
}

const all: readonly VerbPermissions[] = permissions;

/** Every group of commands that call AWS. Commands that only use this machine are in no group. */
export const verbGroups: readonly VerbGroup[] = all.map((each) => ({ ...each, allows: together(allowedTo(each)) }));

function allowedTo({ needs, runs = [] }: VerbPermissions): readonly Allowed[] {
  const parts = all.filter(({ commands }) => commands.some((each) => runs.includes(each)));
  return [...needs.map(allowedBy), ...parts.flatMap(allowedTo)];
}

export function allowedTogether(groups: readonly VerbGroup[]): Allowed {
  return together(groups.map(({ allows }) => allows));
}

function together(each: readonly Allowed[]): Allowed {
  const places = [...new Set(each.flatMap((grants) => Object.keys(grants) as GrantPlace[]))].sort();
  return Object.fromEntries(places.map((place) => [place, [...new Set(each.flatMap((grants) => grants[place] ?? []))].sort()]));
}

function allowedBy(needs: ActionNeeds): Allowed {
  return Object.fromEntries(Object.entries(needs).map(([place, words]) => [place, iamActions(words)]));
}

export const askedByCommand: Readonly<Record<string, Allowed>> = Object.fromEntries(
  verbGroups.flatMap(({ commands, allows }) => commands.map((command) => [command, allows])),
);
