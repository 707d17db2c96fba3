import policy from "#policy/before-create-user";
import { stepWorld } from "../adapters/aws/world";
import { decidingParts } from "../features/deciding-parts";
import { connectorHandler } from "../handlers/sign-up";

export const handler = connectorHandler(policy, decidingParts)(stepWorld());
