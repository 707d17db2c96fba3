import type { Visit } from "../../../console/app/visit";
import { type JudgedPerson, listsOfPolicies } from "../asked-lists";
import { denials } from "../store/denials";
import { entryPath } from "./access-list-parts";

export interface NamedEntry {
  readonly entry: string;
  readonly path: string;
}

/** The entries that deny these people, as their gates' policies ask the list. */
export async function deniedBy<P extends JudgedPerson>({ world, now }: Visit, people: readonly P[]): Promise<ReadonlyMap<P, NamedEntry>> {
  const lists = Object.fromEntries(world.gates.map((gate) => [gate, listsOfPolicies(world.policiesAt(gate))]));
  const denied = await denials(world.rows, lists).denialsOf(people, now);
  return new Map([...denied].map(([person, entry]) => [person, { entry, path: entryPath(entry) }] as const));
}
