import type { Policy } from "../../engine/sign-up/policy";

/** Stands in the console's bundle for the policies of named gates where no gate has a name. */
const gatePolicies: Readonly<Record<string, readonly Policy[]>> = {};
export default gatePolicies;
