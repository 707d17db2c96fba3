import policy from "#policy/before-create-user";
import { extensionHandler } from "./extension";

export const handler = extensionHandler(policy);
