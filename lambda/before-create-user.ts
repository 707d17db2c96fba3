import policy from "#policy/before-create-user";
import { stepWorld } from "../adapters/aws/world";
import { gatePosture } from "../features/posture/last-rule";
import { connectorHandler } from "../handlers/sign-up";

export const handler = connectorHandler(policy, gatePosture)(stepWorld());
