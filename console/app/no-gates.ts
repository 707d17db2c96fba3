import type { Policy } from "../../engine/sign-up/policy";

/** In the console's bundle, replaces the policies of named gates where no gate has a name. */
const gatePolicies: Readonly<Record<string, readonly Policy[]>> = {};
export default gatePolicies;
