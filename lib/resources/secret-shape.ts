/** Metadata of a secret in the template: the members of the JSON object it is to hold, each with an example. */
export const SECRET_SHAPE = "gatehouse:shape";
