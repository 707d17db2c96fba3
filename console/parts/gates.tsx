import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import type { SharedPorts } from "../app/ports";
import type { Visit } from "../app/visit";
import { frameTexts } from "../texts/frame-texts";
import { type Chip, choiceChip } from "./chips";
import type { Column, Fact } from "./table";
import { visible } from "./value";

// If there is only one gate, no page mentions gates.

export function hasGates({ world }: Visit): boolean {
  return world.gates.length > 1;
}

export function gateName(gate: string = DEFAULT_GATE): string {
  return gate === DEFAULT_GATE ? frameTexts.defaultGate : visible(gate);
}

/** Returns the gate in the page's address. Undefined for all gates. */
export function readGate(visit: Visit): string | undefined {
  return visit.world.gates.find((each) => each === visit.query("gate"));
}

export function isAtAskedGate(visit: Visit, { gate = DEFAULT_GATE }: { readonly gate?: string }): boolean {
  const askedGate = readGate(visit);
  return askedGate === undefined || askedGate === gate;
}

export function gateChip(visit: Visit): readonly Chip[] {
  const options = visit.world.gates.map((gate) => [gate, gateName(gate)] as const);
  return hasGates(visit) ? [choiceChip(visit, { name: "gate", label: frameTexts.gate, options })] : [];
}

interface AtGate {
  readonly gate?: string | undefined;
}

/** Returns the column with each row's gate. False if the address chooses a gate, or if all rows belong to the default gate. */
export function gateColumn(visit: Visit, rows: readonly AtGate[]): Column<AtGate> | false {
  const isTold = readGate(visit) === undefined && rows.some(({ gate = DEFAULT_GATE }) => gate !== DEFAULT_GATE);
  return isTold && [frameTexts.gate, ({ gate }) => gateName(gate)];
}

/** Returns the fact that names a row's gate, even a gate that no longer exists. */
export function gateFact(visit: Visit, { gate }: { readonly gate?: string }): readonly Fact[] {
  return hasGates(visit) || gate !== undefined ? [[frameTexts.gate, gateName(gate)]] : [];
}

/** True if a rule called `name` decides at any of `gates`. A rule in shadow decides nothing. @param gates @default all */
export function hasRule(world: Pick<SharedPorts, "gates" | "policiesAt">, name: string, gates = world.gates): boolean {
  const entries = gates.flatMap(world.policiesAt).flatMap(({ rules }) => rules);
  return entries.some((entry) => !("shadow" in entry) && entry.name === name);
}
