import policy from "#policy/before-create-user";
import { stepWorld } from "../adapters/aws/world";
import { stopping } from "../features/stopping";
import { connectorHandler } from "../handlers/sign-up";

export const handler = connectorHandler(policy, stopping)(stepWorld());
