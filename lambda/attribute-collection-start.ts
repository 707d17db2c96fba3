import policy from "#policy/after-sign-in";
import { extensionWorld } from "../adapters/aws/world";
import { decidingParts } from "../features/deciding-parts";
import { extensionHandler } from "../handlers/extension";

export const handler = extensionHandler(policy, { decidingParts })(extensionWorld());
