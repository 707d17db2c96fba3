import { changes } from "../sign-up/changes";
import type { AttributeValue } from "../sign-up/sign-up";
import type { ApprovalRequest } from "./request";

/** One attribute that is not as it was when it was approved before; undefined: not there. */
export interface Difference {
  readonly name: string;
  readonly before: AttributeValue | undefined;
  readonly now: AttributeValue | undefined;
}

/** How a request differs from what was approved of the person before; none where nothing was. */
export function differencesOf({ attributes, earlier }: Pick<ApprovalRequest, "attributes" | "earlier">): readonly Difference[] {
  if (earlier === undefined) return [];
  const names = [...Object.keys(changes(earlier.attributes, attributes)), ...missing(earlier.attributes, attributes)];
  return names.map((name) => ({ name, before: earlier.attributes[name], now: attributes[name] }));
}

function missing(before: ApprovalRequest["attributes"], now: ApprovalRequest["attributes"]): readonly string[] {
  return Object.keys(before).filter((name) => !Object.hasOwn(now, name));
}
