import type { Policy } from "../../engine/sign-up/policy";

/** In the console's bundle, this replaces the policies of named gates if no gate has a name. */
const gatePolicies: Readonly<Record<string, readonly Policy[]>> = {};
export default gatePolicies;
