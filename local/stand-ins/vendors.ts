import { letInBySignUp } from "../../features/decisions/standin";
import { experianStandIn } from "../../features/verify-identity/standin/experian";
import { idologyStandIn } from "../../features/verify-identity/standin/idology";
import { receiverStandIn } from "../../features/webhooks/standin";
import type { DeliveredEvent } from "../aws/events/event-bus";
import { graphStandIn } from "./graph/graph";
import type { LetIn, SystemStandIn, VendorStandIn } from "./outside-system";

// Stand-ins for outside systems. Each feature adds its lines here.

/** Vendors that rules call, and receivers of events. */
export const vendorStandIns: readonly VendorStandIn[] = [idologyStandIn, experianStandIn, receiverStandIn];

/** Systems that Gatehouse calls. */
export const systemStandIns: readonly SystemStandIn[] = [graphStandIn];

/** People that an event lets in: Entra creates the accounts, with or without a listener. */
export const letInBy: readonly ((event: DeliveredEvent) => LetIn | undefined)[] = [letInBySignUp];
