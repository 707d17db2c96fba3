/** Replaces, in the console's bundle, the policy of a step that is not deployed. */
export default undefined;
