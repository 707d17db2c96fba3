import { DEFAULT_GATE } from "../../engine/sign-up/gate";

/** In a description: whose it is, unless it is the unnamed gate's. */
export function ofGate(gate: string): string {
  return gate === DEFAULT_GATE ? "" : ` of the gate ${gate}`;
}

/** The option that selects a gate on a command line. */
export function gateOption(gate: string): string {
  return gate === DEFAULT_GATE ? "" : ` --gate ${gate}`;
}
