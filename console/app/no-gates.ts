import type { Policy } from "../../engine/sign-up/policy";

/** Replaces the policies of named gates in the console's bundle, if no gate has a name. */
const gatePolicies: Readonly<Record<string, readonly Policy[]>> = {};
export default gatePolicies;
