import policy from "#policy/after-sign-in";
import { stepWorld } from "../adapters/aws/world";
import { connectorHandler } from "../handlers/sign-up";
import { stopping } from "../handlers/step/stopping";

export const handler = connectorHandler(policy, stopping)(stepWorld());
