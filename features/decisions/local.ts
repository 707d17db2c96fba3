import { EVENT_SOURCE } from "../../engine/events/event-kind";
import type { DeliveredEvent } from "../../local/aws/events/event-bus";
import type { LocalPart } from "../../local/local-part";
import type { LetIn } from "../../local/stand-ins/outside-system";
import { SIGN_UP_DECIDED, type SignUpDecided } from "./events";

/** The person of an event, if they passed a workforce tenant's form. */
function letIn({ source, "detail-type": type, detail }: DeliveredEvent): LetIn | undefined {
  if (source !== EVENT_SOURCE || type !== SIGN_UP_DECIDED) return undefined;
  const { step, source: dialect, verdict, email, issuers = [] } = detail as SignUpDecided;
  const isLetIn = step === "before-create-user" && dialect === "b2b" && verdict === "continue";
  return isLetIn && email !== undefined ? { email, issuers } : undefined;
}

export const local = { letIn } satisfies LocalPart;
