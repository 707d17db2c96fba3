import policy from "#policy/before-sending-token";
import { stepWorld } from "../adapters/aws/world";
import { connectorHandler } from "../handlers/sign-up";

export const handler = connectorHandler(policy)(stepWorld());
