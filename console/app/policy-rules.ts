import type { SharedPorts } from "./ports";

/** True if a rule of that name decides at any of these gates. A rule in shadow decides nothing. @param gates @default all */
export function hasRule(world: Pick<SharedPorts, "gates" | "policiesAt">, name: string, gates = world.gates): boolean {
  const entries = gates.flatMap(world.policiesAt).flatMap(({ rules }) => rules);
  return entries.some((entry) => !("shadow" in entry) && entry.name === name);
}
