import type { Policy } from "../../engine/sign-up/policy";

/** If no gate has a name, the console's bundle contains this file in place of the policies of named gates. */
const gatePolicies: Readonly<Record<string, readonly Policy[]>> = {};
export default gatePolicies;
