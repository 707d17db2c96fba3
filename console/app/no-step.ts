/** In the console's bundle, replaces the policy of a step that is not deployed. */
export default undefined;
