import policy from "#policy/after-sign-in";
import { stepWorld } from "../adapters/aws/world";
import { stopping } from "../features/stopping";
import { connectorHandler } from "../handlers/sign-up";

export const handler = connectorHandler(policy, stopping)(stepWorld());
