/** If a step is not deployed, the console's bundle contains this file in place of the step's policy. */
export default undefined;
