import type { DecisionRecord } from "../../engine/sign-up/record";

type Shown = Pick<DecisionRecord, "emailTyped" | "accountId" | "personId">;

/** The person's hash in an incident: of their address, or of their account if they typed an address. */
export function incidentPersonId({ emailTyped, accountId, personId }: Shown): string | undefined {
  return emailTyped && accountId !== undefined ? accountId : personId;
}
