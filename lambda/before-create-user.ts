import policy from "#policy/before-create-user";
import { stepWorld } from "../adapters/aws/world";
import { connectorHandler } from "../handlers/sign-up";
import { stopping } from "../handlers/step/stopping";

export const handler = connectorHandler(policy, stopping)(stepWorld());
