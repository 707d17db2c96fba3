import type { Graph } from "../../../../adapters/graph/graph";
import type { GraphNeeds } from "../../../../cli/graph/access";
import type { TenantKind } from "../../../../engine/sign-up/sign-up";

/** States of a door. `open`: people get accounts that the gate does not judge. */
export const doorStates = ["asks the gate", "open", "closed", "not known"] as const;

/** A door's observed state. */
export interface DoorState {
  readonly state: (typeof doorStates)[number];
  /** Graph's answer, as a text. */
  readonly seen: string;
  /** The required permissions, if they are missing. */
  readonly needs?: readonly string[];
}

/** A way to get an account in a tenant. */
export interface Door extends DoorState {
  readonly door: string;
  /** The way to close the door. */
  readonly close: string;
}

/** A way to get an account in tenants of these kinds. */
export interface KnownDoor {
  readonly door: string;
  readonly kinds: readonly TenantKind[];
  readonly close: string;
  /** The least permissions and roles for `look`. */
  readonly needs: GraphNeeds;
  /** Reads the door's state. Throws GraphError if Graph refuses. @param graph in version 1.0 */
  look(graph: Graph): Promise<DoorState>;
}

/** Returns a door's state: open if there are names, otherwise closed. */
export function openFor(names: readonly string[], open: string, closedText: string): DoorState {
  return names.length === 0 ? { state: "closed", seen: closedText } : { state: "open", seen: `${open}: ${names.join(", ")}` };
}
