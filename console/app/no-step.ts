/** Stands in the console's bundle for the policy of a step that is not deployed. */
export default undefined;
