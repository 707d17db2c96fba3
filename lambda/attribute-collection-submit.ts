import policy from "#policy/before-create-user";
import { extensionWorld } from "../adapters/aws/world";
import { gatePosture } from "../features/posture/last-rule";
import { extensionHandler } from "../handlers/extension";

export const handler = extensionHandler(policy, { posture: gatePosture })(extensionWorld());
