/** Metadata of a secret in the template: the members of the JSON object it is to hold, each with an example. */
export const SECRET_SHAPE = "gatehouse:shape";

/** The same: the secret's place in its Gatehouse, by which another region's stack takes its copy. */
export const SECRET_PLACE = "gatehouse:place";
