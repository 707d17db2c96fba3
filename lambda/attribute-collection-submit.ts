import policy from "#policy/before-create-user";
import { extensionWorld } from "../adapters/aws/world";
import { decidingParts } from "../features/deciding-parts";
import { extensionHandler } from "../handlers/extension";

export const handler = extensionHandler(policy, { decidingParts })(extensionWorld());
