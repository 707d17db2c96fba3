import { DEFAULT_GATE } from "../engine/sign-up/gate";
import type { GateOption } from "./command";
import { CommandError } from "./failure";

/** @param names the deployment's gates, including the unnamed one */
export function assertGate({ gate }: GateOption, names: readonly string[]): void {
  if (gate !== undefined && !names.includes(gate)) throw unknownGate(gate, names);
}

export function unknownGate(gate: string, names: readonly string[]): CommandError {
  const [only] = names;
  const there = names.length === 1 ? `the only one is ${only}` : `there are ${names.join(", ")}`;
  return new CommandError(`There is no gate ${gate}: ${there}.`);
}

/** Undefined for the unnamed gate, as in sign-ups. */
export function namedGate({ gate }: GateOption): string | undefined {
  return gate === DEFAULT_GATE ? undefined : gate;
}

/** True if the item belongs to the command's gate, or if the command names no gate. */
export function isAtGate({ gate = DEFAULT_GATE }: { readonly gate?: string }, gateOption: GateOption): boolean {
  return gateOption.gate === undefined || gateOption.gate === gate;
}
