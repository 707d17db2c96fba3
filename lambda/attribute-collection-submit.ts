import policy from "#policy/before-create-user";
import { extensionWorld } from "../adapters/aws/world";
import { extensionHandler } from "../handlers/extension";

export const handler = extensionHandler(policy)(extensionWorld());

// For `audit decisions`, which decides records again by the code that was deployed.
export { default as policy } from "#policy/before-create-user";
