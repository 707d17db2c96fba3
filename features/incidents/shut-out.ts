import type { DecisionRecord } from "../../engine/sign-up/record";

type Shown = Pick<DecisionRecord, "emailTyped" | "accountId" | "personId">;

/** The hash that stands for the person in an incident: of their address, or of the account of somebody who typed one. */
export function incidentPersonId({ emailTyped, accountId, personId }: Shown): string | undefined {
  return emailTyped && accountId !== undefined ? accountId : personId;
}
