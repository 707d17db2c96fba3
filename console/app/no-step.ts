/** In the console's bundle, this replaces the policy of a step that is not deployed. */
export default undefined;
