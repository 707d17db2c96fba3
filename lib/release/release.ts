/** Parts of a release's folder, and of the stack that its template makes. */
export const RELEASE_TEMPLATE = "gatehouse.template.json";
/** The policy's folder in the package. */
export const RELEASE_POLICY = "samples/policies/template";
/** An app's stack has this id, too. */
export const RELEASE_STACK = "Gatehouse";
