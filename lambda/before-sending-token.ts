import policy from "#policy/before-sending-token";
import { stepWorld } from "../adapters/aws/world";
import { connectorHandler } from "../handlers/sign-up";

export const handler = connectorHandler(policy)(stepWorld());

// For `audit decisions`, which decides records again by the code that was deployed.
export { default as policy } from "#policy/before-sending-token";
