import { findChanges } from "../../engine/sign-up/attributes";
import { listIssuers } from "../../engine/sign-up/issuers";
import type { AttributeValue } from "../../engine/sign-up/sign-up";
import type { ApprovalRequest } from "./request";

/** A difference in one attribute. A value is undefined if the attribute is absent. */
export interface Difference {
  readonly name: string;
  readonly before: AttributeValue | undefined;
  readonly now: AttributeValue | undefined;
}

/** The differences from the earlier approval. Empty if there was none. */
export function findDifferences({ attributes, earlier }: Pick<ApprovalRequest, "attributes" | "earlier">): readonly Difference[] {
  return earlier === undefined ? [] : differencesBetween(earlier, { attributes });
}

type Held = Pick<ApprovalRequest, "attributes">;

export function differencesBetween(earlier: Held, { attributes: now }: Held): readonly Difference[] {
  const { attributes: before } = earlier;
  const names = [...Object.keys(findChanges(earlier, now)), ...listMissing(before, now)];
  return names.map((name) => ({ name, before: before[name], now: now[name] }));
}

function listMissing(before: ApprovalRequest["attributes"], now: ApprovalRequest["attributes"]): readonly string[] {
  return Object.keys(before).filter((name) => !Object.hasOwn(now, name));
}

export type EarlierChange = "name" | "provider" | "attributes" | "denied";

const nameAttributes: readonly string[] = ["displayName", "givenName", "surname"];

/** @param other the last request that the person made by another address or provider */
export function changedSince(
  request: Pick<ApprovalRequest, "attributes" | "earlier" | "identities" | "history">,
  other: Pick<ApprovalRequest, "attributes" | "identities"> | undefined,
): readonly EarlierChange[] {
  const differing = [...findDifferences(request), ...(other === undefined ? [] : differencesBetween(other, request))].map(
    ({ name }) => name,
  );
  const sameProvider = other === undefined || listIssuers(other).join() === listIssuers(request).join();
  return [
    ...(differing.some((name) => nameAttributes.includes(name)) ? ["name" as const] : []),
    ...(sameProvider ? [] : ["provider" as const]),
    ...(differing.some((name) => !nameAttributes.includes(name)) ? ["attributes" as const] : []),
    // A denial counts only if the person asked again after it. If somebody undid the denial, the author of the change is not "gatehouse".
    ...(request.history.some(({ from, by }) => from === "denied" && by.kind === "gatehouse") ? ["denied" as const] : []),
  ];
}
