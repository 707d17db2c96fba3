import type { Graph } from "../../../../adapters/graph/graph";
import type { GraphNeeds } from "../../../../cli/graph/access";
import type { TenantKind } from "../../../../engine/sign-up/sign-up";

/** `open`: people get accounts that the gate does not judge. */
export const doorStates = ["asks the gate", "open", "closed", "not known"] as const;

export interface DoorState {
  readonly state: (typeof doorStates)[number];
  readonly seen: string;
  /** The required permissions, if they are missing. */
  readonly needs?: readonly string[];
}

export interface Door extends DoorState {
  readonly door: string;
  readonly close: string;
}

export interface KnownDoor {
  readonly door: string;
  readonly kinds: readonly TenantKind[];
  readonly close: string;
  /** The least permissions and roles for `look`. */
  readonly needs: GraphNeeds;
  /** Throws GraphError if Graph refuses. @param graph in version 1.0 */
  look(graph: Graph): Promise<DoorState>;
}

export function openFor(names: readonly string[], open: string, closedText: string): DoorState {
  return names.length === 0 ? { state: "closed", seen: closedText } : { state: "open", seen: `${open}: ${names.join(", ")}` };
}
